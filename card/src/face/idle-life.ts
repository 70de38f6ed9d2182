/** What a face does by itself: it blinks and looks around. Breath and sway are plain waves (rig.ts). */
import type { FaceClock } from './clock';
import { clamp } from './parameters';

const CLOSE_MS = 60;
const OPEN_MS = 80;
const DOUBLE_SHARE = 0.12;
const DOUBLE_AFTER_MS = 240;
const BLINK_MEDIAN_MS = 3600;
const BLINK_SPREAD = 0.45;
const BLINK_MS = [2000, 6000] as const;

const GAZE_MS = [800, 3000] as const;
/** A glance this far makes the eyes blink. */
const FAR_GLANCE = 0.6;
/** How long a face looks at what moved. */
const ATTENTION_MS = 2500;

export class Blinks {
  private _next: number;
  private _began = -Infinity;
  private _slow = 1;

  constructor(
    private readonly _clock: FaceClock,
    now: number,
  ) {
    this._next = now + this._pause(1);
  }

  get next(): number {
    return this._next;
  }

  /** 1 open to 0 closed. `slow` stretches a blink. */
  lid(now: number, rate: number, slow = 1): number {
    if (now >= this._next) {
      this._slow = slow;
      this._began = Math.max(this._next, now - CLOSE_MS * slow);
      const twice = this._clock.random() < DOUBLE_SHARE;
      this._next = now + (twice ? DOUBLE_AFTER_MS * slow : this._pause(rate));
    }
    const passed = (now - this._began) / this._slow;
    if (passed < CLOSE_MS) return 1 - passed / CLOSE_MS;
    return Math.min(1, (passed - CLOSE_MS) / OPEN_MS);
  }

  blinking(now: number): boolean {
    return now - this._began < (CLOSE_MS + OPEN_MS) * this._slow;
  }

  /** Soon, unless it has just been. */
  prompt(now: number): void {
    if (now - this._began > 900) this._next = Math.min(this._next, now + 40);
  }

  /** Log-normal, as people do. */
  private _pause(rate: number): number {
    const random = (): number => this._clock.random();
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    const [shortest, longest] = BLINK_MS;
    return clamp(BLINK_MEDIAN_MS * Math.exp(BLINK_SPREAD * normal), shortest, longest) / rate;
  }
}

export class Gaze {
  x = 0;
  y = 0;
  private _next = 0;
  private _attentive = -Infinity;

  constructor(private readonly _clock: FaceClock) {}

  /** True when the eyes jump far. `contact` is the share of time they rest on whoever looks. */
  step(now: number, contact: number): boolean {
    if (now < this._next || now < this._attentive) return false;
    const random = (): number => this._clock.random();
    const [shortest, longest] = GAZE_MS;
    this._next = now + shortest + (longest - shortest) * random();
    const { x, y } = this;
    if (random() < contact) {
      this.x = this.y = 0;
    } else {
      this.x = (Math.floor(random() * 3) - 1) * 0.5;
      this.y = (Math.floor(random() * 3) - 1) * 0.35;
    }
    return Math.hypot(this.x - x, this.y - y) > FAR_GLANCE;
  }

  attend(x: number, y: number, now: number): void {
    this.x = clamp(x, -1, 1) * 0.8;
    this.y = clamp(y, -1, 1) * 0.6;
    this._attentive = now + ATTENTION_MS;
  }

  attentive(now: number): boolean {
    return now < this._attentive;
  }
}
