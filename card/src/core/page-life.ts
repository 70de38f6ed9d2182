/** What happens to the page around a card: hidden, shown, left, asleep. */
export interface PageLifeHandlers {
  onVisibility(visible: boolean): void;
  /** The page goes away; there is no time for anything that waits. */
  onLeave(): void;
  /** Timers stood still for a while: the device slept, or the page was frozen. */
  onWake(): void;
}

const TICK_MS = 5000;
const SLEPT_MS = 15_000;

export class PageLife {
  private _timer: ReturnType<typeof setInterval> | undefined;
  private _lastTick = 0;

  constructor(private readonly _handlers: PageLifeHandlers) {}

  get visible(): boolean {
    return !document.hidden;
  }

  start(): void {
    if (this._timer !== undefined) return;
    this._lastTick = Date.now();
    this._timer = setInterval(this._onTick, TICK_MS);
    document.addEventListener('visibilitychange', this._onVisibility);
    window.addEventListener('pagehide', this._onPageHide);
    window.addEventListener('pageshow', this._onPageShow);
  }

  stop(): void {
    clearInterval(this._timer);
    this._timer = undefined;
    document.removeEventListener('visibilitychange', this._onVisibility);
    window.removeEventListener('pagehide', this._onPageHide);
    window.removeEventListener('pageshow', this._onPageShow);
  }

  private readonly _onTick = (): void => {
    const now = Date.now();
    const slept = now - this._lastTick > SLEPT_MS;
    this._lastTick = now;
    // A hidden page has slow timers without being asleep.
    if (slept && this.visible) this._handlers.onWake();
  };

  private readonly _onVisibility = (): void => {
    if (this.visible && Date.now() - this._lastTick > SLEPT_MS) this._handlers.onWake();
    this._lastTick = Date.now();
    this._handlers.onVisibility(this.visible);
  };

  private readonly _onPageHide = (): void => {
    this._handlers.onLeave();
  };

  private readonly _onPageShow = (event: PageTransitionEvent): void => {
    if (event.persisted) this._handlers.onWake();
  };
}
