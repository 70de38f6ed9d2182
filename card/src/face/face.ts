/** A drawn face on a canvas: what it shows is told, when it draws is its own matter. */
import { type FaceClock, REAL_CLOCK } from './clock';
import { type Emotion, type FacePose, MOODS } from './emotions';
import { LOOKS, loadLook, lookOf } from './looks';
import type { LookTheme, PaintedLook } from './looks/look';
import type { FaceParameters } from './parameters';
import { type Motion, type MouthSource, Rig } from './rig';
import { Surface } from './surface';

export type { Emotion, FaceClock, FaceParameters, FacePose, MouthSource };
export { LOOKS };

export interface FaceOptions {
  /** One of `LOOKS`; anything else is the first. */
  look: string;
  /** `skin`, `hair`, `outfit`, `accent`; what a look does not know counts as its default. */
  colors: Readonly<Record<string, string>>;
  theme: LookTheme;
  emotion: Emotion;
  motion: Motion;
  /** The code of the look is not there (an old page, and a new version behind it): nothing more can be drawn. */
  onMissing?: () => void;
}

const IDLE_MS = 100;
const SLEEP_MS = 200;
const LIVELY_MS = 33;
const REDUCED_MS = 83;
const SLOW_MS = 50;
/** A picture is due a little before the beat that shows it. */
const BEFORE_BEAT_MS = 5;
/** Drawing that takes longer than this, in the middle of many, is too much for this device. */
const HEAVY_MS = 8;
const HEAVY_MEMORY = 0.05;

export class Face {
  private readonly _surface: Surface;
  private readonly _rig: Rig;
  private _options: FaceOptions;
  private _painted: PaintedLook | undefined;
  private _paintedKey = '';
  private _timer: number | undefined;
  private _frame: number | undefined;
  private _lastDraw = 0;
  private _cost = 0;
  private _awake = true;
  private _alive = true;

  constructor(
    canvas: HTMLCanvasElement,
    options: FaceOptions,
    private readonly _clock: FaceClock = REAL_CLOCK,
  ) {
    this._options = options;
    this._rig = new Rig(_clock, known(options.emotion), options.motion);
    this._surface = new Surface(canvas, () => {
      this._redraw();
    });
    this._fetch();
    this._redraw();
  }

  /** What is drawn now. */
  get state(): Readonly<FaceParameters> {
    return this._rig.state;
  }

  update(options: Partial<FaceOptions>): void {
    const before = this._options;
    this._options = { ...before, ...options };
    const { emotion, motion } = this._options;
    if (emotion !== before.emotion) this._rig.feel(known(emotion));
    this._rig.motion = motion;
    this._fetch();
    this._redraw();
  }

  setPose(pose: FacePose): void {
    if (pose === this._rig.pose) return;
    this._rig.pose = pose;
    this._redraw();
  }

  /** Null: silence. */
  setMouth(source: MouthSource | null): void {
    if (source === this._rig.source) return;
    this._rig.source = source;
    // The way back to rest.
    if (!source) this._rig.disturb(500);
    this._redraw();
  }

  /** What will be said next. */
  beginSentence(text: string): void {
    this._rig.begin(text);
    this._redraw();
  }

  /** -1 to 1 over the canvas and beyond it; the eyes come back after a while. */
  lookAt(x: number, y: number): void {
    if (this._options.motion !== 'full') return;
    this._rig.lookAt(x, y);
    if (this._frame === undefined && this._rig.lively) this._schedule();
  }

  /** Nobody looks: nothing runs. */
  suspend(): void {
    this._awake = false;
    this._cancel();
  }

  resume(): void {
    if (this._awake) return;
    this._awake = true;
    this._redraw();
  }

  destroy(): void {
    this._alive = false;
    this._cancel();
    this._surface.destroy();
  }

  /** Until it is there, the look before is drawn, or nothing. */
  private _fetch(): void {
    const { look } = this._options;
    if (lookOf(look)) return;
    loadLook(look).then(
      () => {
        if (look === this._options.look) this._redraw();
      },
      () => this._options.onMissing?.(),
    );
  }

  private _redraw(): void {
    if (!this._alive || !this._awake) return;
    this._draw();
    this._schedule();
  }

  private _cancel(): void {
    if (this._timer !== undefined) this._clock.clearTimeout(this._timer);
    if (this._frame !== undefined) this._clock.cancelFrame(this._frame);
    this._timer = this._frame = undefined;
  }

  /** Speaking keeps the beat of the display, everything else a timer of its own. */
  private _schedule(): void {
    this._cancel();
    if (!this._alive || !this._awake) return;
    const inBeat = this._rig.source !== null && this._options.motion === 'full';
    // A display's beat that is not used costs almost as much as a picture: it is asked for only when one is due.
    const wait = inBeat
      ? Math.max(0, this._lastDraw + this._pictureMs - BEFORE_BEAT_MS - this._clock.now())
      : this._wait();
    if (wait < Infinity) this._timer = this._clock.setTimeout(inBeat ? this._onDue : this._onTimer, wait);
  }

  private get _pictureMs(): number {
    return this._surface.coarse ? SLOW_MS : LIVELY_MS;
  }

  private _wait(): number {
    const { source, lively, nextBlink, pose } = this._rig;
    const { motion } = this._options;
    if (motion === 'still') return Infinity;
    if (motion === 'reduced') {
      if (source || lively) return REDUCED_MS;
      return pose === 'sleep' ? Infinity : Math.max(REDUCED_MS, nextBlink - this._clock.now());
    }
    if (lively) return this._pictureMs;
    // A blink begins on time, or its closing would not be seen.
    if (pose === 'sleep') return SLEEP_MS;
    return Math.min(IDLE_MS, Math.max(LIVELY_MS, nextBlink - this._clock.now()));
  }

  private readonly _onTimer = (): void => {
    this._timer = undefined;
    this._redraw();
  };

  private readonly _onDue = (): void => {
    this._timer = undefined;
    this._frame = this._clock.requestFrame(this._onFrame);
  };

  private readonly _onFrame = (): void => {
    this._frame = undefined;
    this._redraw();
  };

  private _draw(): void {
    const began = (this._lastDraw = this._clock.now());
    this._rig.advance();
    const { pen } = this._surface;
    if (!pen || !this._surface.fit()) return;
    const { look, colors, theme } = this._options;
    const key = JSON.stringify([look, colors, theme]);
    if (key !== this._paintedKey) {
      const drawn = lookOf(look);
      if (drawn) {
        this._painted = drawn.paint(colors, theme);
        this._paintedKey = key;
      }
    }
    if (!this._painted) return;
    this._surface.prepare(this._paintedKey);
    this._surface.begin(pen);
    this._painted({
      pen,
      face: this._rig.state,
      layer: (name, layer) => {
        this._surface.blit(pen, name, layer);
      },
    });
    this._judge(this._clock.now() - began);
  }

  private _judge(ms: number): void {
    // The first one makes the pictures.
    this._cost += (Math.min(ms, 4 * HEAVY_MS) - this._cost) * HEAVY_MEMORY;
    if (this._cost > HEAVY_MS) this._surface.coarse = true;
  }
}

function known(emotion: string): Emotion {
  return emotion in MOODS ? (emotion as Emotion) : 'friendly';
}
