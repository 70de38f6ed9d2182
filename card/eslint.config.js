import js from '@eslint/js';
import * as lit from 'eslint-plugin-lit';
import * as wc from 'eslint-plugin-wc';
import tseslint from 'typescript-eslint';

const HASS_SHAPE = {
  regex: 'ha/types$|^\\./types$',
  message: 'Only src/ha knows the shape of the hass object; ask through src/ha/hass.',
};
const LIVEKIT = { name: 'livekit-client', message: 'Only src/engines may use livekit-client.' };
const ENTRY = { regex: '/entry$', message: 'With its ?v= the entry would become a second module.' };
const restricted = (paths, patterns) => ({
  '@typescript-eslint/no-restricted-imports': ['error', { paths, patterns }],
});

export default tseslint.config(
  { ignores: ['node_modules', 'shots', 'vitest.config.ts'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.strictTypeChecked, lit.configs['flat/recommended'], wc.configs['flat/recommended']],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      'max-lines': ['error', 400],
      'no-console': 'error',
      ...restricted([LIVEKIT], [HASS_SHAPE, ENTRY]),
    },
  },
  {
    files: ['test/**'],
    rules: { 'max-lines': ['error', 500], '@typescript-eslint/unbound-method': 'off' },
  },
  { files: ['src/ha/**'], rules: restricted([LIVEKIT], [ENTRY]) },
  { files: ['src/engines/**'], rules: restricted([], [HASS_SHAPE, ENTRY]) },
  {
    // The core is plain logic: no element, no engine's code, no drawing.
    files: ['src/core/**'],
    rules: restricted([LIVEKIT, 'lit'], [HASS_SHAPE, ENTRY, { regex: '\\.\\./card/|\\.\\./engines/(?!engine$)' }]),
  },
  {
    files: ['**/*.mjs', '*.js'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        document: 'readonly',
        window: 'readonly',
        requestAnimationFrame: 'readonly',
      },
    },
  },
);
