/** A clock for faces: time stands still between the steps, chance is the same every time, and what waits can be counted. */
import { type FaceClock, seededRandom } from '../../src/face/clock';

const BEAT_MS = 1000 / 60;

export class SteppedClock implements FaceClock {
  private _now = 10_000;
  private _id = 0;
  private readonly _due = new Map<number, { at: number; callback: () => void; frame: boolean }>();
  readonly random: () => number;

  constructor(seed = 7) {
    this.random = seededRandom(seed);
  }

  get timers(): number {
    return [...this._due.values()].filter(({ frame }) => !frame).length;
  }

  get frames(): number {
    return [...this._due.values()].filter(({ frame }) => frame).length;
  }

  now(): number {
    return this._now;
  }

  setTimeout(callback: () => void, ms: number): number {
    return this._add(ms, callback, false);
  }

  clearTimeout(id: number): void {
    this._due.delete(id);
  }

  requestFrame(callback: () => void): number {
    // The display has its own beat.
    return this._add(BEAT_MS - (this._now % BEAT_MS), callback, true);
  }

  cancelFrame(id: number): void {
    this._due.delete(id);
  }

  /** Lets time pass without anything happening, as on a device that is slow. */
  skip(ms: number): void {
    this._now += ms;
  }

  run(ms: number): void {
    const end = this._now + ms;
    for (;;) {
      const [next] = [...this._due].filter(([, { at }]) => at <= end).sort(([, a], [, b]) => a.at - b.at);
      if (!next) break;
      this._due.delete(next[0]);
      this._now = Math.max(this._now, next[1].at);
      next[1].callback();
    }
    this._now = Math.max(this._now, end);
  }

  private _add(ms: number, callback: () => void, frame: boolean): number {
    this._due.set(++this._id, { at: this._now + ms, callback, frame });
    return this._id;
  }
}
