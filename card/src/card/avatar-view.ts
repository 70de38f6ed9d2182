/** The card itself: shows a session and passes on what the user does. Decides nothing. */
import { nothing, type TemplateResult } from 'lit/html.js';
import { audioGate } from '../audio/audio-gate';
import { soundArbiter } from '../audio/sound-arbiter';
import { recall, remember } from '../core/browser-memory';
import { clientId, fingerprint, renewClientId, screenName } from '../core/client-identity';
import type { CardConfig } from '../core/config';
import { AvatarSession } from '../core/session';
import type { SessionParts } from '../core/session-parts';
import { sessionPool } from '../core/session-pool';
import { initialState, type Sentence } from '../core/state';
import { viewOf, type Notice, type View } from '../core/view';
import { createEngine, preloadEngine, TRANSPORTS } from '../engines/create-engine';
import {
  absoluteUrl,
  changedFor,
  entityFacts,
  languageOf,
  runAction,
  socketOf,
  themeOf,
  watchReducedMotion,
  type Hass,
} from '../ha/hass';
import { loadLanguage, loadNotices, localizeEnglish, type Localize } from '../i18n/localize';
import { layout, type LayoutHandlers } from './layout';
import { DrawnElement, type Changes } from './drawn-element';
import { FaceKeeper, knownFace } from './face-keeper';
import { Portrait } from './portrait';
import { captionFit } from './caption-fit';
import { styles } from './styles';

declare const __VERSION__: string;

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
  parts: Pick<SessionParts, 'createEngine' | 'preloadEngine' | 'loadSounds' | 'audioGate' | 'arbiter'> = {
    createEngine,
    preloadEngine,
    loadSounds: () => import('../core/spoken-sound').then(({ createSound }) => createSound),
    audioGate,
    arbiter: soundArbiter,
  };
  private _config: CardConfig | undefined;
  private _localize: Localize = localizeEnglish;
  private _saying = false;
  private _sending = false;
  private _asleep = false;
  private _still = false;
  private _captionLimit = 80;
  private _noticesThere = false;
  private _language = '';
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
    if (!hass || !config) return;
    const entity = entityFacts(hass, config.entity);
    const state = this._session?.state ?? initialState(0, knownFace(config.entity));
    this._view = viewOf(state, entity, config, this.preview, this._captionLimit);
    if (this._view.notice && !this._noticesThere) this._awaitNotices(this._view);
    this._faces.foresee(state);
    this._faces.remember(config.entity, state);
    this._wakeOnChange(this._view);
    if (!changed.has('hass')) return;
    this._session?.useSocket(socketOf(hass));
    this._session?.useAvailability(entity.available);
    const language = languageOf(hass);
    if (language === this._language) return;
    this._language = language;
    void loadLanguage(language).then((localize) => {
      if (language === this._language) this._localize = localize;
    });
  }

  protected override updated(): void {
    const stage = this._session?.stage;
    const place = this.renderRoot.querySelector('.place');
    if (stage && place && stage.parentElement !== place) place.append(stage);
    const foot = this.renderRoot.querySelector<HTMLElement>('.bottom')?.offsetHeight ?? 0;
    this.style.setProperty('--foot', `${String(foot)}px`);
  }

  protected override render(): TemplateResult | typeof nothing {
    const { _config: config, _view: view, _session: session } = this;
    if (!view || !config) return nothing;
    const name = view.name || this._localize('card.unnamed');
    this.setAttribute('aria-label', this._localize('card.label', { name }));
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
      localize: this._localize,
      on: this,
    });
  }

  private _awaitNotices(view: View): void {
    this._view = { ...view, notice: null };
    void loadNotices().then(() => {
      this._noticesThere = true;
    });
  }

  private _acquire(): void {
    const { hass, _config: config } = this;
    if (!hass || !config || this.preview || !this.isConnected || this._session) return;
    const session = sessionPool.acquire(sessionKey(config), (slot) => this._newSession(slot, hass, config));
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

  private _newSession(slot: string, hass: Hass, config: CardConfig): AvatarSession {
    return new AvatarSession({
      socket: socketOf(hass),
      entityId: config.entity,
      identity: {
        id: clientId(slot),
        name: screenName(config.screen),
        version: __VERSION__,
        transports: [...TRANSPORTS],
      },
      renewId: () => renewClientId(slot),
      muted: recall('browser', mutedKey(slot)) === 'true',
      known: knownFace(config.entity),
      resolveUrl: (path) => absoluteUrl(hass, path),
      ...this.parts,
    });
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

  private _measure(): void {
    const { size, limit } = captionFit(this.clientWidth, this.clientHeight);
    this.style.setProperty('--caption-size', `${size.toFixed(1)}px`);
    this._captionLimit = limit;
  }

  /** A new state shows itself, buttons and all, before it steps back. */
  private _wakeOnChange(view: View): void {
    const shown = `${view.mode}${view.status}`;
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
      this.renderRoot.querySelector<HTMLInputElement>('.say input')?.focus();
    });
  };
  closeSay = (): void => {
    this._saying = false;
    this._wake();
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

function mutedKey(slot: string): string {
  return `muted.${slot}`;
}

AvatarView.watch({
  hass: true,
  preview: true,
  layout: true,
  _config: true,
  _localize: true,
  _saying: true,
  _sending: true,
  _asleep: true,
  _still: true,
  _captionLimit: true,
  _noticesThere: true,
});
if (!customElements.get(VIEW_TAG)) customElements.define(VIEW_TAG, AvatarView);
