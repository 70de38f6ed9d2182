/**
 * Fetches the code of the drawn face when it will soon be needed, keeps a face that goes until something else has come
 * through in its place, and remembers the face of an avatar until the integration names it again.
 */
import { recall, remember } from '../core/browser-memory';
import type { CardState, KnownFace } from '../core/state';
import type { FaceView } from '../core/view';
import type { FaceLook } from '../core/wire';
import type { FaceShown } from './face-element';

const FADE_MS = 700;
const key = (entity: string): string => `face.${entity}`;

/** The face of an avatar that is nothing but its face, as this browser saw it last. */
export function knownFace(entity: string): KnownFace | null {
  try {
    return JSON.parse(recall('browser', key(entity)) ?? 'null') as KnownFace | null;
  } catch {
    return null;
  }
}

export class FaceKeeper {
  private _loading = false;
  private _ready = false;
  private _last: FaceView | null = null;
  private _remembered: FaceLook | null | undefined;
  private _timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly _load: () => Promise<unknown>,
    private readonly _onChange: () => void,
    private readonly _onMissing: () => void,
  ) {}

  remember(entity: string, { link, face, ownFace }: CardState): void {
    if (link !== 'attached' || face === this._remembered) return;
    this._remembered = face;
    remember('browser', key(entity), JSON.stringify(ownFace && face ? { face, own: true } : null));
  }

  /** A cloud's session may fail from its start on; the face that stands in must be at hand then. */
  foresee({ face, server }: CardState): void {
    if (face && (server.phase === 'starting' || server.stand_in)) this._fetch();
  }

  /** What to draw for the face that is wanted now; null: nothing. */
  shown(wanted: FaceView | null, rest: Omit<FaceShown, 'view' | 'onMissing'>): FaceShown | null {
    if (wanted) {
      this._fetch();
      clearTimeout(this._timer);
      this._timer = undefined;
      this._last = wanted;
    } else if (this._last && this._timer === undefined) {
      this._timer = setTimeout(() => {
        this._timer = undefined;
        this._last = null;
        this._onChange();
      }, FADE_MS);
    }
    return this._ready && this._last ? { view: this._last, onMissing: this._onMissing, ...rest } : null;
  }

  destroy(): void {
    clearTimeout(this._timer);
    this._timer = undefined;
    this._last = null;
  }

  private _fetch(): void {
    if (this._loading) return;
    this._loading = true;
    this._load().then(
      () => {
        this._ready = true;
        this._onChange();
      },
      () => {
        this._onMissing();
      },
    );
  }
}
