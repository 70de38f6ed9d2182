/** The messages between card and integration, as docs/wire.md has them. */
export type Phase = 'off' | 'starting' | 'connecting' | 'live' | 'ending';
export type Activity = 'idle' | 'listening' | 'processing' | 'responding';
export type AudioFact = 'ok' | 'blocked' | 'none';
export type MicrophoneFact = 'ok' | 'denied' | 'insecure' | 'none';
export type LeaveReason = 'moved' | 'failed' | 'ended' | 'renewal';
export type ClosedReason = 'replaced' | 'limit' | 'removed';
export type EngineErrorCode = 'join_failed' | 'no_media' | 'chunk_missing' | 'unsupported';
export type PlaybackErrorCode = 'fetch' | 'decode' | 'stalled' | 'chunk_missing';
/** Who plays a sound: the one that is heard, or one that only moves its lips. */
export type PlaybackRole = 'voice' | 'mimic';

export interface ServerState {
  phase: Phase;
  activity: Activity;
  reason: string | null;
  queue: number;
  seat: { mine: boolean; name: string } | null;
  watching: number;
  ends_at: number | null;
  /** That is less than a minute ahead. */
  ends_soon: boolean;
  /** The session makes way for the next one, which goes on where it stopped. */
  renewing: boolean;
  /** Of the media player, 0 to 1, on top of this screen's own mute. */
  volume: number;
  muted: boolean;
  /** What is said now, or next, comes from the stand-in's voice. */
  stand_in: boolean;
  /** The face is the avatar: there is never a video. */
  provider_face: boolean;
}

/** How the drawn face looks. */
export interface FaceLook {
  look: string;
  colors: Readonly<Record<string, string>>;
  emotion: string;
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
  face: FaceLook | null;
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
/** Where the room will be that is about to be opened. No token, and no promise. */
export interface PrepareEvent {
  type: 'prepare';
  kind: string;
  url: string;
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
export interface PlayEvent {
  type: 'play';
  id: string;
  utterance: string | null;
  url: string;
  role: PlaybackRole;
  text: string;
  emotion: string | null;
  speech: boolean;
}
export type WireEvent =
  | AttachedEvent
  | ({ type: 'face' } & FaceLook)
  | PlayEvent
  | { type: 'stop_playback'; id: string }
  | ({ type: 'state' } & ServerState)
  | { type: 'ping' }
  | PrepareEvent
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
  /** The sound that this card still plays, or played to its end without being able to tell. */
  playback: string | null;
}

export type PlaybackReport =
  | { kind: 'playback_started'; playback: string; duration: number | null }
  | { kind: 'playback_finished'; playback: string; seconds: number; stopped: boolean }
  | { kind: 'playback_failed'; playback: string; code: PlaybackErrorCode; message: string }
  | { kind: 'playback_blocked'; playback: string };

export type Report =
  | ({ kind: 'visible' } & Facts)
  | { kind: 'pong' }
  | { kind: 'joined' | 'left' | 'playback_started' | 'playback_finished' | 'playback_blocked'; epoch: string }
  | { kind: 'first_frame'; epoch: string; milliseconds: number }
  | { kind: 'room_lost'; epoch: string; reason: string }
  | { kind: 'published'; epoch: string; message_id: string; ok: boolean }
  | { kind: 'error'; epoch: string; code: EngineErrorCode; message: string }
  | PlaybackReport;

export function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
}
