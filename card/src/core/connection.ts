/**
 * One card's line to the integration: keeps it attached, over lost connections and restarts, and sends what the card
 * reports. Re-attaching is ours, not the client library's: the library would send the facts of the first attach again,
 * and would give up for good when Home Assistant answers while the integration is still starting.
 */
import { errorCode, type HassSocket } from '../ha/socket';
import type { RelayQueue } from './relay-queue';
import type { LinkProblem } from './state';
import type { ClientHello, Report, WireEvent } from './wire';

export interface ConnectionHandlers {
  onEvent(event: WireEvent): void;
  onAttaching(asked: boolean): void;
  onLost(): void;
  onRefused(problem: LinkProblem): void;
}

const RETRY_MS = [1000, 2000, 5000, 10_000] as const;
const REFUSED_RETRY_MS = 30_000;
const REMOVED_RETRY_MS = 5000;
const PING_TIMEOUT_MS = 5000;

export class Connection {
  private _wanted = false;
  private _attachment: string | null = null;
  /** Grows with every attempt; whatever an older attempt still says is ignored. */
  private _generation = 0;
  private _failures = 0;
  private _unsubscribe: (() => Promise<void>) | undefined;
  private _retryTimer: ReturnType<typeof setTimeout> | undefined;
  private _relays: RelayQueue | undefined;
  private _relaysLoaded: Promise<void> | undefined;

  constructor(
    private readonly _socket: HassSocket,
    private readonly _entityId: string,
    private readonly _hello: () => ClientHello,
    private readonly _handlers: ConnectionHandlers,
  ) {}

  get socket(): HassSocket {
    return this._socket;
  }

  open(): void {
    if (this._wanted) return;
    this._wanted = true;
    this._socket.addEventListener('ready', this._onReady);
    this._socket.addEventListener('disconnected', this._onDisconnected);
    this._attach();
  }

  close(): void {
    this._wanted = false;
    this._socket.removeEventListener('ready', this._onReady);
    this._socket.removeEventListener('disconnected', this._onDisconnected);
    clearTimeout(this._retryTimer);
    this._drop();
  }

  /** Attaches anew at once: after a refusal, with another client id, or when the avatar came back. */
  attachAgain(): void {
    if (!this._wanted) return;
    this._failures = 0;
    this._attach(true);
  }

  /** After the device slept: is the line still there? A dead one is given to the client library to renew. */
  async check(): Promise<void> {
    if (!this._wanted || !this._socket.connected) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        reject(new Error('No answer'));
      }, PING_TIMEOUT_MS);
    });
    try {
      await Promise.race([this._socket.ping(), late]);
      if (this._attachment === null) this.attachAgain();
    } catch {
      this._renew();
    } finally {
      clearTimeout(timer);
    }
  }

  private _renew(): void {
    if (this._wanted && this._socket.connected) this._socket.reconnect(true);
  }

  /** Whether it was taken. */
  report(report: Report): Promise<boolean> {
    return this._send({ type: 'streaming_avatar/report', ...report });
  }

  relay(epoch: string, topic: string, data: Uint8Array): void {
    const attachment = this._attachment;
    if (attachment === null) return;
    this._relaysLoaded ??= this._loadRelays();
    this._relaysLoaded.then(
      () => {
        if (attachment === this._attachment) this._relays?.add(epoch, topic, data);
      },
      // Where this code is gone, that of the room is gone too, which is told.
      () => undefined,
    );
  }

  private async _loadRelays(): Promise<void> {
    const queue = await import('./relay-queue');
    this._relays = new queue.RelayQueue(async (relay) => {
      await this._send({ type: 'streaming_avatar/relay', ...relay });
    });
  }

  async takeSeat(): Promise<void> {
    await this._command({ type: 'streaming_avatar/take_seat' });
  }

  async say(text: string): Promise<string> {
    const answer = await this._command<{ utterance: string }>({ type: 'streaming_avatar/say', text });
    return answer.utterance;
  }

  private readonly _onReady = (): void => {
    this._failures = 0;
    this._attach();
  };

  private readonly _onDisconnected = (): void => {
    this._forget();
    clearTimeout(this._retryTimer);
    this._handlers.onLost();
  };

  private _forget(): void {
    this._generation += 1;
    this._attachment = null;
    this._unsubscribe = undefined;
    this._relays?.clear();
  }

  private _drop(): void {
    const unsubscribe = this._unsubscribe;
    this._forget();
    // The other side may have closed it already; then there is nothing to unsubscribe from.
    if (this._socket.connected) void unsubscribe?.().catch(() => undefined);
  }

  private _attach(asked = false): void {
    clearTimeout(this._retryTimer);
    this._drop();
    const generation = this._generation;
    this._handlers.onAttaching(asked);
    if (!this._socket.connected) return;
    this._socket
      .subscribeMessage(
        (event: WireEvent) => {
          if (generation === this._generation) this._onEvent(event);
        },
        { type: 'streaming_avatar/attach', entity_id: this._entityId, client: this._hello() },
        { resubscribe: false },
      )
      .then(
        (unsubscribe) => {
          if (generation === this._generation) this._unsubscribe = unsubscribe;
          else if (this._socket.connected) void unsubscribe().catch(() => undefined);
        },
        (error: unknown) => {
          if (generation === this._generation) this._onRefused(errorCode(error));
        },
      );
  }

  private _onRefused(code: string): void {
    this._forget();
    // Right after a restart Home Assistant answers before the integration and its avatars are there.
    const starting = code !== 'unauthorized' && code !== 'too_many' && this._failures < RETRY_MS.length;
    const wait = RETRY_MS[Math.min(this._failures, RETRY_MS.length - 1)] ?? REFUSED_RETRY_MS;
    this._failures += 1;
    if (!starting) {
      this._handlers.onRefused(code === 'unauthorized' || code === 'too_many' ? code : 'not_found');
    }
    this._retryIn(starting ? wait : REFUSED_RETRY_MS);
  }

  private _retryIn(milliseconds: number): void {
    clearTimeout(this._retryTimer);
    this._retryTimer = setTimeout(() => {
      if (this._wanted && this._socket.connected) this._attach();
    }, milliseconds);
  }

  private _onEvent(event: WireEvent): void {
    if (event.type === 'ping') {
      void this.report({ kind: 'pong' });
      return;
    }
    if (event.type === 'attached') {
      this._attachment = event.attachment;
      this._failures = 0;
    }
    if (event.type === 'closed') {
      this._drop();
      // An account that is set up anew closes its avatars too; one that is gone for good answers `not_found`.
      if (event.reason === 'removed') this._retryIn(REMOVED_RETRY_MS);
    }
    this._handlers.onEvent(event);
  }

  private async _send(message: { type: string; [key: string]: unknown }): Promise<boolean> {
    try {
      await this._command(message);
      return true;
    } catch {
      // Nobody is there to be told; an unknown attachment was dealt with in `_command`.
      return false;
    }
  }

  private async _command<T>(message: { type: string; [key: string]: unknown }): Promise<T> {
    if (this._attachment === null) throw new Error('Not connected');
    const generation = this._generation;
    try {
      return await this._socket.sendMessagePromise<T>({ ...message, attachment: this._attachment });
    } catch (error) {
      if (errorCode(error) === 'unknown_attachment' && generation === this._generation) {
        this._forget();
        this._handlers.onAttaching(false);
        this._retryIn(RETRY_MS[0]);
      }
      throw error;
    }
  }
}
