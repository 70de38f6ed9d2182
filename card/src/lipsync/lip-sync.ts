/** The mouth and the loudness of one sound, read ahead of its time. */
import { ROWS_PER_SECOND } from './mfcc';
import { CLOSED_MOUTH, type MouthShape } from './mouth';
import { CLOSURE, MOUTHS, VISEMES } from './visemes';
import { VisemeReader } from './viseme-reader';

/** A mouth moves before its sound is heard, and the springs of a face follow late. */
export const ANTICIPATION_SECONDS = 0.05;

/** Rows on each side that a shape is blended from: 70 ms in all. */
const BLEND = 4;
/** Rows on each side that lips stay closed around m, b, p; with the way there 60 ms in all. */
const HOLD = 2.5;
/** How probable a closure has to be, to begin to show and to be complete. Lower, and lips close where they should not. */
const CLOSING = 0.4;
const CLOSED = 0.7;
/** Loudest so far counts as this at least, so that noise is not speech. */
const FAINT = 0.01;
/** From the loudest sound down to what counts as silence. */
const RANGE_DECIBELS = 36;

const PARTS = ['open', 'wide', 'press', 'teeth', 'tongue'] as const;
const TABLE = VISEMES.map((viseme) => MOUTHS[viseme]);

export class LipSync {
  private readonly _reader: VisemeReader;
  private _loudest = FAINT;
  private _measured = 0;

  /** `sampleRate`: of what is pushed, 8000 to 48000. */
  constructor(sampleRate: number) {
    this._reader = new VisemeReader(sampleRate);
  }

  /** Seconds of sound for which the mouth is known. */
  get analysed(): number {
    return this._reader.ready / ROWS_PER_SECOND;
  }

  /** Mono; the next samples of the sound, as many as there are. Half a second takes a few milliseconds. */
  push(samples: Float32Array): void {
    this._reader.push(samples);
    this._measure();
  }

  /** There are no more samples. */
  finish(): void {
    this._reader.finish();
    this._measure();
  }

  /** The mouth for the moment at which this second of the sound is heard. Closed where nothing is known. */
  shapeAt(seconds: number): MouthShape {
    const moment = (seconds + ANTICIPATION_SECONDS) * ROWS_PER_SECOND;
    const shape = { ...CLOSED_MOUTH };
    let weights = 0;
    let closed = 0;
    for (let row = Math.ceil(moment - BLEND); row <= moment + BLEND; row++) {
      const distance = Math.abs(row - moment);
      const weight = bell(distance);
      weights += weight;
      const visemes = this._reader.visemes(row);
      if (!visemes) continue;
      TABLE.forEach((mouth, i) => {
        const share = weight * (visemes[i] as number);
        for (const part of PARTS) shape[part] += share * mouth[part];
      });
      closed = Math.max(closed, this._closure(row) * between(distance, HOLD + 1, HOLD));
    }
    for (const part of PARTS) shape[part] /= weights;
    shape.open *= 1 - closed;
    shape.teeth *= 1 - closed;
    shape.press = Math.max(shape.press, closed);
    return shape;
  }

  /** 0 silent to 1 as loud as this sound was so far. */
  loudnessAt(seconds: number): number {
    const moment = seconds * ROWS_PER_SECOND;
    let sum = 0;
    let weights = 0;
    for (let row = Math.ceil(moment - BLEND); row <= moment + BLEND; row++) {
      const weight = bell(row - moment);
      sum += weight * this._reader.loudness(row);
      weights += weight;
    }
    const decibels = 20 * Math.log10(Math.max(1e-9, sum / weights / this._loudest));
    return between(decibels, -RANGE_DECIBELS, 0);
  }

  /** 0 to 1: how surely lips close at this row, and not at the one before or after. */
  private _closure(row: number): number {
    const probability = (near: number): number => this._reader.visemes(near)?.[CLOSURE] ?? 0;
    const here = probability(row);
    if (here <= CLOSING || here <= probability(row - 1) || here < probability(row + 1)) return 0;
    return between(here, CLOSING, CLOSED);
  }

  private _measure(): void {
    for (; this._measured < this._reader.ready; this._measured++) {
      this._loudest = Math.max(this._loudest, this._reader.loudness(this._measured));
    }
  }
}

/** How much a row counts that lies so many rows away. */
function bell(distance: number): number {
  return 1 + Math.cos((Math.PI * distance) / BLEND);
}

/** 0 at `from`, 1 at `to`, straight between. */
function between(value: number, from: number, to: number): number {
  return Math.min(1, Math.max(0, (value - from) / (to - from)));
}
