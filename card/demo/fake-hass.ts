/** A `hass` object with a websocket that answers as the integration would, for the demo page and the browser tests. */
import type { Hass } from '../src/ha/hass';
import type { HassSocket, SocketEvent, SocketMessage } from '../src/ha/socket';
import { IDLE_SERVER } from '../src/core/state';
import type { AttachedEvent, FaceLook, ServerState, WireEvent } from '../src/core/wire';

declare const __VERSION__: string;

export interface BusAnswer {
  version?: string;
  name?: string;
  portrait?: string | null;
  can_control?: boolean;
  face?: FaceLook | null;
  state?: Partial<ServerState>;
  /** Answers `attach` with this error instead. */
  refuse?: string;
}

export class FakeBus implements HassSocket {
  connected = true;
  readonly sent: SocketMessage[] = [];
  readonly actions: { action: string; target: string }[] = [];
  /** Message type -> error code. */
  readonly failing = new Map<string, string>();
  subscriptions = 0;
  attachments = 0;
  private _callback: ((event: WireEvent) => void) | undefined;
  private readonly _listeners = new Map<SocketEvent, Set<() => void>>();

  constructor(readonly answer: BusAnswer = {}) {}

  addEventListener(type: SocketEvent, callback: () => void): void {
    const set = this._listeners.get(type) ?? new Set();
    this._listeners.set(type, set.add(callback));
  }

  removeEventListener(type: SocketEvent, callback: () => void): void {
    this._listeners.get(type)?.delete(callback);
  }

  get listenerCount(): number {
    return [...this._listeners.values()].reduce((sum, set) => sum + set.size, 0);
  }

  subscribeMessage(callback: (event: never) => void, message: SocketMessage): Promise<() => Promise<void>> {
    this.sent.push(message);
    if (this.answer.refuse) return refusal(this.answer.refuse);
    const mine = callback as (event: WireEvent) => void;
    this._callback = mine;
    this.subscriptions += 1;
    this.attachments += 1;
    this.emit(this._attached());
    return Promise.resolve(() => {
      this.subscriptions -= 1;
      if (this._callback === mine) this._callback = undefined;
      return Promise.resolve();
    });
  }

  sendMessagePromise<T>(message: SocketMessage): Promise<T> {
    this.sent.push(message);
    const code = this.failing.get(message.type);
    if (code) return refusal(code);
    return Promise.resolve((message.type.endsWith('/say') ? { utterance: 'typed' } : null) as T);
  }

  ping(): Promise<unknown> {
    this.sent.push({ type: 'ping' });
    return Promise.resolve();
  }

  reconnect(): void {
    this.lose();
    this.restore();
  }

  emit(event: WireEvent): void {
    this._callback?.(event);
  }

  state(change: Partial<ServerState>): void {
    this.answer.state = { ...this.answer.state, ...change };
    this.emit({ type: 'state', ...IDLE_SERVER, ...this.answer.state });
  }

  lose(): void {
    this.connected = false;
    this.subscriptions = 0;
    this._callback = undefined;
    this._fire('disconnected');
  }

  restore(): void {
    this.connected = true;
    this._fire('ready');
  }

  reports(kind?: string): SocketMessage[] {
    return this.sent.filter(
      (message) => message.type === 'streaming_avatar/report' && (kind === undefined || message['kind'] === kind),
    );
  }

  private _attached(): AttachedEvent {
    return {
      type: 'attached',
      attachment: `attachment-${String(this.attachments)}`,
      version: this.answer.version ?? __VERSION__,
      name: this.answer.name ?? 'Ava',
      portrait: this.answer.portrait ?? null,
      can_control: this.answer.can_control ?? true,
      state: { ...IDLE_SERVER, ...this.answer.state },
      face: this.answer.face ?? null,
    };
  }

  private _fire(type: SocketEvent): void {
    for (const listener of [...(this._listeners.get(type) ?? [])]) listener();
  }
}

function refusal(code: string): Promise<never> {
  // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- as Home Assistant's client library does
  return Promise.reject({ code, message: '' });
}

export const ENTITY = 'media_player.ava';

export function fakeHass(bus: FakeBus, state: string | null = 'off', attributes: Record<string, unknown> = {}): Hass {
  const entity = state === null ? undefined : { state, attributes: { friendly_name: 'Ava', ...attributes } };
  return {
    connection: bus,
    connected: true,
    states: { [ENTITY]: entity },
    entities: { [ENTITY]: { platform: 'streaming_avatar' }, 'media_player.tv': { platform: 'cast' } },
    language: 'en',
    themes: {},
    config: { version: '2026.11.0' },
    callService: (domain: string, action: string, _data: unknown, target: { entity_id: string }) => {
      bus.actions.push({ action: `${domain}.${action}`, target: target.entity_id });
      const code = bus.failing.get(action);
      return code ? refusal(code) : Promise.resolve();
    },
  } as unknown as Hass;
}
