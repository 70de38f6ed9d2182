/**
 * The drawn face as an element: owns its canvas, draws only while somebody can see it, and follows theme and size. Lazy:
 * loaded when a card first needs a face.
 */
import type { Mouth } from '../core/player';
import type { PlaybackState } from '../core/state';
import type { FaceView } from '../core/view';
import { Face, type FaceOptions } from '../face/face';
import { themeColors } from './theme-colors';

export const FACE_TAG = 'streaming-avatar-face';

declare global {
  interface HTMLElementTagNameMap {
    [FACE_TAG]: AvatarFace;
  }
}

export interface FaceShown {
  view: FaceView;
  motion: FaceOptions['motion'];
  playback: PlaybackState | null;
  mouth: Mouth | null;
  /** Changes when the theme does. */
  theme: unknown;
  /** The code of a look cannot be had any more. */
  onMissing: () => void;
}

/** Less of the face than this in sight is as good as none. */
const SEEN_RATIO = 0.1;
/** A short wait is no thinking. */
const THINK_AFTER_MS = 600;
const GAZED = ['pointermove', 'pointerdown'] as const;

export class AvatarFace extends HTMLElement {
  private readonly _canvas = document.createElement('canvas');
  private _face: Face | undefined;
  private _shown: FaceShown | undefined;
  private _spoken = '';
  private _inSight = true;
  private _card: HTMLElement | undefined;
  private _thinkTimer: ReturnType<typeof setTimeout> | undefined;
  private readonly _sights =
    typeof IntersectionObserver === 'undefined'
      ? undefined
      : new IntersectionObserver(
          (entries) => {
            this._inSight = (entries[entries.length - 1]?.intersectionRatio ?? 1) >= SEEN_RATIO;
            this._updateActive();
          },
          { threshold: [SEEN_RATIO] },
        );

  /** What is drawn now, for whoever wants to look at its `state`. */
  get face(): Face | undefined {
    return this._face;
  }

  set shown(shown: FaceShown) {
    const before = this._shown;
    this._shown = shown;
    if (this.isConnected) this._apply(before);
  }

  connectedCallback(): void {
    this._canvas.setAttribute('aria-hidden', 'true');
    this.append(this._canvas);
    this._card = this.closest<HTMLElement>('.card') ?? this;
    this._sights?.observe(this);
    document.addEventListener('visibilitychange', this._updateActive);
    for (const type of GAZED) this._card.addEventListener(type, this._onPointer);
    if (this._shown) this._apply(undefined);
  }

  disconnectedCallback(): void {
    this._sights?.disconnect();
    document.removeEventListener('visibilitychange', this._updateActive);
    for (const type of GAZED) this._card?.removeEventListener(type, this._onPointer);
    this._card = undefined;
    clearTimeout(this._thinkTimer);
    this._face?.destroy();
    this._face = undefined;
    this._spoken = '';
  }

  private _apply(before: FaceShown | undefined): void {
    const { _shown: shown } = this;
    if (!shown) return;
    const { look, colors, emotion } = shown.view;
    const options = { look, colors, emotion: emotion as FaceOptions['emotion'], motion: shown.motion };
    if (!this._face) {
      this._face = new Face(this._canvas, {
        ...options,
        theme: themeColors(this),
        onMissing: () => this._shown?.onMissing(),
      });
      this._updateActive();
    } else if (before && JSON.stringify([before.view, before.motion]) !== JSON.stringify([shown.view, shown.motion])) {
      this._face.update(options);
    }
    // The theme's colours reach the page's styles a moment after its name is told.
    if (before && before.theme !== shown.theme) requestAnimationFrame(this._updateTheme);
    this._applyPose(this._face, shown, before);
    this._applySound(this._face, shown, before);
  }

  private _applyPose(face: Face, { view: { pose } }: FaceShown, before: FaceShown | undefined): void {
    if (pose === before?.view.pose) return;
    clearTimeout(this._thinkTimer);
    if (pose !== 'thinking') {
      face.setPose(pose);
      return;
    }
    this._thinkTimer = setTimeout(() => {
      face.setPose('thinking');
    }, THINK_AFTER_MS);
  }

  private _applySound(face: Face, { playback, mouth }: FaceShown, before: FaceShown | undefined): void {
    if (mouth !== (before?.mouth ?? null)) face.setMouth(mouth);
    if (!playback || playback.id === this._spoken) return;
    this._spoken = playback.id;
    face.beginSentence(playback.text);
  }

  private readonly _updateTheme = (): void => {
    if (this.isConnected) this._face?.update({ theme: themeColors(this) });
  };

  /** Looks at what moves over the card. */
  private readonly _onPointer = ({ clientX, clientY }: PointerEvent): void => {
    const { left, top, width, height } = this.getBoundingClientRect();
    if (width > 0 && height > 0)
      this._face?.lookAt((2 * (clientX - left)) / width - 1, (2 * (clientY - top)) / height - 1);
  };

  private readonly _updateActive = (): void => {
    if (this._inSight && !document.hidden) this._face?.resume();
    else this._face?.suspend();
  };
}

if (!customElements.get(FACE_TAG)) customElements.define(FACE_TAG, AvatarFace);
