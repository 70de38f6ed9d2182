/** The card itself: shows a session and passes on what the user does. Decides nothing. */
import { nothing, type TemplateResult } from 'lit/html.js';
import { audioGate } from '../audio/audio-gate';
import { soundArbiter } from '../audio/sound-arbiter';
import { remember } from '../core/browser-memory';
import { fingerprint, screenName } from '../core/client-identity';
import type { CardConfig } from '../core/config';
import { microphoneFact } from '../core/facts';
import type { AvatarSession } from '../core/session';
import { sessionPool } from '../core/session-pool';
import { initialState, type Sentence } from '../core/state';
import { UPDATE_READY, viewOf, type Notice, type View } from '../core/view';
import { createEngine, preloadEngine, TRANSPORTS } from '../engines/create-engine';
import {
  absoluteUrl,
  changedFor,
  entityFacts,
  houseVersion,
  languageOf,
  runAction,
  socketOf,
  themeOf,
  watchReducedMotion,
  type Hass,
} from '../ha/hass';
import { Details } from './details';
import type { DiagnosticsParts } from './diagnostics';
import { mutedKey, newSession, type WorldParts } from './new-session';
import { layout, type LayoutHandlers } from './layout';
import { DrawnElement, type Changes } from './drawn-element';
import { FaceKeeper, knownFace } from './face-keeper';
import { Portrait } from './portrait';
import { captionFit } from './caption-fit';
import { styles } from './styles';
import { Wording } from './wording';

declare const __VERSION__: string;

export { editorForm } from './editor-form';
export const VIEW_TAG = 'streaming-avatar-view';

declare global {
  interface HTMLElementTagNameMap {
    [VIEW_TAG]: AvatarView;
  }
}

const CONTROLS_STAY_MS = 4000;
const SENTENCES_KEPT = 5;
const WAKING = ['pointermove', 'pointerdown', 'keydown', 'focusin'] as const;

export class AvatarView extends DrawnElement implements LayoutHandlers {
  hass: Hass | undefined;
  preview = false;
  layout: string | undefined;
  /** What a session is made of; the demo page and the tests put in their own. */
  parts: WorldParts = {
    createEngine,
    preloadEngine,
    loadSounds: () => import('../core/spoken-sound').then(({ createSound }) => createSound),
    audioGate,
    arbiter: soundArbiter,
  };
  private _config: CardConfig | undefined;
  private _saying = false;
  private _sending = false;
  /** What has the focus may go with the next picture; then something beside it takes it over. */
  private _focused = false;
  private _asleep = false;
  private _still = false;
  private _captionLimit = 80;
  private _fitted = false;
  private _view: View | undefined;
  private _lastShown = '';
  private _sentences: readonly Sentence[] = [];
  private _session: AvatarSession | undefined;
  private _slot = '';
  private _stopSession: (() => void) | undefined;
  private _stopMotion: (() => void) | undefined;
  private readonly _portrait = new Portrait(() => {
    this.requestUpdate();
  });
  private readonly _faces = new FaceKeeper(
    () => import('./face-element'),
    () => {
      this.requestUpdate();
    },
    () => this._session?.codeMissing(),
  );
  private readonly _outdated = (): void => {
    this._session?.codeMissing(false);
  };
  private readonly _wording = new Wording(() => {
    this.requestUpdate();
  }, this._outdated);
  private readonly _details = new Details(() => this._diagnostics(), this._outdated);
  private _sleepTimer: ReturnType<typeof setTimeout> | undefined;
  private readonly _resizes =
    typeof ResizeObserver === 'undefined'
      ? undefined
      : new ResizeObserver(() => {
          this._measure();
        });

  constructor() {
    super(styles);
  }

  setConfig(config: CardConfig): void {
    const moved = this._config && sessionKey(this._config) !== sessionKey(config);
    this._config = config;
    this.toggleAttribute('compact', config.compact);
    if (moved) this._release();
    this._acquire();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.setAttribute('role', 'group');
    for (const type of WAKING) this.addEventListener(type, this._wake);
    this.addEventListener('keydown', this._onKey);
    for (const type of Details.events) this.addEventListener(type, this._details);
    this._resizes?.observe(this);
    this._stopMotion = watchReducedMotion(this, (reduced) => {
      this._still = reduced;
    });
    this._wake();
    this._acquire();
  }

