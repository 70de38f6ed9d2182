/** Texts by key. The English ones that a card needs at once are built in; all others are fetched when they are needed. */
import english from './en.json';
import type diagnostics from './en-diagnostics.json';
import type form from './en-form.json';
import type notices from './en-notices.json';

export type TextKey = keyof typeof english | keyof typeof notices | keyof typeof diagnostics | keyof typeof form;
export type Texts = Partial<Record<TextKey, string>>;
export type Localize = (key: TextKey, values?: Record<string, string>) => string;

/** Each holds all texts. */
const LANGUAGES: Partial<Record<string, () => Promise<{ default: Texts }>>> = {
  de: () => import('./de.json'),
  es: () => import('./es.json'),
  fr: () => import('./fr.json'),
  nl: () => import('./nl.json'),
};

const learnt: Texts = {};
let loadingNotices: Promise<void> | undefined;

/** English texts that came later. */
export function learn(texts: Texts): void {
  Object.assign(learnt, texts);
}

/** Texts of what goes wrong: fetched when something does, but for those in `english`, which need nothing to be there. */
export function loadNotices(): Promise<void> {
  loadingNotices ??= import('./en-notices.json').then(({ default: texts }) => {
    learn(texts);
  });
  return loadingNotices;
}

export function localizeWith(texts: Texts): Localize {
  return (key, values = {}) => {
    const text = texts[key] ?? (english as Texts)[key] ?? learnt[key] ?? '';
    return text.replace(/\{(\w+)\}/g, (_match, name: string) => values[name] ?? '');
  };
}

export const localizeEnglish = localizeWith({});

/** `de-CH` falls back to `de`, and that to English. Rejects where the texts exist and cannot be had. */
export async function loadLanguage(language: string): Promise<Localize> {
  const load = LANGUAGES[language] ?? LANGUAGES[language.split('-')[0] ?? ''];
  return load ? localizeWith((await load()).default) : localizeEnglish;
}
