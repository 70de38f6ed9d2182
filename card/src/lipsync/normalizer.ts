/**
 * Takes a voice's own colour and loudness out: mean and deviation of each number so far, in which an average voice
 * counts for the time before enough was heard. Silence tells nothing about a voice and does not count.
 */
import { COEFFICIENTS } from './mfcc';
import { AVERAGE, QUIET } from './weights';

/** What is known of a voice: what to subtract from its rows, and what to multiply with. */
export interface Voice {
  mean: Float32Array;
  factor: Float32Array;
}

export class Normalizer {
  private _rows = 0;
  private readonly _sums = new Float64Array(COEFFICIENTS);
  private readonly _squares = new Float64Array(COEFFICIENTS);

  add(row: Float32Array): void {
    if ((row[0] as number) <= QUIET) return;
    this._rows++;
    for (let k = 0; k < COEFFICIENTS; k++) {
      const value = row[k] as number;
      this._sums[k] = (this._sums[k] as number) + value;
      this._squares[k] = (this._squares[k] as number) + value * value;
    }
  }

  get voice(): Voice {
    const weight = this._rows + AVERAGE.rows;
    const mean = new Float32Array(COEFFICIENTS);
    const factor = new Float32Array(COEFFICIENTS);
    for (let k = 0; k < COEFFICIENTS; k++) {
      const average = AVERAGE.mean[k] as number;
      const squares = AVERAGE.rows * (average ** 2 + (AVERAGE.deviation[k] as number) ** 2);
      const middle = ((this._sums[k] as number) + AVERAGE.rows * average) / weight;
      mean[k] = middle;
      factor[k] = 1 / Math.sqrt(((this._squares[k] as number) + squares) / weight - middle ** 2);
    }
    return { mean, factor };
  }
}
