/** What Home Assistant's own dialogs show of the card. Part of the shell: they ask before anything else is loaded. */
import texts from './picker.json';

type PickerKey = keyof (typeof texts)['en'];

export function pickerText(key: PickerKey): string {
  const language = document.documentElement.lang.split('-')[0] ?? '';
  return ((texts as Partial<Record<string, Record<PickerKey, string>>>)[language] ?? texts.en)[key];
}
