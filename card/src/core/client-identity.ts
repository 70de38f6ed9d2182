/** Who this card is to the integration: an id that survives a reload, and a name that people recognise. */
import { recall, remember } from './browser-memory';

const ID_BYTES = 12;
const NAME_LIMIT = 64;
const key = (slot: string): string => `client.${slot}`;

/** `crypto.randomUUID` is missing on plain http. */
export function newClientId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(ID_BYTES));
  return btoa(String.fromCharCode(...bytes))
    .replace(/\+/g, '-')
    .replace(/\//g, '_');
}

/** The id of one card on this browser. `slot` names the card: its entity, its configuration, which of its twins. */
export function clientId(slot: string): string {
  const own = recall('tab', key(slot)) ?? recall('browser', key(slot));
  if (own !== null) return own;
  const id = newClientId();
  remember('browser', key(slot), id);
  return id;
}

/** A second tab has read the same id. This one takes an id of its own, which only this tab remembers. */
export function renewClientId(slot: string): string {
  const id = newClientId();
  remember('tab', key(slot), id);
  return id;
}

/** A short, stable name of a configuration. */
export function fingerprint(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return hash.toString(36);
}

export function screenName(configured: string, agent: string = navigator.userAgent): string {
  return (configured || `${browserName(agent)} on ${deviceName(agent)}`).slice(0, NAME_LIMIT);
}

function browserName(agent: string): string {
  if (agent.includes('Home Assistant/')) return 'Home Assistant app';
  if (agent.includes('Fully')) return 'Fully Kiosk';
  if (agent.includes('Edg')) return 'Edge';
  if (agent.includes('SamsungBrowser')) return 'Samsung Internet';
  if (agent.includes('Firefox') || agent.includes('FxiOS')) return 'Firefox';
  if (agent.includes('Chrome') || agent.includes('CriOS')) return 'Chrome';
  return agent.includes('Safari') ? 'Safari' : 'Browser';
}

function deviceName(agent: string): string {
  if (agent.includes('iPad')) return 'iPad';
  if (agent.includes('iPhone')) return 'iPhone';
  if (agent.includes('Android')) return agent.includes('Mobile') ? 'Android phone' : 'Android tablet';
  if (agent.includes('CrOS')) return 'Chromebook';
  if (agent.includes('Windows')) return 'Windows';
  if (agent.includes('Macintosh')) return 'Mac';
  return agent.includes('Linux') ? 'Linux' : 'this device';
}
