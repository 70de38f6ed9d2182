/** What the card uses of the connection class of home-assistant-js-websocket. */
export type SocketEvent = 'ready' | 'disconnected';

export interface HassSocket {
  readonly connected: boolean;
  addEventListener(type: SocketEvent, callback: () => void): void;
  removeEventListener(type: SocketEvent, callback: () => void): void;
  sendMessagePromise<T>(message: SocketMessage): Promise<T>;
  subscribeMessage(
    callback: (event: never) => void,
    message: SocketMessage,
    options?: { resubscribe?: boolean },
  ): Promise<() => Promise<void>>;
  ping(): Promise<unknown>;
  reconnect(force?: boolean): void;
}

export interface SocketMessage {
  type: string;
  [key: string]: unknown;
}

/** Errors of the websocket come as objects with a code, or as the number of a lost connection. */
export function errorCode(error: unknown): string {
  if (typeof error === 'object' && error !== null && 'code' in error) return String(error.code);
  return typeof error === 'number' ? 'connection_lost' : 'unknown';
}

export function errorMessage(error: unknown): string {
  if (typeof error === 'object' && error !== null && 'message' in error) return String(error.message);
  return '';
}
