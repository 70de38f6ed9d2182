import { afterEach, describe, expect, it } from 'vitest';
import de from '../../src/i18n/de.json';
import english from '../../src/i18n/en.json';
import englishDiagnostics from '../../src/i18n/en-diagnostics.json';
import englishForm from '../../src/i18n/en-form.json';
import englishNotices from '../../src/i18n/en-notices.json';
import es from '../../src/i18n/es.json';
import fr from '../../src/i18n/fr.json';
import { learn, loadLanguage, localizeWith } from '../../src/i18n/localize';
import nl from '../../src/i18n/nl.json';
import { pickerText } from '../../src/i18n/picker';
import picker from '../../src/i18n/picker.json';
import tile from '../../src/i18n/tile.json';

type Words = Record<string, string>;
const LANGUAGES = ['de', 'es', 'fr', 'nl'] as const;
const TEXTS: Record<(typeof LANGUAGES)[number], Words> = { de, es, fr, nl };
const ENGLISH: Words = { ...english, ...englishNotices, ...englishDiagnostics, ...englishForm };

/** Names, and words that are written alike in both languages. */
const ALIKE: Record<(typeof LANGUAGES)[number] | 'all', RegExp> = {
  all: /^(card\.label|diagnostics\.(home_assistant|websocket|attached|avatar)|form\.entity)$/,
  de: /^(control\.details|diagnostics\.(integration|screen_name|browser|room)|form\.name)$/,
  es: /^value\.no$/,
  fr: /^diagnostics\.(versions|volume|microphone|phase)$/,
  nl: /^(control\.details|diagnostics\.(browser|volume|room)|value\.live)$/,
};

const placeholders = (text: string): string[] => (text.match(/\{\w+\}/g) ?? []).sort();

describe.each(LANGUAGES)('the texts in %s', (language) => {
  const texts = TEXTS[language];

  it('are complete, and none is left over', () => {
    expect(Object.keys(texts).sort()).toEqual(Object.keys(ENGLISH).sort());
  });

  it('hold what the English ones hold', () => {
    for (const [key, original] of Object.entries(ENGLISH)) {
      const text = texts[key] ?? '';
      expect(text.trim(), key).toBe(text);
      expect(text, key).not.toBe('');
      expect(placeholders(text), key).toEqual(placeholders(original));
      // An ellipsis and a full stop say the same everywhere.
      expect(text.endsWith('.'), key).toBe(original.endsWith('.'));
      expect(text.endsWith('…'), key).toBe(original.endsWith('…'));
    }
  });

  it('are translated, but for what is the same in both', () => {
    const same = Object.keys(ENGLISH).filter((key) => texts[key] === ENGLISH[key]);
    expect(same.filter((key) => !ALIKE.all.test(key) && !ALIKE[language].test(key))).toEqual([]);
    expect(same.filter((key) => ALIKE[language].test(key))).toHaveLength(
      Object.keys(ENGLISH).filter((key) => ALIKE[language].test(key)).length,
    );
  });

  it('are what the card shows', async () => {
    const localize = await loadLanguage(`${language}-XX`);
    expect(localize('status.ready')).toBe(texts['status.ready']);
    expect(localize('notice.quota.title')).toBe(texts['notice.quota.title']);
  });

  it('speak to the user as Home Assistant does', () => {
    const all = Object.values(texts).join(' ');
    const strange = {
      de: /\b(Sie|Ihre?n?)\b(?! (beginnt|sprach))/,
      es: /\busted/i,
      fr: /(?<![\wà-ü])(tu|toi|ton|tes)(?![\wà-ü])/,
      nl: /\b(u|uw)\b/,
    };
    expect(all.match(strange[language])?.[0]).toBeUndefined();
  });
});

describe.each([
  ['dialogs of Home Assistant', picker],
  ['tile cards', tile],
])('the texts in the %s', (_name, all) => {
  it('are there in every language', () => {
    expect(Object.keys(all).sort()).toEqual(['en', ...LANGUAGES].sort());
    for (const language of LANGUAGES) {
      expect(Object.keys(all[language])).toEqual(Object.keys(all.en));
      for (const [key, text] of Object.entries(all[language])) {
        expect(text).not.toBe('');
        expect(text, key).not.toBe((all.en as Words)[key]);
      }
    }
  });
});

describe('the dialogs of Home Assistant', () => {
  afterEach(() => {
    document.documentElement.lang = '';
  });

  it('are asked in the language of the page', () => {
    expect(pickerText('portrait')).toBe('Large portrait');
    document.documentElement.lang = 'nl-BE';
    expect(pickerText('portrait')).toBe('Groot portret');
    document.documentElement.lang = 'xx';
    expect(pickerText('portrait')).toBe('Large portrait');
  });
});

describe('texts that come later', () => {
  it('are used where the language has none', () => {
    const localize = localizeWith({ 'form.name': 'Naam' });
    expect(localize('form.captions')).toBe('');
    learn({ 'form.name': 'Name', 'form.captions': 'Captions' });
    expect([localize('form.name'), localize('form.captions')]).toEqual(['Naam', 'Captions']);
  });
});
