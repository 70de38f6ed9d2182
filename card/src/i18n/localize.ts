/** Texts by key. English is built in; a further language is one JSON file, fetched when a user speaks it. */
import english from './en.json';
import type moreEnglish from './en-notices.json';

export type TextKey = keyof typeof english | keyof typeof moreEnglish;
export type Texts = Partial<Record<TextKey, string>>;
export type Localize = (key: TextKey, values?: Record<string, string>) => string;

/** Language -> its texts, for example `de: () => import('./de.json')`. */
const LANGUAGES: Partial<Record<string, () => Promise<{ default: Texts }>>> = {};

/** Texts of what goes wrong: fetched when something does, but for those in `english`, which need nothing to be there. */
let notices: Texts = {};
let loadingNotices: Promise<void> | undefined;

export function loadNotices(): Promise<void> {
  loadingNotices ??= import('./en-notices.json').then(
    ({ default: texts }) => {
      notices = texts;
    },
    () => undefined,
  );
  return loadingNotices;
}

export function localizeWith(texts: Texts): Localize {
  return (key, values = {}) => {
    const text = texts[key] ?? (english as Texts)[key] ?? notices[key] ?? '';
    return text.replace(/\{(\w+)\}/g, (_match, name: string) => values[name] ?? '');
  };
}

export const localizeEnglish = localizeWith({});

/** `de-CH` falls back to `de`, and that to English. */
export async function loadLanguage(language: string): Promise<Localize> {
  const load = LANGUAGES[language] ?? LANGUAGES[language.split('-')[0] ?? ''];
  if (!load) return localizeEnglish;
  try {
    return localizeWith((await load()).default);
  } catch {
    return localizeEnglish;
  }
}
