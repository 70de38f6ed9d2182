/** The canvas in the size of its box, and the pictures that a look draws once and shows many times. */
export type Pen = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

/** What a look draws in: 400 units high and wide, from the middle. */
export const UNITS = 400;

export interface LayerBox {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Layer {
  box: LayerBox;
  draw: (pen: Pen) => void;
}

type Picture = OffscreenCanvas | HTMLCanvasElement;

const SHARPEST = 2;
const SHARPEST_LARGE = 1.5;
const LARGE_PX = 900;

/** Old tablets have no OffscreenCanvas. */
function picture(width: number, height: number): Picture {
  if (typeof OffscreenCanvas !== 'undefined') return new OffscreenCanvas(width, height);
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  return canvas;
}

export class Surface {
  readonly pen: CanvasRenderingContext2D | null;
  private readonly _sizes: ResizeObserver | undefined;
  private readonly _pictures = new Map<string, Picture>();
  private _scale = 0;
  private _key = '';
  /** Sharpness is the first thing to go on a slow tablet. */
  coarse = false;

  constructor(
    private readonly _canvas: HTMLCanvasElement,
    onResize: () => void,
  ) {
    this.pen = _canvas.getContext('2d');
    if (typeof ResizeObserver === 'undefined') return;
    this._sizes = new ResizeObserver(onResize);
    this._sizes.observe(_canvas);
  }

  /** Makes the backing store fit. False: there is nothing to draw on. */
  fit(): boolean {
    const { clientWidth, clientHeight } = this._canvas;
    const dense = this.coarse ? 1 : window.devicePixelRatio || 1;
    const largest = Math.max(clientWidth, clientHeight) * dense;
    const ratio = Math.min(dense, largest > LARGE_PX ? SHARPEST_LARGE : SHARPEST);
    const width = Math.round(clientWidth * ratio);
    const height = Math.round(clientHeight * ratio);
    if (this._canvas.width !== width) this._canvas.width = width;
    if (this._canvas.height !== height) this._canvas.height = height;
    return width > 0 && height > 0 && this.pen !== null;
  }

  /** Forgets the pictures of another look, other colours or another size. */
  prepare(key: string): void {
    const { width, height } = this._canvas;
    const scale = Math.min(width, height) / UNITS;
    if (this._key === key && this._scale === scale) return;
    this._pictures.clear();
    this._key = key;
    this._scale = scale;
  }

  /** Clears, and lays the units into the box: a tall one goes on below the face. */
  begin(pen: CanvasRenderingContext2D): void {
    const { width, height } = this._canvas;
    const { _scale: scale } = this;
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.clearRect(0, 0, width, height);
    const half = (UNITS / 2) * scale;
    pen.setTransform(scale, 0, 0, scale, width / 2, half + (height - 2 * half) * 0.42);
  }

  blit(pen: CanvasRenderingContext2D, name: string, { box, draw }: Layer): void {
    let image = this._pictures.get(name);
    if (!image) {
      image = picture(Math.ceil(box.width * this._scale), Math.ceil(box.height * this._scale));
      const own = image.getContext('2d');
      own?.setTransform(this._scale, 0, 0, this._scale, -box.x * this._scale, -box.y * this._scale);
      if (own) draw(own);
      this._pictures.set(name, image);
    }
    const { _scale: scale } = this;
    pen.drawImage(image, box.x, box.y, image.width / scale, image.height / scale);
  }

  destroy(): void {
    this._sizes?.disconnect();
    this._pictures.clear();
  }
}
