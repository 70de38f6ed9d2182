/** What the card picker offers. Part of the shell, so it stays small and shares no code with the card. */
import type { Hass } from './hass';
import { pickerText } from '../i18n/picker';
import type { HomeAssistant } from './types';

const entitiesOf = (hass: Hass): HomeAssistant['entities'] => (hass as unknown as HomeAssistant).entities;

export function isOurAvatar(hass: Hass, entity: string): boolean {
  return entity.startsWith('media_player.') && entitiesOf(hass)?.[entity]?.platform === 'streaming_avatar';
}

export function entitySuggestion(hass: Hass, entity: string, tag: string): unknown {
  if (!isOurAvatar(hass, entity)) return null;
  const config = { type: `custom:${tag}`, entity };
  return [
    { label: pickerText('portrait'), config },
    { label: pickerText('compact'), config: { ...config, grid_options: { columns: 6, rows: 2 } } },
  ];
}

export function stubConfig(hass: Hass): unknown {
  return { entity: Object.keys(entitiesOf(hass) ?? {}).find((id) => isOurAvatar(hass, id)) ?? '' };
}
