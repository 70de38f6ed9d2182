/**
 * One card's avatar, apart from any element: the line to the integration, the stay in a room, the page around it. Feeds
 * the reducer and carries out what the integration asks for. A card element shows it and may come and go.
 */
import type { Voice } from '../audio/sound-arbiter';
import type { EngineEvent } from '../engines/engine';
import { errorMessage, type HassSocket } from '../ha/socket';
import { Connection } from './connection';
import { ScreenFacts } from './facts';
import { PageLife } from './page-life';
import { Player, type Mouth } from './player';
import { nextTick, reduce, type Input } from './reducer';
import { RoomVisit } from './room-visit';
import type { SessionAction, SessionParts } from './session-parts';
import { Stage } from './stage';
import { heardElsewhere, initialState, seatAskable, type CardState } from './state';
import type { ClientHello, JoinEvent, LeaveReason, ServerState, WireEvent } from './wire';

/** Home Assistant takes cards out of the page and puts them back at once; that is no reason to tell the seat about. */
const HIDE_MS = 1000;

export class AvatarSession implements Voice {
  onLevel: ((level: number) => void) | undefined;
  runAction: ((action: SessionAction) => Promise<void>) | undefined;
  private _state: CardState;
  private _identity: SessionParts['identity'];
  private _connection: Connection;
  private _visit: RoomVisit | undefined;
  private _shown = false;
  private _available = true;
  private _roomSounds = false;
  private _sounding = false;
  private _hideTimer: ReturnType<typeof setTimeout> | undefined;
  private _tickTimer: ReturnType<typeof setTimeout> | undefined;
  private _stopGate: (() => void) | undefined;
  private readonly _stage = new Stage();
  private readonly _facts: ScreenFacts;
  private readonly _player: Player;
  private readonly _listeners = new Set<() => void>();
  private readonly _page = new PageLife({
    onVisibility: () => {
      this._updateVisible();
    },
    onLeave: () => {
      this._leaveRoom();
      this._player.stop();
    },
    onWake: () => void this._connection.check(),
  });

  constructor(private readonly _parts: SessionParts) {
    this._identity = _parts.identity;
    this._facts = new ScreenFacts(_parts.audioGate);
    this._connection = this._newConnection(_parts.socket);
    this._player = this._newPlayer();
    this._state = { ...initialState(Date.now(), _parts.known), muted: _parts.muted };
  }

  get state(): CardState {
    return this._state;
  }

  /** The picture of the room; the element that shows this session takes it in. */
  get stage(): HTMLElement {
    return this._stage.element;
  }

