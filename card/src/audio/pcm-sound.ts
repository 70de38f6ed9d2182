/**
 * Plays samples as they arrive, without a gap between them, and knows which one is heard now. Where there is no output,
 * or its context does not run (autoplay blocked, a call on the telephone), the same happens silently by the page's
 * clock; when the context runs (again), the sound joins in where it is by then.
 */
import { HeardClock, pageNow } from './heard-clock';
import type { PlaybackEvent, PlaybackFailure, PlayingSound } from './playback';
import { Resampler } from './resampler';
import { FADE_SECONDS, Speaker } from './speaker';
import type { WavFormat } from './wav-stream';

/** Sound that must be there before it begins, and again after it ran dry, in seconds. */
const LEAD_SECONDS = 0.15;
const REFILL_SECONDS = 0.3;
/** Between the order to sound and the sound. */
const MARGIN_SECONDS = 0.03;
/** Smaller pieces are gathered while there is time. */
const PIECE_SECONDS = 0.1;
/** No more is kept ahead of what is heard: a long file need not be in memory. */
const AHEAD_SECONDS = 30;
const TICK_SECONDS = 0.1;

export interface PcmParts {
  context: AudioContext | null;
  /** Nothing begins before. */
  ready: Promise<unknown>;
  output: AudioNode | null;
  format: WavFormat;
  onEvent: (event: PlaybackEvent) => void;
}

/** Frames that are heard without a break: frame `from` at the clock's time `at`. */
interface Run {
  at: number;
  from: number;
  to: number;
}

interface Piece {
  from: number;
  channels: readonly Float32Array[];
}

export class PcmSound implements PlayingSound {
  private readonly _rate: number;
  private readonly _resampler: Resampler | undefined;
  private readonly _speaker: Speaker | undefined;
  private readonly _heard: HeardClock | undefined;
  /** What has not been heard yet; empty where nothing is to sound. */
  private _pieces: Piece[] = [];
  private _runs: Run[] = [];
  /** Where it stands while nothing runs. */
  private _held = 0;
  private _received = 0;
  private _ordered = 0;
  /** Frames of the file that its header promises. */
  private _promised: number | null;
  private _complete = false;
  private _failure: PlaybackFailure | undefined;
  private _audible = false;
  private _ready = false;
  private _started = false;
  private _over = false;
  private _timer: ReturnType<typeof setTimeout> | undefined;
  private _onRoom: (() => void) | undefined;

  constructor(private readonly _parts: PcmParts) {
    const { context, ready, output, format } = _parts;
    void ready.then(() => {
      this._ready = true;
      this._tick();
    });
    this._promised = format.frames;
    this._rate = format.sampleRate;
    if (!context || !output) return;
    this._rate = context.sampleRate;
    this._speaker = new Speaker(context, output, this._tick);
    this._heard = new HeardClock(context);
    this._audible = this._speaker.isRunning(pageNow());
    if (this._rate !== format.sampleRate) {
      this._resampler = new Resampler(format.sampleRate, this._rate, format.channels);
    }
    context.addEventListener('statechange', this._tick);
  }

  get position(): number {
    const now = this._now;
    let frame = this._held;
    for (const { at, from, to } of this._runs) {
      if (at <= now) frame = Math.min(to, from + (now - at) * this._rate);
    }
    return frame / this._rate;
  }

  get duration(): number | null {
    if (this._complete) return this._received / this._rate;
    return this._promised === null ? null : this._promised / this._parts.format.sampleRate;
  }

  setVolume(volume: number): void {
    this._speaker?.setVolume(volume);
  }

  /** Resolves when there is room for more. */
  push(channels: readonly Float32Array[], promised: number | null): Promise<void> {
    this._promised = promised;
    this._take(this._resampler?.push(channels) ?? channels);
    return new Promise((resolve) => {
      this._onRoom = resolve;
      this._tick();
    });
  }

  /** No more comes; `failure` is told when all was played that came before it. */
  finish(failure?: PlaybackFailure): void {
    if (this._resampler) this._take(this._resampler.finish());
    this._complete = true;
    this._failure = failure;
    this._tick();
  }

  stop(onStopped: () => void): void {
    this._leave();
    if (!this._audible || !this._speaker?.fade()) {
      this._speaker?.close();
      onStopped();
      return;
    }
    // A little more: the context takes orders at its next buffer.
    setTimeout(
      () => {
        this._speaker?.close();
        onStopped();
      },
      1000 * (FADE_SECONDS + 0.02),
    );
  }

  private _take(channels: readonly Float32Array[]): void {
    const frames = channels[0]?.length ?? 0;
    if (this._speaker && frames > 0) this._pieces.push({ from: this._received, channels });
    this._received += frames;
  }

  /** The clock of what is heard, and that by which sound is ordered, which runs ahead of it. */
  private get _now(): number {
    return this._audible && this._heard ? this._heard.now : pageNow();
  }

