/**
 * One card's avatar, apart from any element: the line to the integration, the stay in a room, the page around it. Feeds
 * the reducer and carries out what the integration asks for. A card element shows it and may come and go.
 */
import type { AudioGate } from '../audio/audio-gate';
import type { SoundArbiter, Voice } from '../audio/sound-arbiter';
import type { EngineEvent, EngineFactory } from '../engines/engine';
import { errorMessage, type HassSocket } from '../ha/socket';
import { Connection } from './connection';
import { PageLife } from './page-life';
import { nextTick, reduce, type Input } from './reducer';
import { freeze } from './freeze';
import { RoomVisit } from './room-visit';
import { initialState, seatAskable, type CardState } from './state';
import type { ClientHello, Facts, JoinEvent, MicrophoneFact, WireEvent } from './wire';

export type SessionAction = 'start_session' | 'stop_session' | 'interrupt';

export interface SessionParts {
  socket: HassSocket;
  entityId: string;
  identity: { id: string; name: string; version: string; transports: string[] };
  /** Another tab took the id; returns a new one. */
  renewId: () => string;
  muted: boolean;
  createEngine: EngineFactory;
  preloadEngine: () => void;
  audioGate: AudioGate;
  arbiter: SoundArbiter;
}

/** Home Assistant takes cards out of the page and puts them back at once; that is no reason to tell the seat about. */
const HIDE_MS = 1000;

export class AvatarSession implements Voice {
  /** Engines put their picture here; the element that shows the session takes it in. */
  readonly stage = document.createElement('div');
  onLevel: ((level: number) => void) | undefined;
  runAction: ((action: SessionAction) => Promise<void>) | undefined;
  private _state: CardState = initialState(Date.now());
  private _identity: SessionParts['identity'];
  private _connection: Connection;
  private _visit: RoomVisit | undefined;
  private _still: HTMLCanvasElement | undefined;
  private _shown = false;
  private _visible = false;
  private _available = true;
  private _toldFacts = '';
  private _hideTimer: ReturnType<typeof setTimeout> | undefined;
  private _tickTimer: ReturnType<typeof setTimeout> | undefined;
  private _stopGate: (() => void) | undefined;
  private readonly _listeners = new Set<() => void>();
  private readonly _page = new PageLife({
    onVisibility: () => {
      this._updateVisible();
    },
    onLeave: () => {
      this._leaveRoom();
    },
    onWake: () => {
      void this._connection.check();
    },
  });

  constructor(private readonly _parts: SessionParts) {
    this._identity = _parts.identity;
    this._connection = this._newConnection(_parts.socket);
    this.stage.className = 'stage';
    this._state = { ...this._state, muted: _parts.muted };
  }

  get state(): CardState {
    return this._state;
  }

  subscribe(listener: () => void): () => void {
    this._listeners.add(listener);
    return () => this._listeners.delete(listener);
  }

  /** An element shows this session from now on. */
  show(): void {
    this._shown = true;
    clearTimeout(this._hideTimer);
    this._page.start();
    this._stopGate ??= this._parts.audioGate.watch(
      () => {
        this._onAudioFact();
      },
      () => this._visit?.unlockAudio(),
    );
    this._updateVisible();
    // A picture that was out of the page for a moment stands still, though nobody was told.
    this._visit?.setWatched(this._visible);
    this._dispatch({ type: 'audio', audio: this._parts.audioGate.fact });
    void this._parts.audioGate.probe().then(() => {
      if (this._shown) this._connection.open();
    });
  }

  /** No element shows it; it may be shown again soon. */
  hide(): void {
    this._shown = false;
    this._hideTimer = setTimeout(() => {
      this._updateVisible();
    }, HIDE_MS);
  }

  /** Home Assistant made a new connection object: rare, but then the old one is dead. */
  useSocket(socket: HassSocket): void {
    if (socket === this._connection.socket) return;
    this._connection.close();
    this._connection = this._newConnection(socket);
    if (this._shown) this._connection.open();
  }

