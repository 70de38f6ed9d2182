/** From sound, as it arrives, to what a mouth probably does at each hundredth of a second of it. */
import { Resampler } from '../audio/resampler';
import { HOP, Mfcc, RATE } from './mfcc';
import { Network } from './network';
import { Normalizer, type Voice } from './normalizer';

/** What is known of the voice is brought up to date after so many rows. */
const BLOCK = 25;
/** After so many rows it is known; what was read before is read anew on the way, and at the end. */
const KNOWN = 500;

/**
 * The voice is known better with every second, so what has been read may still change a little: when twice as much was
 * heard, and at the end. How the sound is cut changes nothing.
 */
export class VisemeReader {
  private readonly _resampler: Resampler;
  private readonly _mfcc = new Mfcc();
  private readonly _normalizer = new Normalizer();
  private readonly _network = new Network();
  private _voice: Voice = this._normalizer.voice;
  private readonly _rows: Float32Array[] = [];
  private readonly _visemes: Float32Array[] = [];
  private readonly _loudness: number[] = [];
  /** Rows that were read with all that follows them; the few after these are a first guess. */
  private _settled = 0;
  private _rereadAt = 2 * BLOCK;
  private _squares = 0;
  private _summed = 0;

  constructor(sampleRate: number) {
    this._resampler = new Resampler(sampleRate, RATE, 1);
  }

  /** Rows that were read. */
  get ready(): number {
    return this._visemes.length;
  }

  /** Probabilities, in the order of `VISEMES`; undefined where nothing was read. */
  visemes(row: number): Float32Array | undefined {
    return this._visemes[row];
  }

  /** Root of the mean square of 10 ms; 0 where nothing was read. */
  loudness(row: number): number {
    return row < this._visemes.length ? (this._loudness[row] ?? 0) : 0;
  }

  push(samples: Float32Array): void {
    this._hear(this._resampler.push([samples])[0] as Float32Array);
  }

  finish(): void {
    this._hear(this._resampler.finish()[0] as Float32Array);
    this._mfcc.finish(this._add);
    this._voice = this._normalizer.voice;
    this._read(0, Math.min(KNOWN, this._settled));
    this._read(this._settled, this._rows.length);
  }

  private _hear(sound: Float32Array): void {
    for (const sample of sound) {
      this._squares += sample * sample;
      if (++this._summed < HOP) continue;
      this._loudness.push(Math.sqrt(this._squares / HOP));
      this._squares = this._summed = 0;
    }
    this._mfcc.push(sound, this._add);
    this._readOn(this._rows.length);
    // A voice that speaks as slowly as it is played must not find the mouth closed.
    this._read(this._settled, this._rows.length);
  }

  private readonly _add = (row: Float32Array): void => {
    this._normalizer.add(row);
    const count = this._rows.push(row);
    if (count % BLOCK !== 0) return;
    // What could be read before this row is read as it would have been then.
    this._readOn(count - 1);
    this._voice = this._normalizer.voice;
    if (count !== this._rereadAt || count > KNOWN) return;
    this._rereadAt *= 2;
    this._read(0, this._settled);
  };

  /** As far as `count` rows allow. */
  private _readOn(count: number): void {
    const settled = count - this._network.ahead;
    this._read(this._settled, settled);
    this._settled = Math.max(this._settled, settled);
  }

  private _read(from: number, to: number): void {
    if (to <= from) return;
    this._network.read(this._normalized, from, to).forEach((visemes, i) => (this._visemes[from + i] = visemes));
  }

  /** Before and after the sound lies what is at its edge. */
  private readonly _normalized = (row: number): Float32Array => {
    const { mean, factor } = this._voice;
    const raw = this._rows[Math.min(this._rows.length - 1, Math.max(0, row))] as Float32Array;
    return raw.map((value, k) => (value - (mean[k] as number)) * (factor[k] as number));
  };
}
