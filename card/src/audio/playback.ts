/** From an address to a sound: what can be read is played through the page's context, the rest by an element. */
import type { ElementSound } from './element-sound';
import { PcmSound } from './pcm-sound';
import { SoundSource } from './sound-source';

export type PlaybackErrorCode = 'fetch' | 'decode' | 'stalled';

export interface PlaybackFailure {
  code: PlaybackErrorCode;
  message: string;
}

/** After `started` exactly one of the others; they may come without it. */
export type PlaybackEvent =
  /** The first sample is heard or, silent, would be. */
  | { type: 'started' }
  /** All was played. */
  | { type: 'finished'; seconds: number }
  /** `stop` cut it; told when it has faded out. */
  | { type: 'stopped'; seconds: number }
  | ({ type: 'failed' } & PlaybackFailure);

export interface PlaybackParts {
  url: string;
  /** The page's own. Never closed here; while it does not run, the sound goes on silently and joins in when it does. */
  context: AudioContext | null;
  /** Until then the context is on its way to run, and a sound that is there waits for it. */
  ready: Promise<unknown>;
  /** Where it sounds; null: nowhere, but it takes its time. */
  output: AudioNode | null;
  onEvent(event: PlaybackEvent): void;
  /** The sound as it is known, ahead of its time, mixed to mono; never for what only an element can play. */
  onFormat(sampleRate: number): void;
  onSamples(samples: Float32Array): void;
  /** No more samples will come. Not told after `stop`. */
  onSamplesEnd(): void;
}

/** What plays one sound. */
export interface PlayingSound {
  /** Seconds. */
  readonly position: number;
  readonly duration: number | null;
  setVolume(volume: number): void;
  /** Silent 60 ms later; `onStopped` is called then. Called once. */
  stop(onStopped: () => void): void;
}

export class Playback {
  private readonly _source: SoundSource;
  private _sound: PcmSound | ElementSound | undefined;
  private _volume = 1;
  private _over = false;
  private _end = 0;

  constructor(private readonly _parts: PlaybackParts) {
    this._source = new SoundSource({
      url: _parts.url,
      context: _parts.context,
      onFormat: (format) => {
        const sound = new PcmSound({ ..._parts, format, onEvent: this._onEvent });
        this._play(sound);
        _parts.onFormat(format.sampleRate);
      },
      onFrames: (channels, frames) => {
        if (!(this._sound instanceof PcmSound)) return Promise.resolve();
        const room = this._sound.push(channels, frames);
        _parts.onSamples(mono(channels));
        return room;
      },
      onEnd: (failure) => {
        if (!(this._sound instanceof PcmSound)) {
          if (failure) this._onEvent({ type: 'failed', ...failure });
          return;
        }
        _parts.onSamplesEnd();
        this._sound.finish(failure);
      },
      onUnreadable: (reason) => {
        void this._playElement(reason);
      },
    });
  }

  /** Seconds of the sound that have been heard by now. */
  get position(): number {
    return this._over ? this._end : (this._sound?.position ?? 0);
  }

  /** Seconds; null: not known, as while a sentence is still being made. */
  get duration(): number | null {
    return this._sound?.duration ?? null;
  }

  /** Whether its samples are told. */
  get canLipSync(): boolean {
    return this._sound instanceof PcmSound;
  }

  start(): void {
    if (!this._over) this._source.start();
  }

  /** 0 to 1, at once or while it plays. An element does not sound through `output`: only this turns it down. */
  setVolume(volume: number): void {
    this._volume = Math.min(1, Math.max(0, volume));
    this._sound?.setVolume(this._volume);
  }

  /** Fades out in 60 ms. */
  stop(): void {
    if (this._over) return;
    this._close();
    const stopped = (): void => {
      this._parts.onEvent({ type: 'stopped', seconds: this._end });
    };
    if (this._sound) this._sound.stop(stopped);
    else stopped();
  }

  /** Seldom needed, so its code comes when it is. */
  private async _playElement(reason: PlaybackFailure | null): Promise<void> {
    try {
      const { ElementSound: Sound } = await import('./element-sound');
      if (!this._over) this._play(new Sound({ ...this._parts, reason, onEvent: this._onEvent }));
    } catch {
      this._onEvent({ type: 'failed', code: 'fetch', message: 'The page is older than the card. Reload it.' });
    }
  }

  private _play(sound: PcmSound | ElementSound): void {
    sound.setVolume(this._volume);
    this._sound = sound;
  }

  private readonly _onEvent = (event: PlaybackEvent): void => {
    if (this._over) return;
    if (event.type !== 'started') this._close();
    this._parts.onEvent(event);
  };

  private _close(): void {
    this._end = this.position;
    this._over = true;
    this._source.stop();
  }
}

function mono(channels: readonly Float32Array[]): Float32Array {
  const [first = new Float32Array(0), ...others] = channels;
  if (others.length === 0) return first;
  return first.map((sample, i) => others.reduce((sum, other) => sum + (other[i] ?? 0), sample) / channels.length);
}
