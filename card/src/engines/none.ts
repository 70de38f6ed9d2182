/** An avatar without a room: its picture is the card's own face, so there is nothing to join or to wait for. */
import type { Engine, EngineHost } from './engine';

export class NoRoomEngine implements Engine {
  constructor(private readonly _host: EngineHost) {}

  mount(): void {
    // The face stands elsewhere in the card.
  }

  join(): Promise<void> {
    this._host.emit({ type: 'joined' });
    this._host.emit({ type: 'first_frame', milliseconds: 0 });
    return Promise.resolve();
  }

  leave(): Promise<void> {
    return Promise.resolve();
  }

  publish(): Promise<void> {
    return Promise.reject(new Error('There is no room to publish into'));
  }

  setMuted(): void {
    // What sounds here is played by the card itself.
  }

  setVolume(): void {
    // As above.
  }

  unlockAudio(): void {
    // As above.
  }

  suspend(): void {
    // Nothing is drawn here.
  }

  resume(): void {
    // As above.
  }

  destroy(): void {
    // Nothing is held.
  }
}