  /** Moves with the sound that plays here; null in silence. */
  get mouth(): Mouth | null {
    return this._player.mouth;
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
        this._dispatch({ type: 'audio', audio: this._parts.audioGate.fact });
        this._reportFacts();
      },
      () => this._visit?.unlockAudio(),
    );
    this._updateVisible();
    // A picture that was out of the page for a moment stands still, though nobody was told.
    this._visit?.setWatched(this._facts.visible);
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
    this._player.stop();
    this._connection.close();
    this._page.stop();
    this._stopGate?.();
    clearTimeout(this._tickTimer);
    clearTimeout(this._hideTimer);
    this._listeners.clear();
    this._parts.arbiter.end(this);
    this._stage.destroy();
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
    this._applySound();
  }

  setOutranked(outranked: boolean): void {
    this._dispatch({ type: 'outranked', outranked });
    this._applySound();
  }

  setCaptionsHidden(hidden: boolean): void {
    this._dispatch({ type: 'captions_hidden', hidden });
  }

  /** An old page, a new version: code is no longer there, or out of date. `needed`: nothing goes without it. */
  codeMissing(needed = true): void {
    this._dispatch(needed ? { type: 'fault', code: 'chunk_missing', detail: '' } : { type: 'outdated' });
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
        this._player.stop();
        this._dispatch({ type: 'refused', problem });
      },
    });
  }

  private _newPlayer(): Player {
    const { audioGate, loadSounds, resolveUrl } = this._parts;
    return new Player({
      audioGate,
      loadSounds,
      resolveUrl,
      report: (report) => this._connection.report(report),
      onChange: (completed) => {
        this._dispatch({ type: 'playback', playback: this._player.state, completed });
        this._updateSounding();
      },
      onFailed: (code) => {
        if (code === 'chunk_missing') this.codeMissing();
        else this._dispatch({ type: 'trouble', code: `playback_${code}` });
      },
    });
  }

  private _hello(): ClientHello {
    return { ...this._identity, ...this._facts.take(), playback: this._player.pending };
  }

  private _reportFacts(): void {
    if (this._state.attachment === null || !this._facts.changed) return;
    void this._connection.report({ kind: 'visible', ...this._facts.take() });
  }

  private _updateVisible(): void {
    const visible = this._shown && this._page.visible;
    if (visible === this._facts.visible) return;
    this._facts.visible = visible;
    this._visit?.setWatched(visible);
    this._reportFacts();
  }

  private _onEvent(event: WireEvent): void {
    if (event.type === 'leave' && event.epoch === this._visit?.epoch) this._leaveRoom(event.reason);
    if (event.type === 'closed') this._onClosed(event.reason);
    if (event.type === 'join') {
      this._join(event);
      return;
    }
    this._dispatch({ type: 'wire', event });
    if (this._visit && this._state.server.seat?.mine) this._visit.seated = true;
    if (event.type === 'attached') this._onAttached();
    else if (event.type === 'state') this._onServer(event);
    else if (event.type === 'prepare') this._parts.preloadEngine(event);
    else if (event.type === 'play') this._player.play(event);
    else if (event.type === 'stop_playback') this._player.stop(event.id);
    else if (event.type === 'publish') {
      if (event.epoch === this._visit?.epoch) this._visit.publish(event);
      else void this._connection.report({ kind: 'published', epoch: event.epoch, message_id: event.id, ok: false });
    }
  }

  /** Fetches the code that will be needed: the room's, and that of the face's voice, which may stand in for it. */
  private _onServer({ phase, provider_face, stand_in }: ServerState): void {
    if (phase === 'starting' && !provider_face) this._parts.preloadEngine();
    if (phase === 'starting' || provider_face || stand_in) void this._parts.loadSounds().catch(() => undefined);
    this._applySound();
  }

  private _onAttached(): void {
    if (this._state.version !== this._identity.version) this.codeMissing(false);
    // Facts that changed while the attach was under way.
    this._reportFacts();
    if (this._state.server.phase === 'off') this._leaveRoom();
    else this._visit?.reportAgain();
    this._player.reportAgain();
    this._onServer(this._state.server);
  }

  private _onClosed(reason: string): void {
    this._leaveRoom();
    if (reason !== 'replaced') this._player.stop();
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
    if (this._state.picture) this._stage.hold();
    this._endVisit();
    const visit = new RoomVisit(event.epoch, {
      createEngine: this._parts.createEngine,
      audioGate: this._parts.audioGate,
      stage: this._stage.element,
      report: (report) => {
        void this._connection.report(report);
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
    visit.setWatched(this._facts.visible);
    this._visit = visit;
    this._applySound();
    this._dispatch({ type: 'wire', event });
    void visit.enter(event.transport);
  }

  private _onEngine(visit: RoomVisit, event: EngineEvent): void {
    switch (event.type) {
      case 'level':
        this.onLevel?.(event.value);
        return;
      case 'sound':
        this._setRoomSounds(event.active);
        break;
      case 'audio_blocked':
        this._parts.audioGate.learn(event.blocked);
        break;
      case 'lost':
      case 'error':
        this._endVisit();
        break;
      default:
    }
    this._dispatch({ type: 'engine', epoch: visit.epoch, event });
  }

  private _setRoomSounds(active: boolean): void {
    this._roomSounds = active;
    if (!active) this.onLevel?.(0);
    this._updateSounding();
  }

  private _updateSounding(): void {
    const { state } = this._player;
    const sounding =
      (this._roomSounds && !heardElsewhere(this._state)) || (state?.started === true && state.role === 'voice');
    if (sounding === this._sounding) return;
    this._sounding = sounding;
    this._parts.arbiter[sounding ? 'begin' : 'end'](this);
  }

  private _leaveRoom(reason: LeaveReason = 'ended'): void {
    const epoch = this._visit?.epoch;
    if (epoch === undefined) return;
    if (this._state.picture) this._stage[reason === 'renewal' ? 'hold' : 'fade']();
    this._endVisit();
    this._dispatch({ type: 'wire', event: { type: 'leave', epoch, reason } });
  }

  private _endVisit(): void {
    this._visit?.leave();
    this._visit = undefined;
    this._setRoomSounds(false);
  }

  private _applySound(): void {
    const { muted, outranked, server } = this._state;
    const silenced = muted || outranked || server.muted;
    this._visit?.setMuted(silenced || heardElsewhere(this._state));
    this._visit?.setVolume(server.volume);
    this._player.setSilenced(silenced);
    this._player.setVolume(server.volume);
    this._updateSounding();
  }

  private _dispatch(input: Input): void {
    this._state = reduce(this._state, input, Date.now());
    if (!this._state.still) this._stage.release();
    clearTimeout(this._tickTimer);
    const wait = nextTick(this._state);
    if (wait !== null) {
      this._tickTimer = setTimeout(() => {
        const playback = this._player.state;
        this._dispatch(playback ? { type: 'playback', playback, completed: false } : { type: 'tick' });
      }, wait);
    }
    for (const listener of [...this._listeners]) listener();
  }
}
