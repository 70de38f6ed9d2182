/** Brings pose, emotion, idle life, gestures and mouth together into the parameters of one moment. No drawing here. */
import type { MouthShape } from '../lipsync/mouth';
import type { FaceClock } from './clock';
import { type Emotion, type FacePose, type Mood, MoodFade, type PoseShift, POSES } from './emotions';
import { Gestures } from './gestures';
import { Blinks, Gaze } from './idle-life';
import { clamp, type FaceParameters, mix, neutral } from './parameters';
import { TAU } from './parts';
import { Spring } from './spring';

export type Motion = 'full' | 'reduced' | 'still';

/** Where the mouth comes from while there is sound. */
export interface MouthSource {
  /** Null where the sound cannot be read: the mouth follows the loudness then. */
  shape(): MouthShape | null;
  /** 0 to 1. */
  loudness(): number;
}

const POSE_RATE = 8;
const EYE_RATE = 34;
const MOUTH_RATE = 22;
const LOUD_RATE = 55;
const REDUCED_BLINK = 1.8;
const BREATH_HZ = 0.22;
const SLEEP_BREATH_HZ = 0.13;
const TURN_PER_SECOND = 2.2;
const SHAKE_MS = 620;
/** A long wait counts as this much: springs have settled, and a breath does not jump. */
const LONGEST_STEP_S = 0.5;
const MOUTH = ['open', 'wide', 'press', 'teeth', 'tongue'] as const;
const SHIFTS = Object.keys(POSES.idle) as (keyof PoseShift)[];

/** Few clear mouths instead of many in between: rest, small, middle, wide open, round. */
export function plainShape({ open, wide, press, teeth, tongue }: MouthShape): MouthShape {
  const round = wide < -0.4;
  const size = open < 0.12 ? 0 : open < 0.35 ? 0.25 : open < 0.65 ? 0.5 : 0.85;
  if (size === 0) return { open: 0, wide: 0, press: press > 0.5 ? 1 : 0, teeth: teeth > 0.6 ? 0.8 : 0, tongue: 0 };
  return {
    open: size,
    wide: round ? -0.7 : 0.15,
    press: 0,
    teeth: round ? 0.1 : 0.5,
    tongue: tongue > 0.5 ? 0.5 : 0.2,
  };
}

export class Rig {
  readonly state: FaceParameters = neutral();
  private readonly _shifts = Object.fromEntries(SHIFTS.map((key) => [key, new Spring(POSE_RATE)])) as Record<
    keyof PoseShift,
    Spring
  >;
  private readonly _eyes = [new Spring(EYE_RATE), new Spring(EYE_RATE)] as const;
  private readonly _mouth = MOUTH.map(() => new Spring(MOUTH_RATE));
  private readonly _loud = new Spring(LOUD_RATE);
  private readonly _gestures = new Gestures();
  private readonly _gaze: Gaze;
  private readonly _blinks: Blinks;
  private readonly _fade: MoodFade;
  private _pose: FacePose = 'idle';
  private _poseSince = -Infinity;
  private _last: number;
  private _breath = 0;
  private _busyUntil: number;
  source: MouthSource | null = null;

  constructor(
    private readonly _clock: FaceClock,
    emotion: Emotion,
    public motion: Motion,
  ) {
    this._last = _clock.now();
    this._busyUntil = this._last;
    this._gaze = new Gaze(_clock);
    this._blinks = new Blinks(_clock, this._last);
    this._fade = new MoodFade(emotion);
  }

  get pose(): FacePose {
    return this._pose;
  }

  set pose(pose: FacePose) {
    if (pose === this._pose) return;
    this._pose = pose;
    this._poseSince = this._clock.now();
    this.disturb(pose === 'sleep' ? 1200 : 800);
  }

  feel(emotion: Emotion): void {
    this._fade.fadeTo(emotion, this._clock.now());
    this.disturb(450);
  }

  begin(text: string): void {
    this._gestures.begin(text, this._clock.now());
    this.disturb(400);
  }

  lookAt(x: number, y: number): void {
    const now = this._clock.now();
    if (!this._gaze.attentive(now)) this.disturb(250);
    this._gaze.attend(x, y, now);
  }

  /** It moves fast for this long. */
  disturb(ms: number): void {
    this._busyUntil = Math.max(this._busyUntil, this._clock.now() + ms);
  }

  /** Whether a slow picture rate would show. */
  get lively(): boolean {
    const now = this._clock.now();
    return now < this._busyUntil || this._blinks.blinking(now) || (this.motion === 'full' && this._gestures.busy);
  }

  get nextBlink(): number {
    return this._blinks.next;
  }

  advance(): void {
    const now = this._clock.now();
    const seconds = clamp((now - this._last) / 1000, 0, LONGEST_STEP_S);
    this._last = now;
    const mood = this._fade.at(this.motion === 'still' ? Infinity : now);
    const loudness = this.source ? clamp(this.source.loudness(), 0, 1) : null;
    if (this.motion === 'full') this._live(now, seconds, mood, loudness);
    this._moveMouth(seconds, loudness);
    this._settle(now, seconds, mood);
  }

