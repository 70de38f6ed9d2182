/** The card itself: draws the view model and passes on what the user does. Decides nothing. */
import { LitElement, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { audioGate } from '../audio/audio-gate';
import { soundArbiter } from '../audio/sound-arbiter';
import { clientId, fingerprint, renewClientId, screenName } from '../core/client-identity';
import { parseConfig, type CardConfig } from '../core/config';
import { AvatarSession, type SessionParts } from '../core/session';
import { sessionPool } from '../core/session-pool';
import { initialState } from '../core/state';
import { viewOf, type Notice, type View } from '../core/view';
import { createEngine, preloadEngine, TRANSPORTS } from '../engines/create-engine';
import {
  absoluteUrl,
  changedFor,
  entityFacts,
  languageOf,
  runAction,
  socketOf,
  watchReducedMotion,
  type Hass,
} from '../ha/hass';
import { loadLanguage, localizeEnglish, type Localize } from '../i18n/localize';
import { controlBar, sayField, type ControlHandlers } from './controls';
import { icon } from './icons';
import { portrait } from './portrait';
import { noticeBox, statusLine, statusText } from './status';
import { styles } from './styles';

declare const __VERSION__: string;

export const VIEW_TAG = 'streaming-avatar-view';
const CONTROLS_STAY_MS = 4000;
const SENTENCES_KEPT = 5;
/** As in styles-compact.ts. */
const COMPACT_HEIGHT = 200;
const NARROW_WIDTH = 280;

export class AvatarView extends LitElement implements ControlHandlers {
  static override styles = styles;
  static override properties = {
    hass: { attribute: false },
    preview: { attribute: false },
    layout: { reflect: true },
    _config: { state: true },
    _localize: { state: true },
    _saying: { state: true },
    _sending: { state: true },
    _awake: { state: true },
    _reduced: { state: true },
    _captionLimit: { state: true },
    _brokenPortrait: { state: true },
  };

  hass: Hass | undefined;
  preview = false;
  layout: string | undefined;
  /** What a session is made of; the demo page and the tests put in their own. */
  parts: Pick<SessionParts, 'createEngine' | 'preloadEngine' | 'audioGate' | 'arbiter'> = {
    createEngine,
    preloadEngine,
    audioGate,
    arbiter: soundArbiter,
  };
  private _config: CardConfig | undefined;
  private _localize: Localize = localizeEnglish;
  private _saying = false;
  private _sending = false;
  private _awake = true;
  private _reduced = false;
  private _captionLimit = 80;
  private _brokenPortrait: string | null = null;
  private _session: AvatarSession | undefined;
  private _stopSession: (() => void) | undefined;
  private _stopMotion: (() => void) | undefined;
  private _awakeTimer: ReturnType<typeof setTimeout> | undefined;
  private _language = '';
  private _sentences: { id: number; text: string }[] = [];
  private readonly _resizes =
    typeof ResizeObserver === 'undefined' ? undefined : new ResizeObserver(() => this._measure());

  setConfig(raw: unknown): void {
    const config = parseConfig(raw);
    const moved = this._config && sessionKey(this._config) !== sessionKey(config);
    this._config = config;
    if (moved) this._release();
    if (this.isConnected) this._acquire();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.setAttribute('role', 'group');
    this.addEventListener('keydown', this._onKey);
    this.addEventListener('pointermove', this._wake);
    this.addEventListener('pointerdown', this._wake);
    this._resizes?.observe(this);
    this._stopMotion = watchReducedMotion(this, (reduced) => {
      this._reduced = reduced;
    });
    this._acquire();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.removeEventListener('keydown', this._onKey);
    this.removeEventListener('pointermove', this._wake);
    this.removeEventListener('pointerdown', this._wake);
    this._resizes?.disconnect();
    this._stopMotion?.();
    clearTimeout(this._awakeTimer);
    this._release();
  }

  protected override shouldUpdate(changed: PropertyValues): boolean {
    if (changed.size > 1 || !changed.has('hass') || !this._config || !this.hass) return true;
    return changedFor(this._config.entity, changed.get('hass') as Hass | undefined, this.hass);
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('preview') && this.preview) this._release();
    if (!changed.has('hass') || !this.hass) return;
    const language = languageOf(this.hass);
    if (language !== this._language) {
      this._language = language;
      void loadLanguage(language).then((localize) => {
        this._localize = localize;
      });
    }
    if (this._session) this._session.useSocket(socketOf(this.hass));
    else this._acquire();
  }

  protected override updated(): void {
    const stage = this._session?.stage;
    const place = this.renderRoot.querySelector('.place');
    if (stage && place && stage.parentElement !== place) place.append(stage);
  }

  protected override render(): TemplateResult | typeof nothing {
    const { hass, _config: config } = this;
    if (!hass || !config) return nothing;
    const state = this._session?.state ?? initialState(0);
    const view = viewOf(state, entityFacts(hass, config.entity), config, this.preview, this._captionLimit);
    const name = view.name || this._localize('card.unnamed');
    this.setAttribute('aria-label', this._localize('card.label', { name }));
    const quiet = view.showVideo && !this._awake && !this._saying && config.controls !== 'always';
    const classes = [
      `is-${view.mode}`,
      `is-${view.status}`,
      view.showVideo ? 'video' : '',
      view.showVideo || this._portraitUrl(view) ? 'pictured' : '',
      quiet ? 'quiet' : '',
      view.notice ? 'noticed' : '',
      view.soundChip ? 'chipped' : '',
      config.fit,
    ].join(' ');
    return html`<ha-card class="card ${classes} ${this._reduced ? 'still' : ''}">
      <div class="scene ${this._tappable(view) ? 'tappable' : ''}" @click=${this._onScene}>
        <div class="ambience"></div>
        <div class="picture" role="img" aria-label="${name}: ${statusText(view, this._localize)}">
          ${this._portrait(view)}
          <div class="place"></div>
        </div>
        <div class="shade"></div>
        <div class="halo"></div>
        <div class="progress"></div>
      </div>
      <div class="top">
        <div class="title">
          ${config.show_name ? html`<span class="name" dir="auto">${name}</span>` : nothing}
          ${statusLine(view, this._localize)}
        </div>
        ${view.soundChip
          ? html`<button type="button" class="button chip" @click=${this._onSound}>
              ${icon('muted')}<span>${this._localize('control.sound')}</span>
            </button>`
          : nothing}
      </div>
      <div class="bottom">
        ${this._caption(view)}
        ${view.notice ? noticeBox(view.notice, name, this._localize, (action) => this._onNotice(action)) : nothing}
        ${config.controls === 'off' ? nothing : this._controls({ ...view, name })}
      </div>
      <div class="hidden" role="log" aria-live="polite" aria-label=${this._localize('caption.log')}>
        ${this._sentences.map((sentence) => html`<p dir="auto">${sentence.text}</p>`)}
      </div>
    </ha-card>`;
  }

  private _controls(view: View): TemplateResult {
    if (view.controls.showHere) {
      return html`<div class="bar">
        <button type="button" class="button primary wide" @click=${this._onShowHere}>
          ${icon('here')}<span>${this._localize('control.show_here')}</span>
        </button>
        ${view.controls.interrupt ? controlBar({ ...view, controls: { ...view.controls, stop: false, say: false, captions: false } }, this._localize, this) : nothing}
      </div>`;
    }
    return this._saying && view.controls.say
      ? sayField(view, this._localize, this._sending, this)
      : controlBar(view, this._localize, this);
  }

  private _caption(view: View): TemplateResult | typeof nothing {
    if (!view.caption) return nothing;
    const { role, spoken, rest } = view.caption;
    return html`<p class="caption ${role}" dir="auto" aria-hidden="true">
      ${role === 'user' ? html`<b>${this._localize('caption.user')}</b> ` : nothing}<span class="spoken">${spoken}</span
      ><span class="rest">${rest}</span>
    </p>`;
  }

  private _portraitUrl(view: View): string | null {
    const url = view.portrait && this.hass ? absoluteUrl(this.hass, view.portrait) : null;
    return url === this._brokenPortrait ? null : url;
  }

  private _portrait(view: View): TemplateResult {
    const url = this._portraitUrl(view);
    return portrait(url, () => {
      this._brokenPortrait = url;
    });
  }

  private _tappable(view: View): boolean {
    return view.controls.start && this._config?.start_on_tap === true;
  }

  private _acquire(): void {
    const { hass, _config: config } = this;
    if (!hass || !config || this.preview || !this.isConnected || this._session) return;
    const session = sessionPool.acquire(sessionKey(config), (slot) =>
      new AvatarSession({
        socket: socketOf(hass),
        entityId: config.entity,
        identity: {
          id: clientId(slot),
          name: screenName(config.screen),
          version: __VERSION__,
          transports: [...TRANSPORTS],
        },
        renewId: () => renewClientId(slot),
        ...this.parts,
      }),
    );
    this._session = session;
    session.runAction = (action) => (this.hass ? runAction(this.hass, action, config.entity) : Promise.resolve());
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

  private _measure(): void {
    const { width, height } = this.getBoundingClientRect();
    const beside = height < COMPACT_HEIGHT && width >= NARROW_WIDTH;
    const room = beside ? width - Math.min(height, width * 0.4) : width;
    const size = beside ? 15 : captionSize(width);
    this.style.setProperty('--caption-size', `${size.toFixed(1)}px`);
    const perLine = (room - 44) / (size * 0.53);
    this._captionLimit = Math.min(110, Math.max(24, Math.floor(perLine * 1.8)));
  }

  private readonly _wake = (): void => {
    this._awake = true;
    clearTimeout(this._awakeTimer);
    this._awakeTimer = setTimeout(() => {
      this._awake = false;
    }, CONTROLS_STAY_MS);
  };

  private readonly _onKey = (event: KeyboardEvent): void => {
    const typing = event.composedPath()[0] instanceof HTMLInputElement;
    if (event.key === 'Escape') {
      if (this._saying) this.closeSay();
      else this.interrupt();
    } else if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    else if (event.key === 'm' || event.key === 'M') this.mute();
    else if (event.key === 'c' || event.key === 'C') this.captions();
    else return;
    event.stopPropagation();
  };

  private readonly _onScene = (): void => {
    if (this._saying) {
      this.closeSay();
      return;
    }
    const state = this._session?.state;
    if (!state || !this._config?.start_on_tap || !state.canControl) return;
    if (state.link === 'attached' && state.server.phase === 'off') this.start();
  };

  private readonly _onSound = (): void => {
    this._session?.unlockAudio();
  };

  private readonly _onShowHere = (): void => {
    void this._session?.takeSeat();
  };

  private _onNotice(action: NonNullable<Notice['action']>): void {
    if (action === 'dismiss') this._session?.dismiss();
    else if (action === 'retry') this._session?.retry();
    else window.location.reload();
  }

  start = (): void => {
    void this._session?.act('start_session');
  };
  stop = (): void => {
    void this._session?.act('stop_session');
  };
  interrupt = (): void => {
    const state = this._session?.state;
    if (state?.canControl && state.server.phase !== 'off') void this._session?.act('interrupt');
  };
  mute = (): void => {
    this._session?.setMuted(!this._session.state.muted);
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

/** Readable from across a room on a tablet, and still two lines on a narrow card. */
function captionSize(width: number): number {
  return Math.min(30, Math.max(14, 9.6 + width * 0.0205));
}

if (!customElements.get(VIEW_TAG)) customElements.define(VIEW_TAG, AvatarView);
