/** The form of the card's editor, drawn by Home Assistant. */
const select = (...options: [value: string, label: string][]): unknown => ({
  select: { mode: 'dropdown', options: options.map(([value, label]) => ({ value, label })) },
});

export const CARD_FORM = [
  {
    name: 'entity',
    required: true,
    selector: { entity: { filter: { integration: 'streaming_avatar', domain: 'media_player' } } },
  },
  { name: 'name', selector: { text: {} } },
  {
    name: 'captions',
    default: 'auto',
    selector: select(['auto', 'On, can be switched off'], ['always', 'Always on'], ['off', 'Off']),
  },
  {
    name: 'controls',
    default: 'auto',
    selector: select(['auto', 'Hide over the live picture'], ['always', 'Always shown'], ['off', 'None']),
  },
  { name: 'fit', default: 'cover', selector: select(['cover', 'Fill the card'], ['contain', 'Show all of it']) },
  {
    name: 'motion',
    default: 'auto',
    selector: select(['auto', 'As this device prefers'], ['full', 'Full'], ['reduced', 'Calm']),
  },
  { name: 'show_name', default: true, selector: { boolean: {} } },
  { name: 'start_on_tap', default: false, selector: { boolean: {} } },
  { name: 'screen', selector: { text: {} } },
];

const TEXTS: Record<string, [label: string, helper?: string]> = {
  entity: ['Avatar'],
  name: ['Name', 'Leave empty to use the name of the avatar'],
  captions: ['Captions', 'Without a choice: on, and can be switched off'],
  controls: ['Buttons', 'Without a choice: hidden over the live picture until touched'],
  fit: ['Picture', 'Without a choice: fills the card'],
  motion: ['Motion', 'Without a choice: as this device or Home Assistant prefers'],
  show_name: ['Show the name'],
  start_on_tap: ['Start when the picture is tapped', 'A session may cost money. A touch in passing starts one, too.'],
  screen: ['Name of this screen', 'What other screens say when the avatar is shown here'],
};

export const formLabel = (field: { name: string }): string => TEXTS[field.name]?.[0] ?? field.name;
export const formHelper = (field: { name: string }): string | undefined => TEXTS[field.name]?.[1];
