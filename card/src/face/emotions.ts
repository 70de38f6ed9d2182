/** What the emotions and the poses do to a face. Emotions cross-fade; poses come and go by springs. */
import { mix, zeros } from './parameters';

export type FacePose = 'idle' | 'listening' | 'thinking' | 'speaking' | 'error' | 'sleep';
export type Emotion = 'friendly' | 'excited' | 'serious' | 'soothing' | 'broadcaster';

export interface Mood {
  smile: number;
  browOut: number;
  browIn: number;
  eye: number;
  blush: number;
  roll: number;
  /** How far and how fast everything moves. */
  motion: number;
  /** How often the eyes blink. */
  blink: number;
  /** How often the eyes rest on whoever looks. */
  contact: number;
}

const mood = (
  smile: number,
  browOut: number,
  browIn: number,
  eye: number,
  blush: number,
  motion: number,
  blink: number,
  roll = 0,
  contact = 0.7,
): Mood => ({ smile, browOut, browIn, eye, blush, motion, blink, roll, contact });

export const MOODS: Readonly<Record<Emotion, Mood>> = {
  friendly: mood(0.45, 0.12, 0, 0.96, 0.5, 1, 1),
  excited: mood(0.85, 0.7, 0.35, 1.1, 0.8, 1.6, 1.3),
  serious: mood(-0.18, -0.15, -0.55, 0.88, 0, 0.6, 0.8),
  soothing: mood(0.34, -0.05, 0.3, 0.7, 0.6, 0.7, 0.7, -0.2),
  broadcaster: mood(0.16, 0.2, -0.06, 0.97, 0.2, 0.8, 0.8, 0, 0.75),
};

/** What a pose adds to the mood. */
export interface PoseShift {
  smile: number;
  browOut: number;
  browIn: number;
  eye: number;
  gx: number;
  gy: number;
  yaw: number;
  pitch: number;
  roll: number;
  open: number;
  halo: number;
  think: number;
  sleep: number;
}

const REST: Readonly<PoseShift> = zeros<keyof PoseShift>(
  'smile browOut browIn eye gx gy yaw pitch roll open halo think sleep',
);

export const POSES: Readonly<Record<FacePose, Readonly<PoseShift>>> = {
  idle: REST,
  speaking: REST,
  listening: { ...REST, roll: 0.4, browOut: 0.3, eye: 0.04, halo: 1 },
  thinking: { ...REST, smile: -0.15, browOut: 0.2, gx: -0.6, gy: -0.75, yaw: -0.4, pitch: -0.2, open: 0.05, think: 1 },
  error: { ...REST, smile: -0.85, browOut: -0.1, browIn: 0.8, pitch: 0.12 },
  sleep: { ...REST, smile: -0.15, browOut: -0.25, eye: -2, pitch: 0.4, roll: 0.25, sleep: 1 },
};

const FADE_MS = 400;

/** The emotion of a face, on its way from one to the next. */
export class MoodFade {
  private _from: Mood;
  private _to: Mood;
  private _since = -Infinity;

  constructor(emotion: Emotion) {
    this._from = this._to = MOODS[emotion];
  }

  fadeTo(emotion: Emotion, now: number): void {
    this._from = this.at(now);
    this._to = MOODS[emotion];
    this._since = now;
  }

  at(now: number): Mood {
    const t = Math.min(1, (now - this._since) / FADE_MS);
    if (t >= 1) return this._to;
    const share = t * t * (3 - 2 * t);
    const between = { ...this._to };
    for (const key of Object.keys(between) as (keyof Mood)[]) {
      between[key] = mix(this._from[key], this._to[key], share);
    }
    return between;
  }
}