  private _live(now: number, seconds: number, mood: Mood, loudness: number | null): void {
    const broadcaster = mood.contact > 0.72;
    if (this._gestures.step(loudness, now, seconds, mood.motion, broadcaster)) this._blinks.prompt(now);
    const contact = this._pose === 'listening' ? 1 : loudness === null ? mood.contact : Math.max(0.78, mood.contact);
    if (this._pose === 'thinking' || this._pose === 'sleep') this._gaze.x = this._gaze.y = 0;
    else if (this._gaze.step(now, contact)) this._blinks.prompt(now);
    const hz = mix(BREATH_HZ, SLEEP_BREATH_HZ, this.state.sleep);
    this._breath = (this._breath + TAU * hz * seconds) % TAU;
    this.state.turn = (this.state.turn + TURN_PER_SECOND * seconds) % TAU;
  }

  private _moveMouth(seconds: number, loudness: number | null): void {
    const { state } = this;
    const heard = this.source?.shape() ?? (loudness === null ? null : this._guess(loudness, seconds));
    const shape = heard && this.motion === 'reduced' ? plainShape(heard) : heard;
    for (const [index, key] of MOUTH.entries()) {
      const spring = this._mouth[index];
      // What the sound says is exact already; only the way back to rest is ours.
      if (this.motion === 'still') spring?.jump(0);
      else if (shape) spring?.jump(shape[key]);
      else spring?.step(0, seconds);
      state[key] = spring?.value ?? 0;
    }
  }

  private _guess(loudness: number, seconds: number): MouthShape {
    const open = this._loud.step(Math.min(1, loudness ** 0.8 * 1.1), seconds);
    return { open, wide: 0.25 - 0.5 * Math.abs(Math.sin(open * 5)), press: 0, teeth: 0.45, tongue: 0.25 };
  }

  private _settle(now: number, seconds: number, mood: Mood): void {
    const { state, motion } = this;
    const shift = {} as PoseShift;
    for (const key of SHIFTS) {
      const spring = this._shifts[key];
      if (motion === 'still') spring.jump(POSES[this._pose][key]);
      else spring.step(POSES[this._pose][key], seconds, this._pose === 'sleep' ? 0.6 : Math.sqrt(mood.motion));
      shift[key] = spring.value;
    }
    const { pitch, brow, eye, inhale, voice } = this._gestures.now;
    const full = motion === 'full' ? 1 : 0;
    const awake = full * (1 - shift.sleep);
    const t = now / 1000;
    // Two waves that never meet again look like no wave at all; in a pause the head comes back to the middle.
    const sway = awake * mood.motion * (0.55 + 0.45 * voice);
    const [x, y] = this._eyes;
    x.step(full * this._gaze.x, seconds);
    y.step(full * this._gaze.y, seconds);

    state.open = Math.max(state.open, shift.open, 0.15 * inhale * full);
    state.smile = clamp(mood.smile + shift.smile, -1, 1);
    state.browIn = clamp(mood.browIn + shift.browIn, -1, 1);
    state.browOut = clamp(mood.browOut + shift.browOut + brow * full, -1, 1.2);
    state.gx = clamp(shift.gx + x.value, -1, 1);
    state.gy = clamp(shift.gy + y.value, -1, 1);
    state.yaw = shift.yaw + 0.3 * x.value + sway * (0.13 * Math.sin(1.4 * t) + 0.05 * Math.sin(0.69 * t));
    state.pitch = shift.pitch + 0.25 * y.value + pitch * full + sway * 0.07 * Math.sin(1.7 * t + 1);
    state.roll = shift.roll + mood.roll + sway * 0.12 * Math.sin(0.44 * t + 2);
    if (this._pose === 'listening') state.pitch += awake * 0.1 * Math.max(0, Math.sin(1.4 * t) - 0.8) * 5;
    if (this._pose === 'error') state.yaw += full * this._shake(now);
    state.blush = mood.blush * (1 - 0.7 * shift.sleep);
    state.breath = full * Math.sin(this._breath) + 0.8 * inhale * full;
    state.halo = Math.max(0, shift.halo) * (0.8 + 0.2 * full * Math.sin(2.4 * t));
    state.think = clamp(shift.think, 0, 1);
    state.sleep = clamp(shift.sleep, 0, 1);

    const slow = motion === 'full' ? 1 : REDUCED_BLINK;
    const lid = motion === 'still' || this._pose === 'sleep' ? 1 : this._blinks.lid(now, mood.blink, slow);
    const wide = clamp(mood.eye + shift.eye + eye * full, 0, 1.2);
    state.eyeL = state.eyeR = wide * lid;
  }

  /** No, once. */
  private _shake(now: number): number {
    const t = (now - this._poseSince) / SHAKE_MS;
    return t >= 1 ? 0 : 0.55 * Math.sin(t * 2 * TAU) * (1 - t);
  }
}
