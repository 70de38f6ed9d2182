/** The messages between card and integration, as docs/wire.md has them. */
export type Phase = 'off' | 'starting' | 'connecting' | 'live' | 'ending';
export type Activity = 'idle' | 'listening' | 'processing' | 'responding';
export type AudioFact = 'ok' | 'blocked' | 'none';
export type MicrophoneFact = 'ok' | 'denied' | 'insecure' | 'none';
export type LeaveReason = 'moved' | 'failed' | 'ended';
export type ClosedReason = 'replaced' | 'limit' | 'removed';
export type EngineErrorCode = 'join_failed' | 'no_media' | 'chunk_missing' | 'unsupported';

export interface ServerState {
  phase: Phase;
  activity: Activity;
  reason: string | null;
  queue: number;
  seat: { mine: boolean; name: string } | null;
  watching: number;
  ends_at: number | null;
}

export interface LivekitTransport {
  kind: 'livekit';
  url: string;
  token: string;
}
export type Transport = LivekitTransport | { kind: string };

export interface AttachedEvent {
  type: 'attached';
  attachment: string;
  version: string;
  name: string;
  portrait: string | null;
  can_control: boolean;
  state: ServerState;
}
export interface CaptionEvent {
  type: 'caption';
  utterance: string | null;
  role: 'avatar' | 'user';
  text: string;
  spoken: number | null;
  done: boolean;
}
export interface OutcomeEvent {
  type: 'outcome';
  utterance: string | null;
  outcome: 'spoken' | 'interrupted' | 'expired' | 'failed';
  reason: string | null;
  confirmed: boolean;
}
export interface JoinEvent {
  type: 'join';
  epoch: string;
  transport: Transport;
}
export interface LeaveEvent {
  type: 'leave';
  epoch: string;
  reason: LeaveReason;
}
export interface PublishEvent {
  type: 'publish';
  id: string;
  epoch: string;
  topic: string | null;
  payload: string;
}
export type WireEvent =
  | AttachedEvent
  | ({ type: 'state' } & ServerState)
  | { type: 'ping' }
  | JoinEvent
  | LeaveEvent
  | PublishEvent
  | CaptionEvent
  | OutcomeEvent
  | { type: 'closed'; reason: ClosedReason };

export interface Facts {
  visible: boolean;
  audio: AudioFact;
  microphone: MicrophoneFact;
}
export interface ClientHello extends Facts {
  id: string;
  name: string;
  version: string;
  transports: string[];
}

export type Report =
  | ({ kind: 'visible' } & Facts)
  | { kind: 'pong' }
  | { kind: 'joined' | 'left' | 'playback_started' | 'playback_finished' | 'playback_blocked'; epoch: string }
  | { kind: 'first_frame'; epoch: string; milliseconds: number }
  | { kind: 'room_lost'; epoch: string; reason: string }
  | { kind: 'published'; epoch: string; message_id: string; ok: boolean }
  | { kind: 'error'; epoch: string; code: EngineErrorCode; message: string };

const CHUNK = 0x8000;

export function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += CHUNK) text += String.fromCharCode(...bytes.subarray(i, i + CHUNK));
  return btoa(text);
}

export function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
}