  disconnectedCallback(): void {
    for (const type of WAKING) this.removeEventListener(type, this._wake);
    this.removeEventListener('keydown', this._onKey);
    for (const type of Details.events) this.removeEventListener(type, this._details);
    this._details.stop();
    this._resizes?.disconnect();
    this._stopMotion?.();
    clearTimeout(this._sleepTimer);
    this._faces.destroy();
    this._release();
  }

  protected override shouldUpdate(changed: Changes): boolean {
    if (changed.size > 1 || !changed.has('hass') || !this._config || !this.hass) return true;
    return changedFor(this._config.entity, changed.get('hass') as Hass | undefined, this.hass);
  }

  protected override willUpdate(changed: Changes): void {
    const { hass, _config: config } = this;
    if (this.layout !== undefined) this.setAttribute('layout', this.layout);
    if (this.preview) this._release();
    else this._acquire();
    this._focused = this.shadowRoot?.activeElement !== null;
    if (!hass || !config) return;
    const entity = entityFacts(hass, config.entity);
    const state = this._session?.state ?? initialState(0, knownFace(config.entity));
    this._view = viewOf(state, entity, config, this.preview, this._captionLimit);
    if (this._view.notice && !this._wording.knowsNotices) {
      this._view = { ...this._view, notice: state.outdated ? UPDATE_READY : null };
    }
    this._faces.foresee(state);
    this._faces.remember(config.entity, state);
    this._wakeOnChange(this._view);
    if (!changed.has('hass')) return;
    this._session?.useSocket(socketOf(hass));
    this._session?.useAvailability(entity.available);
    this._wording.use(languageOf(hass));
  }

  protected override updated(): void {
    const stage = this._session?.stage;
    const place = this.renderRoot.querySelector('.place');
    if (stage && place && stage.parentElement !== place) place.append(stage);
    if (this._focused && !this.shadowRoot?.activeElement) this._focus('.bar .button:not(:disabled)');
    const foot = this.renderRoot.querySelector<HTMLElement>('.bottom')?.offsetHeight ?? 0;
    this.style.setProperty('--foot', `${String(foot)}px`);
  }

  protected override render(): TemplateResult | typeof nothing {
    const { _config: config, _view: view, _session: session } = this;
    if (!view || !config) return nothing;
    const name = view.name || this._wording.localize('card.unnamed');
    this.setAttribute('aria-label', this._wording.localize('card.label', { name }));
    const url = this._portrait.url(view.portrait !== null && this.hass ? absoluteUrl(this.hass, view.portrait) : null);
    const still = config.motion === 'auto' ? this._still : config.motion === 'reduced';
    return layout({
      view,
      config,
      name,
      portrayed: url !== null,
      portrait: view.face?.own ? nothing : this._portrait.render(url),
      face: this._faces.shown(view.face, {
        motion: this.preview ? 'still' : still ? 'reduced' : 'full',
        playback: session?.state.playback ?? null,
        mouth: session?.mouth ?? null,
        theme: this.hass && themeOf(this.hass),
      }),
      saying: this._saying,
      sending: this._sending,
      asleep: this._asleep,
      still,
      sentences: this._sentences,
      localize: this._wording.localize,
      on: this,
    });
  }

  private _diagnostics(): DiagnosticsParts | null {
    const { hass, _session: session, _config: config } = this;
    if (!hass || !session || !config) return null;
    return {
      host: this.renderRoot,
      localize: this._wording.localize,
      ping: () => socketOf(this.hass ?? hass).ping(),
      read: () => ({
        state: session.state,
        card: __VERSION__,
        house: houseVersion(hass),
        screen: screenName(config.screen),
        rooms: TRANSPORTS,
        connected: socketOf(this.hass ?? hass).connected,
        context: this.parts.audioGate.context?.state ?? 'none',
        microphone: microphoneFact(),
      }),
    };
  }

  private _acquire(): void {
    const { hass, _config: config } = this;
    if (!hass || !config || this.preview || !this.isConnected || this._session) return;
    const session = sessionPool.acquire(sessionKey(config), (slot) => newSession(slot, hass, config, this.parts));
    this._session = session;
    this._slot = sessionKey(config);
    session.runAction = (action) => runAction(this.hass ?? hass, action, config.entity);
    session.onLevel = (level) => {
      this.renderRoot.querySelector<HTMLElement>('.halo')?.style.setProperty('--level', level.toFixed(2));
    };
    session.useSocket(socketOf(hass));
    this._stopSession = session.subscribe(() => {
      this._onState();
    });
    this._onState();
  }

  private _release(): void {
    const session = this._session;
    if (!session) return;
    this._stopSession?.();
    session.onLevel = undefined;
    this._session = undefined;
    sessionPool.release(session);
  }

