/** From sound, as it arrives, to what a mouth probably does at each hundredth of a second of it. */
import { Resampler } from '../audio/resampler';
import { Mfcc, COEFFICIENTS, HOP, RATE } from './mfcc';
import { Network } from './network';
import { Normalizer } from './normalizer';
import { VISEMES } from './visemes';
import { CONTEXT } from './weights';

/** The idea of the voice is brought up to date after so many rows. */
const BLOCK = 25;
/** After so many rows the voice is known; what was read before is read anew at the end, and on the way. */
const KNOWN = 500;
const REACH = Math.max(...CONTEXT.map(Math.abs));
const COUNT = VISEMES.length;

/**
 * The voice is known better with every second, so what has been read may still change a little: when twice as much was
 * heard, and at the end. How the sound is cut changes nothing.
 */
export class VisemeReader {
  private readonly _resampler: Resampler;
  private readonly _mfcc = new Mfcc();
  private readonly _normalizer = new Normalizer();
  private _voice = this._normalizer.current;
  private readonly _network = new Network();
  private readonly _input = new Float32Array(this._network.inputs);
  private readonly _rows: Float32Array[] = [];
  private readonly _visemes: Float32Array[] = [];
  private readonly _loudness: number[] = [];
  private _nextReading = 2 * BLOCK;
  private _sum = 0;
  private _summed = 0;
  private _finished = false;

  constructor(sampleRate: number) {
    this._resampler = new Resampler(sampleRate, RATE, 1);
  }

  /** Rows that were read. */
  get ready(): number {
    return this._visemes.length;
  }

  get finished(): boolean {
    return this._finished;
  }

  /** Probabilities, in the order of `VISEMES`; undefined where nothing was read. */
  visemes(row: number): Float32Array | undefined {
    return this._visemes[row];
  }

  /** Root of the mean square of the samples around; 0 where nothing was read. */
  loudness(row: number): number {
    return row < this._visemes.length ? (this._loudness[row] ?? 0) : 0;
  }

  push(samples: Float32Array): void {
    this._hear(this._resampler.push([samples])[0] as Float32Array);
  }

  finish(): void {
    if (this._finished) return;
    this._hear(this._resampler.finish()[0] as Float32Array);
    this._mfcc.finish(this._add);
    this._finished = true;
    this._voice = this._normalizer.current;
    const ready = this._visemes.length;
    this._read(0, Math.min(KNOWN, ready));
    this._read(ready, this._rows.length);
  }

  private _hear(sound: Float32Array): void {
    for (const sample of sound) {
      this._sum += sample * sample;
      if (++this._summed < HOP) continue;
      this._loudness.push(Math.sqrt(this._sum / HOP));
      this._sum = this._summed = 0;
    }
    this._mfcc.push(sound, this._add);
  }

  private readonly _add = (row: Float32Array): void => {
    this._normalizer.add(row);
    const count = this._rows.push(row);
    if (count % BLOCK === 0) this._voice = this._normalizer.current;
    if (count === this._nextReading && count <= KNOWN) {
      this._nextReading *= 2;
      this._read(0, this._visemes.length);
    }
    if (count > REACH) this._read(count - REACH - 1, count - REACH);
  };

  private _read(from: number, to: number): void {
    const { mean, factor } = this._voice;
    const last = this._rows.length - 1;
    for (let row = from; row < to; row++) {
      let at = 0;
      for (const offset of CONTEXT) {
        const near = this._rows[Math.min(last, Math.max(0, row + offset))] as Float32Array;
        for (let k = 0; k < COEFFICIENTS; k++) {
          this._input[at++] = ((near[k] as number) - (mean[k] as number)) * (factor[k] as number);
        }
      }
      const visemes = this._visemes[row] ?? new Float32Array(COUNT);
      visemes.set(this._network.read(this._input));
      this._visemes[row] = visemes;
    }
  }
}
