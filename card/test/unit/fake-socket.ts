import type { HassSocket, SocketEvent, SocketMessage } from '../../src/ha/socket';
import type { WireEvent } from '../../src/core/wire';

export interface Subscription {
  message: SocketMessage;
  options: { resubscribe?: boolean } | undefined;
  emit: (event: WireEvent) => void;
  accept: () => void;
  refuse: (code: string) => void;
  ended: boolean;
}

/** A connection to Home Assistant that does nothing by itself. */
export class FakeSocket implements HassSocket {
  connected = true;
  readonly sent: SocketMessage[] = [];
  readonly subscriptions: Subscription[] = [];
  /** Answers of `sendMessagePromise` by message type: a value, or an error code. */
  readonly answers = new Map<string, { value?: unknown; code?: string }>();
  alive = true;
  reconnects = 0;
  private readonly _listeners = new Map<SocketEvent, Set<() => void>>();

  get last(): Subscription {
    const last = this.subscriptions[this.subscriptions.length - 1];
    if (!last) throw new Error('Nothing was subscribed');
    return last;
  }

  get listeners(): number {
    return [...this._listeners.values()].reduce((sum, set) => sum + set.size, 0);
  }

  addEventListener(type: SocketEvent, callback: () => void): void {
    this._listeners.set(type, (this._listeners.get(type) ?? new Set()).add(callback));
  }

  removeEventListener(type: SocketEvent, callback: () => void): void {
    this._listeners.get(type)?.delete(callback);
  }

  subscribeMessage(
    callback: (event: never) => void,
    message: SocketMessage,
    options?: { resubscribe?: boolean },
  ): Promise<() => Promise<void>> {
    return new Promise((resolve, reject) => {
      const subscription: Subscription = {
        message,
        options,
        emit: callback as (event: WireEvent) => void,
        accept: () => {
          resolve(() => {
            subscription.ended = true;
            return Promise.resolve();
          });
        },
        refuse: (code) => {
          // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- as the library does
          reject({ code, message: `Refused: ${code}` });
        },
        ended: false,
      };
      this.subscriptions.push(subscription);
    });
  }

  sendMessagePromise<T>(message: SocketMessage): Promise<T> {
    this.sent.push(message);
    const { value, code } = this.answers.get(message.type) ?? {};
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- as the library does
    return code === undefined ? Promise.resolve(value as T) : Promise.reject({ code, message: `Refused: ${code}` });
  }

  ping(): Promise<unknown> {
    return this.alive ? Promise.resolve() : new Promise(() => undefined);
  }

  reconnect(): void {
    this.reconnects += 1;
  }

  lose(): void {
    this.connected = false;
    this._fire('disconnected');
  }

  restore(): void {
    this.connected = true;
    this._fire('ready');
  }

  reports(): Record<string, unknown>[] {
    return this.sent.filter(({ type }) => type === 'streaming_avatar/report');
  }

  private _fire(type: SocketEvent): void {
    for (const listener of [...(this._listeners.get(type) ?? [])]) listener();
  }
}

/** Lets everything that waits for a resolved promise go on. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 10; i += 1) await Promise.resolve();
}