  /** The entity went or came: an avatar that was set up anew can be attached to again. */
  useAvailability(available: boolean): void {
    const back = available && !this._available;
    this._available = available;
    if (back && (this._state.link === 'refused' || this._state.link === 'attaching')) this.retry();
  }

  retry(): void {
    this._connection.attachAgain();
  }

  destroy(): void {
    this._leaveRoom();
    this._connection.close();
    this._page.stop();
    this._stopGate?.();
    clearTimeout(this._tickTimer);
    clearTimeout(this._hideTimer);
    this._listeners.clear();
    this._parts.arbiter.end(this);
    this.stage.remove();
  }

  async act(action: SessionAction): Promise<void> {
    if (action === 'start_session') this.unlockAudio();
    await this._try('action_failed', async () => this.runAction?.(action));
  }

  /** Whether the integration took it. */
  async say(text: string): Promise<boolean> {
    this.unlockAudio();
    return this._try('say_failed', async () => {
      this._dispatch({ type: 'typed', utterance: await this._connection.say(text) });
    });
  }

  async takeSeat(): Promise<void> {
    this.unlockAudio();
    if (!seatAskable(this._state, Date.now())) return;
    this._dispatch({ type: 'seat_asked' });
    await this._try('action_failed', () => this._connection.takeSeat());
  }

  /** Call within a gesture. */
  unlockAudio(): void {
    if (this._parts.audioGate.fact !== 'ok') void this._parts.audioGate.unlock();
  }

  setMuted(muted: boolean): void {
    this._dispatch({ type: 'muted', muted });
    this._applyMute();
  }

  setOutranked(outranked: boolean): void {
    this._dispatch({ type: 'outranked', outranked });
    this._applyMute();
  }

  setCaptionsHidden(hidden: boolean): void {
    this._dispatch({ type: 'captions_hidden', hidden });
  }

  dismiss(): void {
    this._dispatch({ type: 'dismissed' });
  }

  private async _try(code: string, what: () => Promise<unknown>): Promise<boolean> {
    try {
      await what();
      return true;
    } catch (error) {
      this._dispatch({ type: 'fault', code, detail: errorMessage(error) });
      return false;
    }
  }

  private _newConnection(socket: HassSocket): Connection {
    return new Connection(socket, this._parts.entityId, () => this._hello(), {
      onEvent: (event) => {
        this._onEvent(event);
      },
      onAttaching: (asked) => {
        this._dispatch({ type: 'attaching', asked });
      },
      onLost: () => {
        this._dispatch({ type: 'link_lost' });
      },
      onRefused: (problem) => {
        this._leaveRoom();
        this._dispatch({ type: 'refused', problem });
      },
    });
  }

  private _hello(): ClientHello {
    const facts = this._facts();
    this._toldFacts = JSON.stringify(facts);
    return { ...this._identity, ...facts };
  }

  private _facts(): Facts {
    return { visible: this._visible, audio: this._parts.audioGate.fact, microphone: microphoneFact() };
  }

  private _reportFacts(): void {
    const facts = this._facts();
    const told = JSON.stringify(facts);
    if (told === this._toldFacts || this._state.attachment === null) return;
    this._toldFacts = told;
    this._connection.report({ kind: 'visible', ...facts });
  }

  private _onAudioFact(): void {
    this._dispatch({ type: 'audio', audio: this._parts.audioGate.fact });
    this._reportFacts();
  }

  private _updateVisible(): void {
    const visible = this._shown && this._page.visible;
    if (visible === this._visible) return;
    this._visible = visible;
    this._visit?.setWatched(visible);
    this._reportFacts();
  }

