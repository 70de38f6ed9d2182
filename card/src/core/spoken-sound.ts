/** One sound: fetched, played, and read for the lips ahead of its time. Lazy: loaded with the first sound of a page. */
import { Playback } from '../audio/playback';
import { LipSync } from '../lipsync/lip-sync';
import type { MouthShape } from '../lipsync/mouth';
import type { Mouth, Sound, SoundFactory, SoundParts } from './player';

/** What is read for the lips in one go takes a few milliseconds. */
const SLICE_SECONDS = 0.5;

export const createSound: SoundFactory = (parts) => new SpokenSound(parts);

class SpokenSound implements Sound {
  readonly mouth: Mouth = {
    shape: () => this._shape(),
    loudness: () => this._lips?.loudnessAt(this._playback.position) ?? 0,
  };
  private readonly _playback: Playback;
  private _lips: LipSync | undefined;
  private _rate = 0;
  private _unread: Float32Array[] = [];
  private _complete = false;
  private _timer: ReturnType<typeof setTimeout> | undefined;

  constructor({ url, context, ready, onEvent }: SoundParts) {
    this._playback = new Playback({
      url,
      context,
      ready,
      output: context?.destination ?? null,
      onEvent: (event) => {
        if (event.type !== 'started') this._stopReading();
        onEvent(event);
      },
      onFormat: (sampleRate) => {
        this._rate = sampleRate;
        this._lips = new LipSync(sampleRate);
      },
      onSamples: (samples) => {
        this._unread.push(samples);
        this._read();
      },
      onSamplesEnd: () => {
        this._complete = true;
        this._read();
      },
    });
  }

  get position(): number {
    return this._playback.position;
  }

  get duration(): number | null {
    return this._playback.duration;
  }

  start(): void {
    this._playback.start();
  }

  setGain(gain: number): void {
    this._playback.setVolume(gain);
  }

  stop(): void {
    this._stopReading();
    this._playback.stop();
  }

  private _shape(): MouthShape | null {
    return this._playback.canLipSync ? (this._lips?.shapeAt(this._playback.position) ?? null) : null;
  }

  /** Slice by slice: a file that comes whole must not hold up the page. */
  private _read(): void {
    if (this._timer !== undefined || !this._lips) return;
    const samples = this._unread.shift();
    if (!samples) {
      if (this._complete) this._lips.finish();
      return;
    }
    const length = Math.ceil(this._rate * SLICE_SECONDS);
    this._lips.push(samples.subarray(0, length));
    if (samples.length > length) this._unread.unshift(samples.subarray(length));
    if (this._unread.length === 0 && !this._complete) return;
    this._timer = setTimeout(() => {
      this._timer = undefined;
      this._read();
    });
  }

  private _stopReading(): void {
    clearTimeout(this._timer);
    this._unread = [];
    this._lips = undefined;
  }
}
