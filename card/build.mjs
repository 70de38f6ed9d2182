/**
 * Builds the card into the integration's www/ folder. The same sources give the same bytes on every machine.
 * Usage: node build.mjs [folder]
 */
import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';
import { thirdPartyLicenses } from './scripts/licenses.mjs';

const root = dirname(fileURLToPath(import.meta.url));
export const WWW = resolve(root, '../custom_components/streaming_avatar/www');

/** Styles stand in template strings, which esbuild leaves as they are. */
const minifyStyles = {
  name: 'minify-styles',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]styles[\w-]*\.ts$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      const parts = source.split(/(?<=css`)([^`]*)(?=`)/);
      for (let i = 1; i < parts.length; i += 2) {
        const { code } = await esbuild.transform(parts[i], { loader: 'css', minify: true, target: 'chrome105' });
        parts[i] = code.trim().replaceAll('\\', '\\\\');
      }
      return { contents: parts.join(''), loader: 'ts' };
    });
  },
};

/**
 * Names of private members (`_name`) may be shortened, but for those that a package uses too: inside of it, they may be
 * asked for by other means than we can see.
 */
async function privateNames() {
  const name = /\b_[a-z]\w*/g;
  const used = async (folder, kind) => {
    const files = (await listFiles(join(root, folder))).filter((file) => kind.test(file));
    const texts = await Promise.all(files.map((file) => readFile(join(root, folder, file), 'utf8')));
    return new Set(texts.flatMap((text) => text.match(name) ?? []));
  };
  const own = await used('src', /\.ts$/);
  for (const folder of ['livekit-client/dist', 'lit', 'lit-html', 'lit-element', '@lit/reactive-element']) {
    for (const taken of await used(`node_modules/${folder}`, /\.m?js$/)) own.delete(taken);
  }
  return new RegExp(`^(?:${[...own].sort().join('|')})$`);
}

export const ESBUILD_OPTIONS = {
  absWorkingDir: root,
  bundle: true,
  format: 'esm',
  target: 'es2021',
  splitting: true,
  minify: true,
  charset: 'utf8',
  legalComments: 'none',
  entryNames: '[name]',
  chunkNames: 'chunks/[name]-[hash]',
  plugins: [minifyStyles],
};

export async function build(folder) {
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const result = await esbuild.build({
    ...ESBUILD_OPTIONS,
    entryPoints: { card: 'src/entry.ts' },
    outdir: folder,
    define: { __VERSION__: JSON.stringify(version) },
    mangleProps: await privateNames(),
    metafile: true,
    logLevel: 'warning',
  });
  await writeFile(join(folder, 'THIRD_PARTY_LICENSES.txt'), await thirdPartyLicenses(root, result.metafile));
  const files = await listFiles(folder);
  const hash = createHash('sha256');
  for (const file of files) hash.update(`${file}\n`).update(await readFile(join(folder, file)));
  const manifest = {
    entry: 'card.js',
    hash: hash.digest('hex').slice(0, 8),
    chunks: files.filter((file) => file.startsWith('chunks/')),
    version,
  };
  await writeFile(join(folder, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  return manifest;
}

/** Paths relative to the folder, with slashes, sorted. */
export async function listFiles(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .sort();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { hash, chunks } = await build(process.argv[2] ? resolve(process.argv[2]) : WWW);
  console.log(`Built card.js and ${chunks.length} chunks, version hash ${hash}`);
}