  private _onEvent(event: WireEvent): void {
    if (event.type === 'leave' && event.epoch === this._visit?.epoch) this._leaveRoom();
    if (event.type === 'closed') this._onClosed(event.reason);
    if (event.type === 'join') {
      this._join(event);
      return;
    }
    this._dispatch({ type: 'wire', event });
    if (this._visit && this._state.server.seat?.mine) this._visit.seated = true;
    if (event.type === 'attached') this._onAttached();
    else if (event.type === 'state' && event.phase === 'starting') this._parts.preloadEngine();
    else if (event.type === 'publish') {
      if (event.epoch === this._visit?.epoch) this._visit.publish(event);
      else this._connection.report({ kind: 'published', epoch: event.epoch, message_id: event.id, ok: false });
    }
  }

  private _onAttached(): void {
    // Facts that changed while the attach was under way.
    this._reportFacts();
    if (this._state.server.phase === 'off') this._leaveRoom();
    else this._visit?.reportAgain();
  }

  private _onClosed(reason: string): void {
    this._leaveRoom();
    if (reason !== 'replaced' || !this._shown) return;
    this._identity = { ...this._identity, id: this._parts.renewId() };
    queueMicrotask(() => {
      this._connection.attachAgain();
    });
  }

  private _join(event: JoinEvent): void {
    if (this._visit?.epoch === event.epoch) {
      this._visit.reportAgain();
      return;
    }
    if (this._state.picture) this._still = freeze(this.stage) ?? this._still;
    this._endVisit();
    const { createEngine, audioGate } = this._parts;
    const visit = new RoomVisit(event.epoch, {
      createEngine,
      audioGate,
      stage: this.stage,
      report: (report) => {
        this._connection.report(report);
      },
      relay: (epoch, topic, payload) => {
        this._connection.relay(epoch, topic, payload);
      },
      onEvent: (engineEvent) => {
        this._onEngine(visit, engineEvent);
      },
    });
    // No word about a seat yet: it comes right after, and the room's first data must not be lost.
    visit.seated = this._state.server.seat?.mine ?? true;
    visit.setMuted(this._silenced);
    visit.setWatched(this._visible);
    this._visit = visit;
    this._dispatch({ type: 'wire', event });
    void visit.enter(event.transport);
  }

  private _onEngine(visit: RoomVisit, event: EngineEvent): void {
    switch (event.type) {
      case 'level':
        this.onLevel?.(event.value);
        return;
      case 'sound':
        this._setSounding(event.active);
        break;
      case 'audio_blocked':
        this._parts.audioGate.learn(event.blocked);
        break;
      case 'lost':
      case 'error':
        this._visit = undefined;
        this._setSounding(false);
        break;
      default:
    }
    this._dispatch({ type: 'engine', epoch: visit.epoch, event });
  }

  private _setSounding(active: boolean): void {
    if (active) this._parts.arbiter.begin(this);
    else {
      this._parts.arbiter.end(this);
      this.onLevel?.(0);
    }
  }

  private _leaveRoom(): void {
    const epoch = this._visit?.epoch;
    if (epoch === undefined) return;
    this._endVisit();
    this._dispatch({ type: 'wire', event: { type: 'leave', epoch, reason: 'ended' } });
  }

  private _endVisit(): void {
    this._visit?.leave();
    this._visit = undefined;
    this._setSounding(false);
  }

  private get _silenced(): boolean {
    return this._state.muted || this._state.outranked;
  }

  private _applyMute(): void {
    this._visit?.setMuted(this._silenced);
  }

  private _dispatch(input: Input): void {
    this._state = reduce(this._state, input, Date.now());
    if (!this._state.still) {
      this._still?.remove();
      this._still = undefined;
    }
    clearTimeout(this._tickTimer);
    const wait = nextTick(this._state);
    if (wait !== null) {
      this._tickTimer = setTimeout(() => {
        this._dispatch({ type: 'tick' });
      }, wait);
    }
    for (const listener of [...this._listeners]) listener();
  }
}

/** The microphone comes with a later version; what this browser could offer is known already. */
function microphoneFact(): MicrophoneFact {
  if (!window.isSecureContext) return 'insecure';
  return (navigator.mediaDevices as MediaDevices | undefined)?.getUserMedia ? 'ok' : 'none';
}
