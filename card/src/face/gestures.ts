/** What a head does while it speaks: nods on stressed syllables, a flash of the brows, wide eyes on a question. */
import { Spring } from './spring';

/** What the gestures add to the face. */
export interface Gesture {
  pitch: number;
  brow: number;
  eye: number;
  inhale: number;
  /** 0 in a pause to 1 while there is sound. */
  voice: number;
}

const STRESS_SIGMAS = 1.5;
const STRESS_GAP_MS = 350;
/** How long loudness is remembered to tell what stands out. */
const MEMORY_SECONDS = 1.2;
const QUIET = 0.04;
const NOD = 6;
const PAUSE_MS = 280;
const INHALE_MS = 220;

export class Gestures {
  private readonly _nod = new Spring(11);
  private readonly _brow = new Spring(9);
  private readonly _eye = new Spring(8);
  private readonly _inhale = new Spring(14);
  private readonly _voice = new Spring(7);
  private _mean = 0.2;
  private _variance = 0.02;
  private _lastLoudness = 0;
  private _lastStress = -Infinity;
  private _lastSound = -Infinity;
  private _question = false;
  private _first = false;
  private _inhaleUntil = -Infinity;

  begin(text: string, now: number): void {
    this._question = /[?？؟]["'”»)\s]*$/.test(text);
    this._first = true;
    this._inhaleUntil = now + INHALE_MS;
  }

  /** True at the begin of a pause: a moment to blink. `loudness` is null while nothing plays. */
  step(loudness: number | null, now: number, seconds: number, motion: number, firmStart: boolean): boolean {
    let paused = false;
    if (loudness !== null && this._stressed(loudness, now, seconds)) {
      // Twice: a larger nod, with a faster spring.
      this._nod.push(NOD * motion * motion);
      if (this._first) this._brow.push(5 * motion);
      if (this._first && firmStart) this._nod.push(NOD / 2);
      this._first = false;
    }
    if ((loudness ?? 0) > QUIET) {
      this._lastSound = now;
      this._inhaleUntil = -Infinity;
    } else if (now - this._lastSound > PAUSE_MS && this._lastSound > -Infinity) {
      this._lastSound = -Infinity;
      paused = true;
    }
    const sounding = this._lastSound > -Infinity;
    const asking = this._question && sounding ? 1 : 0;
    this._voice.step(sounding ? 1 : 0, seconds);
    this._nod.step(0, seconds, motion);
    this._brow.step(asking * 0.35, seconds);
    this._eye.step(asking * 0.08, seconds);
    this._inhale.step(now < this._inhaleUntil ? 1 : 0, seconds);
    return paused;
  }

  get now(): Gesture {
    return {
      pitch: this._nod.value,
      brow: this._brow.value,
      eye: this._eye.value,
      inhale: this._inhale.value,
      voice: this._voice.value,
    };
  }

  get busy(): boolean {
    return Math.abs(this._nod.value) + Math.abs(this._brow.value) + this._inhale.value > 0.02;
  }

  /** Stands out from what was before, and is past its peak. */
  private _stressed(loudness: number, now: number, seconds: number): boolean {
    const falling = loudness < this._lastLoudness;
    const peak = this._lastLoudness;
    this._lastLoudness = loudness;
    const out = peak > this._mean + STRESS_SIGMAS * Math.sqrt(this._variance);
    const share = 1 - Math.exp(-seconds / MEMORY_SECONDS);
    this._variance += ((loudness - this._mean) ** 2 - this._variance) * share;
    this._mean += (loudness - this._mean) * share;
    if (!falling || !out || peak < 3 * QUIET || now - this._lastStress < STRESS_GAP_MS) return false;
    this._lastStress = now;
    return true;
  }
}
