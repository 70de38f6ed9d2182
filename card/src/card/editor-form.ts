/** The way to the form of the editor, for the shell, which has no texts. */
import type { CardForm } from '../card-form';
import { learn, loadLanguage } from '../i18n/localize';

/** In the language of the page. */
export async function editorForm(): Promise<CardForm> {
  const language = document.documentElement.lang;
  const [{ cardForm, english }, localize] = await Promise.all([import('../card-form'), loadLanguage(language)]);
  learn(english);
  return cardForm(localize);
}
