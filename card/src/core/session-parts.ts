/** What a session is made of: the outer world, which tests and the demo page replace. */
import type { AudioGate } from '../audio/audio-gate';
import type { SoundArbiter } from '../audio/sound-arbiter';
import type { EngineFactory, RoomPlace } from '../engines/engine';
import type { HassSocket } from '../ha/socket';
import type { SoundFactory } from './player';
import type { KnownFace } from './state';

export type SessionAction = 'start_session' | 'stop_session' | 'interrupt';

export interface SessionParts {
  socket: HassSocket;
  entityId: string;
  identity: { id: string; name: string; version: string; transports: string[] };
  /** Another tab took the id; returns a new one. */
  renewId: () => string;
  muted: boolean;
  known: KnownFace | null;
  /** From a path on Home Assistant to an address. */
  resolveUrl: (path: string) => string;
  createEngine: EngineFactory;
  /** `room`: where it will be. */
  preloadEngine: (room?: RoomPlace) => void;
  loadSounds: () => Promise<SoundFactory>;
  audioGate: AudioGate;
  arbiter: SoundArbiter;
}
