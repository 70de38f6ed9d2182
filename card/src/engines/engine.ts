/**
 * What shows an avatar: a room, the built-in face. The session drives an engine through this interface and never knows
 * which one it is; an engine never knows Home Assistant.
 */
import type { EngineErrorCode, Transport } from '../core/wire';

export type EngineEvent =
  | { type: 'joined' }
  /** The first picture stands on the stage and the sound is there, or was waited for long enough. */
  | { type: 'first_frame'; milliseconds: number }
  /** Whether there is a picture to see. It may go and come back within one session. */
  | { type: 'picture'; shown: boolean }
  /** The engine tries to come back by itself. */
  | { type: 'reconnecting'; active: boolean }
  /** Gone for good, and nobody asked for it. */
  | { type: 'lost'; reason: string }
  | { type: 'data'; topic: string; payload: Uint8Array }
  | { type: 'sound'; active: boolean }
  /** 0 to 1, some twenty times a second while there is sound. */
  | { type: 'level'; value: number }
  | { type: 'audio_blocked'; blocked: boolean }
  | { type: 'error'; code: EngineErrorCode; message: string };

export interface EngineHost {
  emit(event: EngineEvent): void;
  /** The page's one AudioContext; null where the browser has none. */
  audioContext(): AudioContext | null;
}

export interface Engine {
  mount(stage: HTMLElement): void;
  /** Resolves when the join was tried; how it went is told by events. */
  join(transport: Transport, epoch: string): Promise<void>;
  /** Resolves when the room is left. Tells no event. */
  leave(): Promise<void>;
  publish(topic: string, payload: Uint8Array): Promise<void>;
  setMuted(muted: boolean): void;
  setVolume(volume: number): void;
  /** Must be called within a user's gesture: lets blocked sound start. */
  unlockAudio(): void;
  /** Nobody looks: stop drawing and decoding pictures. Sound goes on. */
  suspend(): void;
  resume(): void;
  destroy(): void;
}

/** Where a room will be. */
export interface RoomPlace {
  kind: string;
  url: string;
}

export type EngineFactory = (kind: string, host: EngineHost) => Promise<Engine>;

export class EngineLoadError extends Error {
  constructor(
    readonly code: EngineErrorCode,
    message: string,
  ) {
    super(message);
    this.name = 'EngineLoadError';
  }
}