  private get _orderTime(): number {
    return this._audible && this._parts.context ? this._parts.context.currentTime : pageNow();
  }

  private get _last(): Run | undefined {
    return this._runs[this._runs.length - 1];
  }

  private readonly _tick = (): void => {
    if (this._over) return;
    clearTimeout(this._timer);
    this._changeClock();
    this._order();
    this._forget();
    const now = this._now;
    const [first] = this._runs;
    const nothing = this._complete && this._received === 0 && !this._failure;
    if (!this._started && ((first && now >= first.at) || nothing)) {
      this._started = true;
      this._parts.onEvent({ type: 'started' });
      if (this._hasLeft()) return;
    }
    const allOrdered = this._complete && this._ordered === this._received;
    const end = this._last ? this._endOf(this._last) : now;
    if (allOrdered && now >= end) {
      this._end();
      return;
    }
    const begin = this._started ? Infinity : (first?.at ?? Infinity);
    const next = Math.min(begin, allOrdered ? end : Infinity) - now;
    this._timer = setTimeout(this._tick, 1000 * Math.min(TICK_SECONDS, Math.max(0.001, next)));
  };

  /** The context began to run, or stands still. */
  private _changeClock(): void {
    const audible = this._speaker?.isRunning(pageNow()) ?? false;
    if (audible === this._audible) return;
    const before = this._now;
    const playing = this._runs.some(({ at }) => at <= before);
    this._held = Math.round(this.position * this._rate);
    this._audible = audible;
    if (!audible) this._speaker?.cut();
    this._runs = [];
    if (!playing || this._held >= this._ordered) {
      this._ordered = this._held;
      return;
    }
    const run = { at: this._now, from: this._held, to: this._received };
    this._runs.push(run);
    this._ordered = this._received;
    if (audible) this._join(run);
  }

  /** Sounds from the frame on that is heard when the context can give one. */
  private _join(run: Run): void {
    const at = this._nextOrder();
    const from = run.from + Math.round((at - run.at) * this._rate);
    // Moved by less than a frame, so that what follows lies on whole frames too.
    run.at = at - (from - run.from) / this._rate;
    const pieces = this._piecesFrom(from);
    if (pieces.length > 0) this._speaker?.play(pieces, at);
  }

  private _order(): void {
    const waiting = this._received - this._ordered;
    if (waiting === 0 || !this._ready) return;
    const now = this._orderTime;
    let run = this._last;
    const left = run ? this._endOf(run) - now : 0;
    const follows = left > MARGIN_SECONDS;
    const wanted = follows
      ? left > LEAD_SECONDS
        ? PIECE_SECONDS
        : 0
      : this._ordered > 0
        ? REFILL_SECONDS
        : LEAD_SECONDS;
    if (!this._complete && waiting < wanted * this._rate) return;
    if (!run || !follows) {
      run = { at: this._nextOrder(), from: this._ordered, to: this._ordered };
      this._runs.push(run);
    }
    if (this._audible) {
      // On a whole frame: else the context would shift the samples between two.
      const at = Math.round(this._endOf(run) * this._rate) / this._rate;
      this._speaker?.play(this._piecesFrom(this._ordered), at);
    }
    run.to = this._ordered = this._received;
  }

  /** The next whole frame at which a sound can still begin. */
  private _nextOrder(): number {
    return Math.ceil((this._orderTime + MARGIN_SECONDS) * this._rate) / this._rate;
  }

  private _endOf({ at, from, to }: Run): number {
    return at + (to - from) / this._rate;
  }

  private _piecesFrom(frame: number): (readonly Float32Array[])[] {
    return this._pieces
      .filter(({ from, channels }) => from + frames(channels) > frame)
      .map(({ from, channels }) => channels.map((samples) => samples.subarray(Math.max(0, frame - from))));
  }

  /** What has been heard, and who waits for room. */
  private _forget(): void {
    const now = this._now;
    while (this._runs[1] && this._runs[1].at <= now) this._runs.shift();
    const heard = this.position * this._rate;
    const kept = this._pieces.findIndex(({ from, channels }) => from + frames(channels) > heard);
    this._pieces.splice(0, kept < 0 ? this._pieces.length : kept);
    if (this._received - heard < AHEAD_SECONDS * this._rate) this._onRoom?.();
  }

  private _end(): void {
    this._leave();
    this._speaker?.close();
    const seconds = this._received / this._rate;
    this._parts.onEvent(this._failure ? { type: 'failed', ...this._failure } : { type: 'finished', seconds });
  }

  private _leave(): void {
    this._over = true;
    clearTimeout(this._timer);
    this._parts.context?.removeEventListener('statechange', this._tick);
    this._onRoom?.();
  }

  /** A listener may have stopped it. */
  private _hasLeft(): boolean {
    return this._over;
  }
}

const frames = (channels: readonly Float32Array[]): number => channels[0]?.length ?? 0;
