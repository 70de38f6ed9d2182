/**
 * Room data on its way to the integration: in order, and below what it takes. Above 16 KiB in a message or 200 messages
 * in a second it closes the attachment, and a stalled line must not turn a slow stream into such a burst. Lazy: only a
 * cloud's room has any.
 */
export interface Relay {
  epoch: string;
  topic: string;
  payload: string;
}

const LARGEST_BYTES = 16 * 1024;
const WINDOW_MS = 1000;
const IN_WINDOW = 90;
/** Sent, and not answered yet. */
const UNDERWAY = 90;
const BACKLOG = 1000;

export class RelayQueue {
  private _waiting: Relay[] = [];
  private _sentAt: number[] = [];
  private _underway = 0;
  /** Answers to what was sent before `clear` count no more. */
  private _round = 0;
  private _timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly _send: (relay: Relay) => Promise<void>) {}

  add(epoch: string, topic: string, data: Uint8Array): void {
    if (data.length > LARGEST_BYTES || this._waiting.length >= BACKLOG) return;
    this._waiting.push({ epoch, topic, payload: toBase64(data) });
    this._flush();
  }

  clear(): void {
    this._waiting = [];
    this._underway = 0;
    this._round += 1;
    clearTimeout(this._timer);
    this._timer = undefined;
  }

  private _flush(): void {
    const now = Date.now();
    this._sentAt = this._sentAt.filter((at) => now - at < WINDOW_MS);
    while (this._sentAt.length < IN_WINDOW && this._underway < UNDERWAY) {
      const next = this._waiting.shift();
      if (!next) return;
      this._sentAt.push(now);
      this._underway += 1;
      const round = this._round;
      void this._send(next).then(() => {
        if (round !== this._round) return;
        this._underway -= 1;
        this._flush();
      });
    }
    const oldest = this._sentAt[0];
    if (this._timer !== undefined || oldest === undefined) return;
    this._timer = setTimeout(
      () => {
        this._timer = undefined;
        this._flush();
      },
      Math.max(0, oldest + WINDOW_MS - now),
    );
  }
}

function toBase64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}
