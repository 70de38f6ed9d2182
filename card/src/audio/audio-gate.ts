/**
 * Whether this page may make a sound, and the page's one AudioContext. Browsers allow sound only after the page was
 * touched; only trying tells. The context is never closed: a closed one cannot be used again, and a page has few. It
 * rests while nobody plays, for a silent one costs as much as one that sounds.
 */
import type { AudioFact } from '../core/wire';

/** `resume()` neither resolves nor rejects without a gesture; a context that may run does so within this time. */
const RESUME_MS = 300;
const REST_MS = 4000;
const GESTURES = ['pointerdown', 'touchend', 'keydown'] as const;
/** 50 ms of silence, 8 kHz mono. */
const SILENT_WAV = `data:audio/wav;base64,UklGRrQBAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YZABAAC${'AgI'.repeat(177)}CA`;

type Listener = (audio: AudioFact) => void;

/** Keeps the context awake. */
export interface Hold {
  /** It runs, or will not soon. */
  readonly ready: Promise<unknown>;
  release(): void;
}

export class AudioGate {
  private _context: AudioContext | null | undefined;
  private _fact: AudioFact = 'blocked';
  private _probing: Promise<AudioFact> | undefined;
  private readonly _listeners = new Set<Listener>();
  private readonly _gestureListeners = new Set<() => void>();
  private _listening = false;
  private readonly _holds = new Set<Hold>();
  private _restTimer: ReturnType<typeof setTimeout> | undefined;
  /** We put the context to rest: it may run again when it is needed. */
  private _resting = false;

  get fact(): AudioFact {
    return this._fact;
  }

  /** Made when first asked for; null where the browser has no Web Audio. */
  get context(): AudioContext | null {
    if (this._context !== undefined) return this._context;
    this._context = typeof AudioContext === 'undefined' ? null : new AudioContext();
    // iOS interrupts the context for a call or another app, and gives it back; then sound needs a new try.
    this._context?.addEventListener('statechange', () => {
      if (this._listeners.size > 0 && !this._resting) void this.probe();
    });
    return this._context;
  }

  /** For as long as there is, or may soon be, something to hear. */
  hold(): Hold {
    const { context } = this;
    const ready = context && this._resting ? wake(context) : Promise.resolve();
    this._resting = false;
    clearTimeout(this._restTimer);
    const hold = {
      ready,
      release: (): void => {
        this._holds.delete(hold);
        this._restSoon();
      },
    };
    this._holds.add(hold);
    return hold;
  }

  /** `onGesture` runs inside the gesture itself, where browsers let an element start to play. */
  watch(listener: Listener, onGesture: () => void): () => void {
    this._listeners.add(listener);
    this._gestureListeners.add(onGesture);
    this._listenForGestures(this._fact !== 'ok');
    return () => {
      this._listeners.delete(listener);
      this._gestureListeners.delete(onGesture);
      if (this._listeners.size === 0) this._listenForGestures(false);
    };
  }

  probe(): Promise<AudioFact> {
    this._probing ??= this._tryOut().then((fact) => {
      this._probing = undefined;
      this._set(fact);
      this._restSoon();
      return fact;
    });
    return this._probing;
  }

  /** An engine found out that its own sound is (not) let through: the truth, whatever the probe said. */
  learn(blocked: boolean): void {
    this._set(blocked ? 'blocked' : 'ok');
  }

  /** Call within a gesture. */
  unlock(): Promise<AudioFact> {
    const context = this.context;
    this._resting = false;
    void context?.resume().catch(() => undefined);
    if (context) playSilence(context);
    for (const listener of [...this._gestureListeners]) listener();
    this._probing = undefined;
    return this.probe();
  }

  private readonly _onGesture = (): void => {
    void this.unlock();
  };

  private _listenForGestures(on: boolean): void {
    if (on === this._listening) return;
    this._listening = on;
    for (const type of GESTURES) {
      if (on) window.addEventListener(type, this._onGesture, { capture: true, passive: true });
      else window.removeEventListener(type, this._onGesture, { capture: true });
    }
  }

  private _restSoon(): void {
    clearTimeout(this._restTimer);
    if (this._holds.size > 0 || this._resting) return;
    this._restTimer = setTimeout(() => {
      if (this._context?.state !== 'running') return;
      this._resting = true;
      void this._context.suspend().catch(() => undefined);
    }, REST_MS);
  }

  private async _tryOut(): Promise<AudioFact> {
    const context = this.context;
    if (!context && typeof Audio === 'undefined') return 'none';
    if (this._resting) return 'ok';
    if (context && (await runs(context))) return 'ok';
    return (await elementPlays()) ? 'ok' : 'blocked';
  }

  private _set(fact: AudioFact): void {
    if (this._listeners.size > 0) this._listenForGestures(fact !== 'ok');
    if (fact === this._fact) return;
    this._fact = fact;
    for (const listener of [...this._listeners]) listener(fact);
  }
}

async function runs(context: AudioContext): Promise<boolean> {
  if (context.state !== 'running') await wake(context);
  return context.state === 'running';
}

function wake(context: AudioContext): Promise<unknown> {
  const late = new Promise((resolve) => setTimeout(resolve, RESUME_MS));
  return Promise.race([context.resume().catch(() => undefined), late]);
}

async function elementPlays(): Promise<boolean> {
  if (typeof Audio === 'undefined') return false;
  const element = new Audio(SILENT_WAV);
  try {
    await element.play();
    return true;
  } catch {
    return false;
  } finally {
    element.pause();
    element.removeAttribute('src');
  }
}

function playSilence(context: AudioContext): void {
  const source = context.createBufferSource();
  source.buffer = context.createBuffer(1, 1, context.sampleRate);
  source.connect(context.destination);
  source.start();
}

/** One per page: every card of it shares the context and the permission to sound. */
export const audioGate = new AudioGate();
