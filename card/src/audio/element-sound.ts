/**
 * What the page may not read, or what never ends, played by an `<audio>` element. Its samples stay unknown. While the
 * browser blocks sound, it plays muted until the page's context runs.
 */
import { pageNow } from './heard-clock';
import type { PlaybackEvent, PlaybackFailure, PlayingSound } from './playback';
import { FADE_SECONDS } from './speaker';

const FIRST_SOUND_SECONDS = 30;
const STALLED_SECONDS = 15;
const WATCH_MS = 250;
const FADE_STEPS = 6;

export interface ElementParts {
  url: string;
  context: AudioContext | null;
  /** Null: it stays silent. */
  output: AudioNode | null;
  /** What went wrong without an element: told if this does not help. */
  reason: PlaybackFailure | null;
  onEvent: (event: PlaybackEvent) => void;
}

export class ElementSound implements PlayingSound {
  private readonly _element = new Audio();
  private readonly _watch: ReturnType<typeof setInterval>;
  private _blocked = false;
  private _started = false;
  private _over = false;
  private _volume = 1;
  private _reached = 0;
  private _reachedAt = pageNow();

  constructor(private readonly _parts: ElementParts) {
    const element = this._element;
    element.onplaying = (): void => {
      if (this._started) return;
      this._started = true;
      _parts.onEvent({ type: 'started' });
    };
    element.onended = (): void => {
      this._end({ type: 'finished', seconds: element.currentTime });
    };
    element.onerror = (): void => {
      this._fail(failureOf(element.error));
    };
    // Nobody can pause it here: a call, another app or the browser did.
    element.onpause = (): void => {
      if (!element.ended) void this._play();
    };
    _parts.context?.addEventListener('statechange', this._onContext);
    this._watch = setInterval(() => {
      this._lookAfter();
    }, WATCH_MS);
    element.src = _parts.url;
    void this._play();
  }

  get position(): number {
    return this._element.currentTime;
  }

  get duration(): number | null {
    const { duration } = this._element;
    return Number.isFinite(duration) ? duration : null;
  }

  setVolume(volume: number): void {
    this._volume = volume;
    this._apply(volume);
  }

  stop(onStopped: () => void): void {
    this._leave();
    if (this._element.paused || this._element.muted) {
      this._unload();
      onStopped();
      return;
    }
    let step = FADE_STEPS;
    const fade = setInterval(
      () => {
        step -= 1;
        this._apply((this._volume * step) / FADE_STEPS);
        if (step > 0) return;
        clearInterval(fade);
        this._unload();
        onStopped();
      },
      (1000 * FADE_SECONDS) / FADE_STEPS,
    );
  }

  /** iOS does not let a page set the volume of an element: there it is only on or off. */
  private _apply(volume: number): void {
    this._element.volume = volume;
    this._element.muted = volume === 0 || this._blocked || !this._parts.output;
  }

  private async _play(): Promise<void> {
    try {
      await this._element.play();
    } catch (error) {
      // Every other error is told by the element.
      if (this._over || this._blocked || (error as Error).name !== 'NotAllowedError') return;
      this._blocked = true;
      this._apply(this._volume);
      await this._play();
    }
  }

  private readonly _onContext = (): void => {
    if (this._parts.context?.state !== 'running') return;
    this._blocked = false;
    this._apply(this._volume);
  };

  private _lookAfter(): void {
    const { currentTime } = this._element;
    if (currentTime !== this._reached) this._reachedAt = pageNow();
    this._reached = currentTime;
    const patience = this._started ? STALLED_SECONDS : FIRST_SOUND_SECONDS;
    if (pageNow() - this._reachedAt < patience) return;
    this._fail({ code: 'stalled', message: 'The sound stands still' });
  }

  /** As long as it never sounded, what went wrong before it was tried says more. */
  private _fail(failure: PlaybackFailure): void {
    const before = this._started ? null : this._parts.reason;
    this._end({ type: 'failed', ...(before ?? failure) });
  }

  private _end(event: PlaybackEvent): void {
    if (this._over) return;
    this._leave();
    this._parts.onEvent(event);
    this._unload();
  }

  private _leave(): void {
    this._over = true;
    clearInterval(this._watch);
    this._parts.context?.removeEventListener('statechange', this._onContext);
    const element = this._element;
    element.onplaying = element.onended = element.onerror = element.onpause = null;
  }

  private _unload(): void {
    this._element.pause();
    this._element.removeAttribute('src');
    this._element.load();
  }
}

function failureOf(error: MediaError | null): PlaybackFailure {
  const code = error?.code === MediaError.MEDIA_ERR_NETWORK ? 'fetch' : 'decode';
  return { code, message: error?.message || 'The browser cannot play it' };
}
