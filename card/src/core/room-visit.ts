/** One stay in a room, from `join` to `leave`: drives the engine and reports what happens there under its epoch. */
import type { AudioGate, Hold } from '../audio/audio-gate';
import { EngineLoadError, type Engine, type EngineEvent, type EngineFactory } from '../engines/engine';
import { errorMessage } from '../ha/socket';
import { fromBase64, type PublishEvent, type Report, type Transport } from './wire';

export interface RoomVisitParts {
  createEngine: EngineFactory;
  audioGate: AudioGate;
  stage: HTMLElement;
  report: (report: Report) => void;
  relay: (epoch: string, topic: string, payload: Uint8Array) => void;
  /** After it was reported; not for `data`, which only the integration understands. */
  onEvent: (event: EngineEvent) => void;
}

export class RoomVisit {
  /** The seat was ours at some time in this epoch; only then does the integration want the room's data. */
  seated = false;
  private _engine: Engine | undefined;
  /** The sound of the room is measured by the context. */
  private readonly _hold: Hold;
  private _over = false;
  private _joined = false;
  private _firstFrame: number | null = null;
  private _muted = false;
  private _volume = 1;
  private _watched = true;
  /** One after the other, in the order asked for. */
  private _publishing: Promise<unknown> = Promise.resolve();

  constructor(
    readonly epoch: string,
    private readonly _parts: RoomVisitParts,
  ) {
    this._hold = _parts.audioGate.hold();
  }

  async enter(transport: Transport): Promise<void> {
    try {
      const engine = await this._parts.createEngine(transport.kind, {
        emit: (event) => {
          this._onEvent(event);
        },
        audioContext: () => this._parts.audioGate.context,
      });
      if (this._over) {
        engine.destroy();
        return;
      }
      this._engine = engine;
      engine.mount(this._parts.stage);
      engine.setMuted(this._muted);
      engine.setVolume(this._volume);
      if (!this._watched) engine.suspend();
      await engine.join(transport, this.epoch);
    } catch (error) {
      const code = error instanceof EngineLoadError ? error.code : 'join_failed';
      this._onEvent({ type: 'error', code, message: errorMessage(error) });
    }
  }

  setMuted(muted: boolean): void {
    if (muted === this._muted) return;
    this._muted = muted;
    this._engine?.setMuted(muted);
  }

  setVolume(volume: number): void {
    if (volume === this._volume) return;
    this._volume = volume;
    this._engine?.setVolume(volume);
  }

  setWatched(watched: boolean): void {
    this._watched = watched;
    if (watched) this._engine?.resume();
    else this._engine?.suspend();
  }

  unlockAudio(): void {
    this._engine?.unlockAudio();
  }

  publish(event: PublishEvent): void {
    const told = (ok: boolean): void => {
      this._parts.report({ kind: 'published', epoch: this.epoch, message_id: event.id, ok });
    };
    this._publishing = this._publishing.then(async () => {
      try {
        if (!this._engine) throw new Error('Not in the room yet');
        await this._engine.publish(event.topic ?? '', fromBase64(event.payload));
        told(true);
      } catch {
        told(false);
      }
    });
  }

  /** Says again where we stand: what was reported while the line was down never arrived. */
  reportAgain(): void {
    const { epoch } = this;
    if (this._joined) this._parts.report({ kind: 'joined', epoch });
    if (this._firstFrame !== null) {
      this._parts.report({ kind: 'first_frame', epoch, milliseconds: this._firstFrame });
    }
  }

  leave(): void {
    if (this._over) return;
    this._end();
    this._parts.report({ kind: 'left', epoch: this.epoch });
  }

  private _end(): void {
    this._over = true;
    this._hold.release();
    this._engine?.destroy();
    this._engine = undefined;
  }

  private _onEvent(event: EngineEvent): void {
    if (this._over) return;
    const { epoch } = this;
    const { report } = this._parts;
    switch (event.type) {
      case 'data':
        if (this.seated) this._parts.relay(epoch, event.topic, event.payload);
        return;
      case 'joined':
        this._joined = true;
        report({ kind: 'joined', epoch });
        break;
      case 'first_frame':
        this._firstFrame = event.milliseconds;
        report({ kind: 'first_frame', epoch, milliseconds: event.milliseconds });
        break;
      case 'sound':
        report({ kind: event.active ? 'playback_started' : 'playback_finished', epoch });
        break;
      case 'audio_blocked':
        if (event.blocked) report({ kind: 'playback_blocked', epoch });
        break;
      case 'lost':
        this._end();
        report({ kind: 'room_lost', epoch, reason: event.reason });
        break;
      case 'error':
        this._end();
        report({ kind: 'error', epoch, code: event.code, message: event.message });
        break;
      default:
    }
    this._parts.onEvent(event);
  }
}