  private _onState(): void {
    const sentence = this._session?.state.sentence;
    if (sentence && sentence.id !== this._sentences[this._sentences.length - 1]?.id) {
      this._sentences = [...this._sentences, sentence].slice(-SENTENCES_KEPT);
    }
    this.requestUpdate();
  }

  private _focus(selector: string): void {
    this.renderRoot.querySelector<HTMLElement>(selector)?.focus();
  }

  private _measure(): void {
    const { size, limit, ordinary } = captionFit(this.clientWidth, this.clientHeight);
    this.style.setProperty('--caption-size', `${size.toFixed(1)}px`);
    this._captionLimit = limit;
    if (ordinary || this._fitted) return;
    this._fitted = true;
    // Not to be seen in a size that is not its own.
    this.style.visibility = 'hidden';
    void import('./styles-sizes')
      .then(({ sizeStyles }) => {
        this.addStyles(sizeStyles);
      }, this._outdated)
      .then(() => {
        this.style.visibility = '';
      });
  }

  /** A new state shows itself, buttons and all, before it steps back. */
  private _wakeOnChange(view: View): void {
    const shown = `${view.mode}${view.status}${String(view.endsSoon)}`;
    if (shown === this._lastShown) return;
    this._lastShown = shown;
    this._wake();
  }

  private readonly _wake = (): void => {
    this._asleep = false;
    clearTimeout(this._sleepTimer);
    if (!this.isConnected) return;
    this._sleepTimer = setTimeout(() => {
      const inside = this.shadowRoot?.activeElement;
      if (inside?.matches(':focus-visible')) this._wake();
      else this._asleep = true;
    }, CONTROLS_STAY_MS);
  };

  private readonly _onKey = (event: KeyboardEvent): void => {
    if (this._handlesKey(event)) event.stopPropagation();
  };

  private _handlesKey(event: KeyboardEvent): boolean {
    const key = event.key.toLowerCase();
    if (key === 'escape') return this._escape();
    const typing = event.composedPath()[0] instanceof HTMLInputElement;
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return false;
    if (key === 'm') this.mute();
    else if (key === 'c') this.captions();
    else return false;
    return true;
  }

  private _escape(): boolean {
    if (this._saying) this.closeSay();
    else if (this._view?.controls.interruptShown) this.interrupt();
    else return false;
    return true;
  }

  tapScene = (): void => {
    const state = this._session?.state;
    if (this._saying) this.closeSay();
    else if (!state || !this._config?.start_on_tap || !state.canControl) return;
    else if (state.link === 'attached' && state.server.phase === 'off') this.start();
  };
  unlockSound = (): void => {
    this._session?.unlockAudio();
  };
  details = (): void => {
    void this._details.open();
  };
  notice = (action: NonNullable<Notice['action']>): void => {
    if (action === 'dismiss') this._session?.dismiss();
    else if (action === 'retry') this._session?.retry();
    else window.location.reload();
  };
  start = (): void => {
    void this._session?.act('start_session');
  };
  stop = (): void => {
    void this._session?.act('stop_session');
  };
  interrupt = (): void => {
    void this._session?.act('interrupt');
  };
  showHere = (): void => {
    void this._session?.takeSeat();
  };
  mute = (): void => {
    const muted = !this._session?.state.muted;
    this._session?.setMuted(muted);
    remember('browser', mutedKey(this._slot), String(muted));
  };
  captions = (): void => {
    this._session?.setCaptionsHidden(!this._session.state.captionsHidden);
  };
  openSay = (): void => {
    this._saying = true;
    void this.updateComplete.then(() => {
      this._focus('.say input');
    });
  };
  closeSay = (): void => {
    this._saying = false;
    this._wake();
    void this.updateComplete.then(() => {
      this._focus('.say-open');
    });
  };
  say = (text: string): void => {
    this._sending = true;
    void this._session?.say(text).then((taken) => {
      this._sending = false;
      const field = this.renderRoot.querySelector<HTMLInputElement>('.say input');
      if (taken && field) field.value = '';
    });
  };
}

function sessionKey(config: CardConfig): string {
  return `${config.entity}.${fingerprint(JSON.stringify(config))}`;
}

AvatarView.watch({
  hass: true,
  preview: true,
  layout: true,
  _config: true,
  _saying: true,
  _sending: true,
  _asleep: true,
  _still: true,
  _captionLimit: true,
});
if (!customElements.get(VIEW_TAG)) customElements.define(VIEW_TAG, AvatarView);
