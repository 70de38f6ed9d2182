/**
 * The only door to the `hass` object: everything else holds it as an opaque value and asks here. When Home Assistant
 * changes its shape, this file changes.
 */
import type { HassSocket } from './socket';
import type { HomeAssistant } from './types';

declare const opaque: unique symbol;
export interface Hass {
  readonly [opaque]: true;
}

export interface EntityFacts {
  present: boolean;
  available: boolean;
  name: string;
  picture: string | null;
}

export type Action = 'start_session' | 'stop_session' | 'interrupt';

const DOMAIN = 'streaming_avatar';
const open = (hass: Hass): HomeAssistant => hass as unknown as HomeAssistant;

export function entityFacts(hass: Hass, entityId: string): EntityFacts {
  const entity = open(hass).states[entityId];
  const name = entity && (open(hass).formatEntityName?.(entity) ?? entity.attributes.friendly_name);
  const picture = entity?.attributes.entity_picture;
  return {
    present: entity !== undefined,
    available: entity !== undefined && entity.state !== 'unavailable',
    name: typeof name === 'string' ? name : '',
    picture: typeof picture === 'string' ? picture : null,
  };
}

export function socketOf(hass: Hass): HassSocket {
  return open(hass).connection;
}

export function languageOf(hass: Hass): string {
  return open(hass).locale?.language ?? open(hass).language ?? 'en';
}

export function absoluteUrl(hass: Hass, path: string): string {
  return path.startsWith('/') ? (open(hass).hassUrl?.(path) ?? path) : path;
}

export function houseVersion(hass: Hass): string {
  return open(hass).config?.version ?? '';
}

/** An object that is another one when the theme changes. */
export function themeOf(hass: Hass): unknown {
  return open(hass).themes;
}

/** Runs one of our actions on an avatar. The error is shown in the card, so Home Assistant shows no toast for it. */
export async function runAction(hass: Hass, action: Action, entityId: string): Promise<void> {
  await open(hass).callService(DOMAIN, action, {}, { entity_id: entityId }, false);
}

/** `hass` is set on every state change in the house; only these changes matter to one card. */
export function changedFor(entityId: string, old: Hass | undefined, now: Hass): boolean {
  if (!old) return true;
  const [a, b] = [open(old), open(now)];
  return (
    a.states[entityId] !== b.states[entityId] ||
    a.connection !== b.connection ||
    a.connected !== b.connected ||
    a.language !== b.language ||
    a.themes !== b.themes
  );
}

/** The "reduce motion" settings: Home Assistant's own, told through its context protocol, and the device's. */
export function watchReducedMotion(element: HTMLElement, callback: (reduced: boolean) => void): () => void {
  const device = window.matchMedia('(prefers-reduced-motion: reduce)');
  let house = false;
  const tell = (): void => {
    callback(house || device.matches);
  };
  device.addEventListener('change', tell);
  tell();
  let unsubscribe: (() => void) | undefined;
  const request = new CustomEvent('context-request', { bubbles: true, composed: true, cancelable: true });
  Object.assign(request, {
    context: 'reducedMotion',
    subscribe: true,
    callback: (value: unknown, stop?: () => void) => {
      unsubscribe = stop;
      house = value === true;
      tell();
    },
  });
  element.dispatchEvent(request);
  return () => {
    device.removeEventListener('change', tell);
    unsubscribe?.();
  };
}
