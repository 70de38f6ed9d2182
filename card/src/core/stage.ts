/** Where a room's picture stands, and what stands there in its place while it has none. */
const FADE_MS = 700;

export class Stage {
  /** Engines put their picture here; the element that shows the session takes it in. */
  readonly element = document.createElement('div');
  private _still: HTMLCanvasElement | null = null;
  private _fadeTimer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    this.element.className = 'stage';
  }

  /** The last picture stays until there is a new one. */
  hold(): void {
    this._still = freeze(this.element) ?? this._still;
  }

  release(): void {
    this._still?.remove();
    this._still = null;
  }

  /** The last picture stays until what lies under it has come through. */
  fade(): void {
    const last = freeze(this.element);
    if (!last) return;
    clearTimeout(this._fadeTimer);
    this._fadeTimer = setTimeout(() => {
      last.remove();
    }, FADE_MS);
  }

  destroy(): void {
    clearTimeout(this._fadeTimer);
    this.element.remove();
  }
}

/** Puts the picture that a video shows just now over it. */
function freeze(stage: HTMLElement): HTMLCanvasElement | null {
  const video = stage.querySelector('video');
  if (!video || video.videoWidth === 0) return null;
  const canvas = document.createElement('canvas');
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  canvas.getContext('2d')?.drawImage(video, 0, 0);
  stage.append(canvas);
  return canvas;
}
