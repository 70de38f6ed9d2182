/** Seconds within which the clocks of the page and of the sound card are brought together. */
const SETTLE_SECONDS = 0.3;
/** A difference above this is no jitter: the context stood still, or another loudspeaker has another delay. */
const JUMP_SECONDS = 0.1;

/**
 * What leaves the loudspeaker now, in seconds of the context's clock. That clock moves in steps of a buffer and runs
 * ahead of the loudspeaker; this one is smooth, never runs backwards, and considers the delay where the browser tells it.
 */
export class HeardClock {
  private _offset: number | undefined;
  private _asked = 0;
  private _last = -Infinity;

  constructor(private readonly _context: AudioContext) {}

  get now(): number {
    const page = pageNow();
    const offset = this._context.currentTime - delay(this._context) - page;
    if (this._offset === undefined || Math.abs(offset - this._offset) > JUMP_SECONDS) this._offset = offset;
    else this._offset += (offset - this._offset) * (1 - Math.exp((this._asked - page) / SETTLE_SECONDS));
    this._asked = page;
    this._last = Math.max(this._last, page + this._offset);
    return this._last;
  }
}

/** Between the context's clock and the loudspeaker, in seconds. */
function delay({ outputLatency, baseLatency }: Partial<AudioContext>): number {
  return outputLatency || baseLatency || 0;
}

export function pageNow(): number {
  return performance.now() / 1000;
}
