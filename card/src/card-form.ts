/** The form of the card's editor, drawn by Home Assistant. Lazy: loaded when a card is edited. */
import type { Localize, TextKey } from './i18n/localize';

export { default as english } from './i18n/en-form.json';

export interface Field {
  name: string;
  required?: boolean;
  default?: unknown;
  selector: unknown;
}

export interface CardForm {
  schema: Field[];
  computeLabel: (field: { name: string }) => string;
  computeHelper: (field: { name: string }) => string | undefined;
}

export function cardForm(localize: Localize): CardForm {
  const text = (key: string): string => localize(`form.${key}` as TextKey);
  /** The first one is what counts without a choice. */
  const choice = (name: string, ...options: string[]): Field => ({
    name,
    default: options[0],
    selector: {
      select: { mode: 'dropdown', options: options.map((value) => ({ value, label: text(`${name}.${value}`) })) },
    },
  });
  const schema: Field[] = [
    {
      name: 'entity',
      required: true,
      selector: { entity: { filter: { integration: 'streaming_avatar', domain: 'media_player' } } },
    },
    { name: 'name', selector: { text: {} } },
    choice('captions', 'auto', 'always', 'off'),
    choice('controls', 'auto', 'always', 'off'),
    choice('fit', 'cover', 'contain'),
    choice('motion', 'auto', 'full', 'reduced'),
    { name: 'show_name', default: true, selector: { boolean: {} } },
    { name: 'start_on_tap', default: false, selector: { boolean: {} } },
    { name: 'screen', selector: { text: {} } },
  ];
  return {
    schema,
    computeLabel: ({ name }) => text(name) || name,
    computeHelper: ({ name }) => text(`${name}.helper`) || undefined,
  };
}
