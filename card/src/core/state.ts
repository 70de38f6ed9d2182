/** Everything the card knows. The integration's word and local facts, side by side; changed only by the reducer. */
import type { AudioFact, FaceLook, PlaybackRole, ServerState } from './wire';

/** Why there is no attachment. */
export type LinkProblem = 'unauthorized' | 'not_found' | 'too_many' | 'limit';

export type Link = 'detached' | 'attaching' | 'attached' | 'lost' | 'refused';

export type RoomState = 'out' | 'joining' | 'in' | 'reconnecting';

export interface Caption {
  utterance: string | null;
  role: 'avatar' | 'user';
  text: string;
  spoken: number | null;
  /** How many characters this card itself has played, as well as it knows. */
  heard: number;
  done: boolean;
  startedAt: number;
  leavesAt: number | null;
}

/** The sound that this card plays just now. */
export interface PlaybackState {
  id: string;
  utterance: string | null;
  role: PlaybackRole;
  text: string;
  emotion: string | null;
  started: boolean;
  /** Seconds. */
  position: number;
  duration: number | null;
}

/** A face that this browser has seen before, shown until the integration answers. */
export interface KnownFace {
  face: FaceLook;
  own: boolean;
}

/** Something went wrong at this screen (not in the session). `detail` is a ready sentence from Home Assistant. */
export interface Fault {
  code: string;
  detail: string;
}

/** What went wrong, for the diagnostics: never with a text. */
export interface Trouble {
  at: number;
  code: string;
}

export interface Sentence {
  id: number;
  role: 'avatar' | 'user';
  text: string;
}

export interface CardState {
  now: number;
  link: Link;
  problem: LinkProblem | null;
  attachment: string | null;
  /** Of the integration, once it has answered. */
  version: string | null;
  /** This page runs code of another version. */
  outdated: boolean;
  name: string;
  portrait: string | null;
  face: FaceLook | null;
  /** The face is the avatar itself, not a stand-in for its video. */
  ownFace: boolean;
  canControl: boolean;
  server: ServerState;
  /** What is processed is an answer to a user, not a text to be read out. */
  thinking: boolean;
  playback: PlaybackState | null;
  room: RoomState;
  epoch: string | null;
  picture: boolean;
  /** The last picture of the room before stands on the stage until the next room has one, or is given up. */
  still: boolean;
  sounding: boolean;
  audio: AudioFact;
  muted: boolean;
  outranked: boolean;
  captionsHidden: boolean;
  caption: Caption | null;
  sentence: Sentence | null;
  fault: Fault | null;
  /** The last ones, the newest at the end. */
  troubles: readonly Trouble[];
  dismissedReason: string | null;
  typed: readonly string[];
  /** When this screen last asked for the seat; the integration takes that once in a while only. */
  seatAskedAt: number | null;
}

export const IDLE_SERVER: ServerState = {
  phase: 'off',
  activity: 'idle',
  reason: null,
  queue: 0,
  seat: null,
  watching: 0,
  ends_at: null,
  ends_soon: false,
  renewing: false,
  volume: 1,
  muted: false,
  stand_in: false,
  provider_face: false,
};

export function initialState(now: number, known: KnownFace | null = null): CardState {
  return {
    now,
    link: 'detached',
    problem: null,
    attachment: null,
    version: null,
    outdated: false,
    name: '',
    portrait: null,
    face: known?.face ?? null,
    ownFace: known?.own ?? false,
    canControl: false,
    server: IDLE_SERVER,
    thinking: false,
    playback: null,
    room: 'out',
    epoch: null,
    picture: false,
    still: false,
    sounding: false,
    audio: 'ok',
    muted: false,
    outranked: false,
    captionsHidden: false,
    caption: null,
    sentence: null,
    fault: null,
    troubles: [],
    dismissedReason: null,
    typed: [],
    seatAskedAt: null,
  };
}

/** Every screen may be in the room, but one of them sounds. */
export function heardElsewhere({ server }: CardState): boolean {
  return server.seat?.mine === false;
}

/** The integration closes an attachment that asks more than once in 5 s. */
export const SEAT_PAUSE_MS = 5500;

export function seatAskable(state: CardState, now: number): boolean {
  return state.seatAskedAt === null || now - state.seatAskedAt >= SEAT_PAUSE_MS;
}
