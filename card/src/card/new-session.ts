/** A session for a card: who it is in this browser, and what it remembers. */
import { recall } from '../core/browser-memory';
import { clientId, renewClientId, screenName } from '../core/client-identity';
import type { CardConfig } from '../core/config';
import { AvatarSession } from '../core/session';
import type { SessionParts } from '../core/session-parts';
import { TRANSPORTS } from '../engines/create-engine';
import { absoluteUrl, socketOf, type Hass } from '../ha/hass';
import { knownFace } from './face-keeper';

declare const __VERSION__: string;

export type WorldParts = Pick<SessionParts, 'createEngine' | 'preloadEngine' | 'loadSounds' | 'audioGate' | 'arbiter'>;

/** `slot` names the card among those of this browser. */
export function newSession(slot: string, hass: Hass, config: CardConfig, parts: WorldParts): AvatarSession {
  return new AvatarSession({
    socket: socketOf(hass),
    entityId: config.entity,
    identity: {
      id: clientId(slot),
      name: screenName(config.screen),
      version: __VERSION__,
      transports: [...TRANSPORTS],
    },
    renewId: () => renewClientId(slot),
    muted: recall('browser', mutedKey(slot)) === 'true',
    known: knownFace(config.entity),
    resolveUrl: (path) => absoluteUrl(hass, path),
    ...parts,
  });
}

export function mutedKey(slot: string): string {
  return `muted.${slot}`;
}
