/**
 * One card's avatar, apart from any element: the line to the integration, the engine on the stage, the page around it.
 * Feeds the reducer and carries out what the integration asks for. A card element shows it and may come and go.
 */
import type { AudioGate } from '../audio/audio-gate';
import type { SoundArbiter, Voice } from '../audio/sound-arbiter';
import { EngineLoadError, type Engine, type EngineEvent, type EngineFactory } from '../engines/engine';
import { errorMessage, type HassSocket } from '../ha/socket';
import { Connection } from './connection';
import { PageLife } from './page-life';
import { nextTick, reduce, type Input } from './reducer';
import { initialState, type CardState } from './state';
import {
  fromBase64,
  type ClientHello,
  type Facts,
  type JoinEvent,
  type MicrophoneFact,
  type PublishEvent,
  type WireEvent,
} from './wire';

export interface SessionParts {
  socket: HassSocket;
  entityId: string;
  identity: { id: string; name: string; version: string; transports: string[] };
  /** Another tab took the id; returns a new one. */
  renewId: () => string;
  createEngine: EngineFactory;
  preloadEngine: () => void;
  audioGate: AudioGate;
  arbiter: SoundArbiter;
}

type RunAction = (action: 'start_session' | 'stop_session' | 'interrupt') => Promise<void>;

interface Room {
  epoch: string;
  engine: Engine | undefined;
  /** The seat was ours at some time in this epoch; only then does the integration want the room's data. */
  seated: boolean;
  joined: boolean;
  firstFrame: number | null;
  /** One after the other, in the order asked for. */
  publishing: Promise<unknown>;
}

export class AvatarSession implements Voice {
  readonly stage = document.createElement('div');
  onLevel: ((level: number) => void) | undefined;
  runAction: RunAction | undefined;
  private _state: CardState = initialState(Date.now());
  private _connection: Connection;
  private _room: Room | undefined;
  private _visible = false;
  private _identity: SessionParts['identity'];
  private _tickTimer: ReturnType<typeof setTimeout> | undefined;
  private _stopGate: (() => void) | undefined;
  private readonly _listeners = new Set<() => void>();
  private readonly _page = new PageLife({
    onVisibility: () => {
      this._updateVisible();
    },
    onLeave: () => {
      this._leaveRoom(true);
    },
    onWake: () => {
      void this._connection.check();
      this._reportFacts();
    },
  });
  private _shown = false;

  constructor(private readonly _parts: SessionParts) {
    this._identity = _parts.identity;
    this._connection = this._newConnection(_parts.socket);
    this.stage.className = 'stage';
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
    this._page.start();
    this._stopGate ??= this._parts.audioGate.watch(
      () => {
        this._onAudioFact();
      },
      () => this._room?.engine?.unlockAudio(),
    );
    this._updateVisible();
    this._dispatch({ type: 'audio', audio: this._parts.audioGate.fact });
    void this._parts.audioGate.probe().then(() => {
      if (this._shown) this._connection.open();
    });
  }

  /** No element shows it; it may be shown again soon. */
  hide(): void {
    this._shown = false;
    this._updateVisible();
  }

  /** Home Assistant made a new connection object: rare, but then the old one is dead. */
  useSocket(socket: HassSocket): void {
    if (socket === this._connection.socket) return;
    this._connection.close();
    this._connection = this._newConnection(socket);
    if (this._shown) this._connection.open();
  }

  retry(): void {
    this._connection.attachAgain();
  }

  destroy(): void {
    this._leaveRoom(true);
    this._connection.close();
    this._page.stop();
    this._stopGate?.();
    clearTimeout(this._tickTimer);
    this._listeners.clear();
    this._parts.arbiter.end(this);
    this.stage.remove();
  }

  async act(action: 'start_session' | 'stop_session' | 'interrupt'): Promise<void> {
    if (action === 'start_session') this.unlockAudio();
    try {
      await this.runAction?.(action);
    } catch (error) {
      this._dispatch({ type: 'fault', code: 'action_failed', detail: errorMessage(error) });
    }
  }

  async say(text: string): Promise<boolean> {
    this.unlockAudio();
    try {
      this._dispatch({ type: 'typed', utterance: await this._connection.say(text) });
      return true;
    } catch (error) {
      this._dispatch({ type: 'fault', code: 'say_failed', detail: errorMessage(error) });
      return false;
    }
  }

  async takeSeat(): Promise<void> {
    this.unlockAudio();
    try {
      await this._connection.takeSeat();
    } catch (error) {
      this._dispatch({ type: 'fault', code: 'action_failed', detail: errorMessage(error) });
    }
  }

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

  private _newConnection(socket: HassSocket): Connection {
    return new Connection(socket, this._parts.entityId, () => this._hello(), {
      onEvent: (event) => {
        this._onEvent(event);
      },
      onAttaching: () => {
        this._dispatch({ type: 'attaching' });
      },
      onLost: () => {
        this._dispatch({ type: 'link_lost' });
      },
      onRefused: (problem) => {
        this._leaveRoom(false);
        this._dispatch({ type: 'refused', problem });
      },
    });
  }

  private _hello(): ClientHello {
    return { ...this._identity, ...this._facts() };
  }

  private _facts(): Facts {
    return { visible: this._visible, audio: this._parts.audioGate.fact, microphone: microphoneFact() };
  }

  private _reportFacts(): void {
    this._connection.report({ kind: 'visible', ...this._facts() });
  }

  private _onAudioFact(): void {
    this._dispatch({ type: 'audio', audio: this._parts.audioGate.fact });
    this._reportFacts();
  }

