/**
 * Takes a voice's own colour and loudness out: mean and spread of each number so far, in which an average voice counts
 * for the time before enough was heard. Silence tells nothing about a voice and does not count.
 */
import { COEFFICIENTS } from './mfcc';
import { AVERAGE_DEVIATION, AVERAGE_MEAN, PRIOR_ROWS, QUIET } from './weights';

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

  /** What to subtract, and what to multiply with. */
  get current(): { mean: Float32Array; factor: Float32Array } {
    const weight = this._rows + PRIOR_ROWS;
    const mean = new Float32Array(COEFFICIENTS);
    const factor = new Float32Array(COEFFICIENTS);
    for (let k = 0; k < COEFFICIENTS; k++) {
      const average = AVERAGE_MEAN[k] as number;
      const squares = PRIOR_ROWS * (average ** 2 + (AVERAGE_DEVIATION[k] as number) ** 2);
      const middle = ((this._sums[k] as number) + PRIOR_ROWS * average) / weight;
      mean[k] = middle;
      factor[k] = 1 / Math.sqrt(((this._squares[k] as number) + squares) / weight - middle ** 2);
    }
    return { mean, factor };
  }
}
