/** An `<audio>` element that the test plays. */
export class FakeAudio {
  static all: FakeAudio[] = [];
  /** Whether the browser lets it sound by itself. */
  static allowed = true;
  src = '';
  volume = 1;
  muted = false;
  paused = true;
  ended = false;
  currentTime = 0;
  duration = NaN;
  error: { code: number; message: string } | null = null;
  plays = 0;
  onplaying: (() => void) | null = null;
  onended: (() => void) | null = null;
  onerror: (() => void) | null = null;
  onpause: (() => void) | null = null;

  constructor() {
    FakeAudio.all.push(this);
  }
  play(): Promise<void> {
    this.plays += 1;
    if (!FakeAudio.allowed && !this.muted) return Promise.reject(new DOMException('No gesture', 'NotAllowedError'));
    this.paused = false;
    return Promise.resolve();
  }
  pause(): void {
    this.paused = true;
    this.onpause?.();
  }
  removeAttribute(): void {
    this.src = '';
  }
  load(): void {
    this.currentTime = 0;
  }
}