  private _updateVisible(): void {
    const visible = this._shown && this._page.visible;
    if (visible === this._visible) return;
    this._visible = visible;
    if (visible) this._room?.engine?.resume();
    else this._room?.engine?.suspend();
    this._reportFacts();
  }

  private _onEvent(event: WireEvent): void {
    const seated = event.type === 'state' ? event.seat?.mine : event.type === 'attached' && event.state.seat?.mine;
    if (seated && this._room) this._room.seated = true;
    if (event.type === 'leave' && event.epoch === this._room?.epoch) this._leaveRoom(true);
    if (event.type === 'closed') this._onClosed(event.reason);
    this._dispatch({ type: 'wire', event });
    switch (event.type) {
      case 'attached':
        this._onAttached();
        break;
      case 'join':
        void this._join(event);
        break;
      case 'publish':
        this._publish(event);
        break;
      case 'state':
        if (event.phase === 'starting') this._parts.preloadEngine();
        break;
      default:
    }
  }

  /** What was reported while the line was down never arrived: say again where we stand. */
  private _onAttached(): void {
    this._reportFacts();
    const room = this._room;
    if (!room) return;
    if (this._state.server.phase === 'off') {
      this._leaveRoom(true);
      return;
    }
    if (room.joined) this._connection.report({ kind: 'joined', epoch: room.epoch });
    if (room.firstFrame !== null) {
      this._connection.report({ kind: 'first_frame', epoch: room.epoch, milliseconds: room.firstFrame });
    }
  }

  private _onClosed(reason: string): void {
    this._leaveRoom(false);
    if (reason !== 'replaced' || !this._shown) return;
    this._identity = { ...this._identity, id: this._parts.renewId() };
    queueMicrotask(() => {
      this._connection.attachAgain();
    });
  }

  private async _join(event: JoinEvent): Promise<void> {
    if (this._room?.epoch === event.epoch) return;
    this._leaveRoom(true);
    const { epoch } = event;
    const room: Room = {
      epoch,
      engine: undefined,
      seated: this._state.server.seat?.mine ?? true,
      joined: false,
      firstFrame: null,
      publishing: Promise.resolve(),
    };
    this._room = room;
    this._dispatch({ type: 'wire', event });
    try {
      const engine = await this._parts.createEngine(event.transport.kind, {
        emit: (engineEvent) => {
          this._onEngine(room, engineEvent);
        },
        audioContext: () => this._parts.audioGate.context,
      });
      if (this._room !== room) {
        engine.destroy();
        return;
      }
      room.engine = engine;
      engine.mount(this.stage);
      this._applyMute();
      if (!this._visible) engine.suspend();
      await engine.join(event.transport, epoch);
    } catch (error) {
      const code = error instanceof EngineLoadError ? error.code : 'join_failed';
      this._onEngine(room, { type: 'error', code, message: errorMessage(error) });
    }
  }

  private _publish(event: PublishEvent): void {
    const room = this._room;
    const { epoch, id } = event;
    const told = (ok: boolean): void => {
      this._connection.report({ kind: 'published', epoch, id, ok });
    };
    if (room?.epoch !== epoch || !room.engine) {
      told(false);
      return;
    }
    const { engine } = room;
    room.publishing = room.publishing
      .then(() => engine.publish(event.topic, fromBase64(event.payload)))
      .then(
        () => {
          told(true);
        },
        () => {
          told(false);
        },
      );
  }

  private _onEngine(room: Room, event: EngineEvent): void {
    if (this._room !== room) return;
    const { epoch } = room;
    if (event.type === 'level') {
      this.onLevel?.(event.value);
      return;
    }
    switch (event.type) {
      case 'joined':
        room.joined = true;
        this._connection.report({ kind: 'joined', epoch });
        break;
      case 'first_frame':
        room.firstFrame = event.milliseconds;
        this._connection.report({ kind: 'first_frame', epoch, milliseconds: event.milliseconds });
        break;
      case 'data':
        if (room.seated) this._connection.relay(epoch, event.topic, event.payload);
        return;
      case 'sound':
        this._onSound(epoch, event.active);
        break;
      case 'audio_blocked':
        this._parts.audioGate.learn(event.blocked);
        if (event.blocked) this._connection.report({ kind: 'playback_blocked', epoch });
        break;
      case 'lost':
        this._connection.report({ kind: 'room_lost', epoch, reason: event.reason });
        this._closeRoom();
        break;
      case 'error':
        this._connection.report({ kind: 'error', epoch, code: event.code, message: event.message });
        this._closeRoom();
        break;
      default:
    }
    this._dispatch({ type: 'engine', epoch, event });
  }

  private _onSound(epoch: string, active: boolean): void {
    if (active) this._parts.arbiter.begin(this);
    else this._parts.arbiter.end(this);
    if (!active) this.onLevel?.(0);
    this._connection.report({ kind: active ? 'playback_started' : 'playback_finished', epoch });
  }

  private _leaveRoom(tell: boolean): void {
    const epoch = this._room?.epoch;
    if (epoch === undefined) return;
    this._closeRoom();
    if (tell) this._connection.report({ kind: 'left', epoch });
    this._dispatch({ type: 'wire', event: { type: 'leave', epoch, reason: 'ended' } });
  }

  private _closeRoom(): void {
    const room = this._room;
    this._room = undefined;
    room?.engine?.destroy();
    this._parts.arbiter.end(this);
    this.onLevel?.(0);
  }

  private _applyMute(): void {
    this._room?.engine?.setMuted(this._state.muted || this._state.outranked);
  }

  private _dispatch(input: Input): void {
    this._state = reduce(this._state, input, Date.now());
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
