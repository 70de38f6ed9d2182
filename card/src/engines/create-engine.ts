import { EngineLoadError, type Engine, type EngineHost, type RoomPlace } from './engine';
import { NoRoomEngine } from './none';

/** Room kinds this card can join, as `attach` names them. */
export const TRANSPORTS: readonly string[] = ['livekit', 'none'];

/** Loads the code of an engine when it is first needed. */
export async function createEngine(kind: string, host: EngineHost): Promise<Engine> {
  if (kind === 'none') return new NoRoomEngine(host);
  if (kind !== 'livekit') throw new EngineLoadError('unsupported', `This card cannot join a room of the kind ${kind}`);
  try {
    const { LivekitEngine, loadLivekit } = await import('./room/livekit');
    return new LivekitEngine(host, await loadLivekit());
  } catch (error) {
    throw new EngineLoadError('chunk_missing', error instanceof Error ? error.message : 'Loading failed');
  }
}

/** Fetches the code ahead of time and warms the way to the room up; a failure is told when the engine is needed. */
export function preloadEngine(room?: RoomPlace): void {
  void import('../core/relay-queue').catch(() => undefined);
  void import('./room/livekit')
    .then(async ({ loadLivekit, warmUp }) => {
      const livekit = await loadLivekit();
      if (room?.kind === 'livekit') await warmUp(livekit, room.url);
    })
    .catch(() => undefined);
}
