/** Pure: what the card knows + one thing that happened = what the card knows then. Time is an argument. */
import type { EngineEvent } from '../engines/engine';
import { estimatedPosition } from './captions';
import { SEAT_PAUSE_MS, type Caption, type CardState, type LinkProblem, type PlaybackState } from './state';
import type { AudioFact, CaptionEvent, LeaveReason, OutcomeEvent, ServerState, WireEvent } from './wire';

export type Input =
  | { type: 'wire'; event: WireEvent }
  | { type: 'engine'; event: EngineEvent; epoch: string }
  /** `asked`: by a person, who wants to see that something happens. */
  | { type: 'attaching'; asked: boolean }
  | { type: 'link_lost' }
  | { type: 'refused'; problem: LinkProblem }
  | { type: 'audio'; audio: AudioFact }
  | { type: 'muted'; muted: boolean }
  | { type: 'outranked'; outranked: boolean }
  | { type: 'captions_hidden'; hidden: boolean }
  /** `completed`: the last one was played to its end. */
  | { type: 'playback'; playback: PlaybackState | null; completed: boolean }
  | { type: 'fault'; code: string; detail: string }
  /** The page is older than the integration, or lacks code that only a reload can bring. */
  | { type: 'outdated' }
  /** Nothing to show; only to be remembered. */
  | { type: 'trouble'; code: string }
  | { type: 'dismissed' }
  | { type: 'typed'; utterance: string }
  | { type: 'seat_asked' }
  | { type: 'tick' };

export const CAPTION_LINGER_MS = 4000;
const TYPED_REMEMBERED = 20;
const TROUBLES_REMEMBERED = 10;
const GUESS_MS = 250;
/** Somebody asked for it: that is no failure to tell about. */
const WANTED_ENDS: readonly string[] = ['stopped', 'withdrawn'];
const ROOM_OUT = { room: 'out', epoch: null, picture: false, still: false, sounding: false } as const;

export function reduce(old: CardState, input: Input, now: number): CardState {
  const state = step(old, input, now);
  const trouble = newTrouble(old, state);
  return withoutOldCaption({ ...(trouble === null ? state : withTrouble(state, trouble, now)), now });
}

function newTrouble(old: CardState, { fault, server, link, audio }: CardState): string | null {
  if (fault && fault !== old.fault) return fault.code;
  if (server.reason !== old.server.reason) return server.reason;
  if (link !== old.link && (link === 'lost' || link === 'refused')) return `connection_${link}`;
  return audio !== old.audio && audio === 'blocked' ? 'audio_blocked' : null;
}

function withTrouble(state: CardState, code: string, at: number): CardState {
  return { ...state, troubles: [...state.troubles, { at, code }].slice(-TROUBLES_REMEMBERED) };
}

function step(state: CardState, input: Input, now: number): CardState {
  switch (input.type) {
    case 'wire':
      return onWire(state, input.event, now);
    case 'engine':
      return input.epoch === state.epoch ? onEngine(state, input.event) : state;
    case 'attaching':
      return attaching(state, input.asked);
    case 'link_lost':
      return { ...state, link: 'lost', problem: null, attachment: null };
    case 'refused':
      return { ...state, ...ROOM_OUT, link: 'refused', problem: input.problem, attachment: null };
    case 'audio':
      return { ...state, audio: input.audio };
    case 'muted':
      return { ...state, muted: input.muted };
    case 'outranked':
      return { ...state, outranked: input.outranked };
    case 'captions_hidden':
      return { ...state, captionsHidden: input.hidden };
    case 'playback':
      return onPlayback(state, input.playback, input.completed);
    case 'fault':
      return { ...state, fault: { code: input.code, detail: input.detail } };
    case 'outdated':
      return { ...state, outdated: true };
    case 'trouble':
      return withTrouble(state, input.code, now);
    case 'dismissed':
      return { ...state, fault: null, dismissedReason: state.server.reason };
    case 'typed':
      return { ...state, fault: null, typed: [...state.typed, input.utterance].slice(-TYPED_REMEMBERED) };
    case 'seat_asked':
      return { ...state, fault: null, seatAskedAt: now };
    case 'tick':
      return state;
  }
}

/** A new try behind a shown problem stays behind it until it succeeds. */
function attaching(state: CardState, asked: boolean): CardState {
  if (state.link === 'lost' || (state.link === 'refused' && !asked)) return state;
  return { ...state, link: 'attaching', problem: null, attachment: null };
}

function onWire(state: CardState, event: WireEvent, now: number): CardState {
  switch (event.type) {
    case 'attached':
      return withServer(
        {
          ...state,
          link: 'attached',
          problem: null,
          attachment: event.attachment,
          version: event.version,
          name: event.name,
          portrait: event.portrait,
          face: event.face,
          canControl: event.can_control,
        },
        event.state,
        now,
      );
    case 'state':
      return withServer(state, event, now);
    case 'face':
      return { ...state, face: { look: event.look, colors: event.colors, emotion: event.emotion } };
    case 'join':
      return {
        ...state,
        room: 'joining',
        epoch: event.epoch,
        picture: false,
        still: state.picture || state.still,
        sounding: false,
        fault: null,
      };
    case 'leave':
      return event.epoch === state.epoch ? leftRoom(state, event.reason) : state;
    case 'caption':
      return onCaption(state, event, now);
    case 'outcome':
      return onOutcome(state, event, now);
    case 'closed':
      // The other two are tried again, and then told by the answer to that.
      return event.reason === 'limit'
        ? { ...state, ...ROOM_OUT, link: 'refused', problem: 'limit', attachment: null }
        : { ...state, ...ROOM_OUT, link: 'attaching', problem: null, attachment: null };
    default:
      return state;
  }
}

/** A session that makes way for the next one leaves its last picture to it. */
function leftRoom(state: CardState, reason: LeaveReason): CardState {
  return { ...state, ...ROOM_OUT, still: reason === 'renewal' && (state.picture || state.still) };
}

function withServer(state: CardState, told: ServerState, now: number): CardState {
  // Between a session and the one that takes over from it, the avatar is about to come back.
  const server: ServerState = told.renewing ? { ...told, phase: 'connecting' } : told;
  const ended = server.phase === 'off' && state.server.phase !== 'off';
  // Whoever was to take the last picture on does not come, or comes elsewhere.
  const forsaken = state.room === 'out' && (server.phase === 'off' || server.seat?.mine === false);
  const begun = server.phase === 'starting' && state.server.phase !== 'starting';
  const asked = state.thinking || state.server.activity === 'listening' || state.caption?.role === 'user';
  return {
    ...state,
    thinking: server.activity === 'processing' && asked,
    server,
    ownFace: server.provider_face,
    still: state.still && !forsaken,
    fault: begun ? null : state.fault,
    caption: ended ? leaving(state.caption, now) : state.caption,
    dismissedReason: server.reason === state.dismissedReason ? state.dismissedReason : null,
  };
}

function onEngine(state: CardState, event: EngineEvent): CardState {
  switch (event.type) {
    case 'joined':
      return { ...state, room: 'in' };
    case 'reconnecting':
      return { ...state, room: event.active ? 'reconnecting' : 'in' };
    case 'picture':
      return { ...state, picture: event.shown, still: state.still && !event.shown };
    case 'sound':
      return { ...state, sounding: event.active };
    case 'audio_blocked':
      return { ...state, audio: event.blocked ? 'blocked' : 'ok' };
    case 'lost':
      return { ...state, ...ROOM_OUT };
    case 'error':
      return { ...state, ...ROOM_OUT, fault: { code: event.code, detail: '' } };
    default:
      return state;
  }
}

function onCaption(state: CardState, event: CaptionEvent, now: number): CardState {
  const same = state.caption?.utterance === event.utterance && state.caption.role === event.role;
  const caption: Caption = {
    utterance: event.utterance,
    role: event.role,
    text: event.text,
    spoken: event.spoken,
    heard: same && state.caption ? state.caption.heard : 0,
    done: event.done,
    startedAt: same && state.caption ? state.caption.startedAt : now,
    leavesAt: event.done ? now + CAPTION_LINGER_MS : null,
  };
  if (!event.done || !event.text.trim()) return { ...state, caption };
  const id = (state.sentence?.id ?? 0) + 1;
  return { ...state, caption, sentence: { id, role: event.role, text: event.text } };
}

/** The highlight goes forward only: the length of a sound that still arrives is a guess, and a better one comes. */
function onPlayback(state: CardState, playback: PlaybackState | null, completed: boolean): CardState {
  const { caption } = state;
  const played = playback ?? state.playback;
  if (!caption || !played?.started || caption.utterance !== played.utterance) return { ...state, playback };
  const heard = playback === null && completed ? caption.text.length : playedCharacters(played, caption.text.length);
  return { ...state, playback, caption: { ...caption, heard: Math.max(caption.heard, heard) } };
}

function playedCharacters({ position, duration }: PlaybackState, length: number): number {
  if (duration === null) return estimatedPosition(position * 1000, length);
  return duration > 0 ? Math.round(length * Math.min(1, position / duration)) : length;
}

function onOutcome(state: CardState, event: OutcomeEvent, now: number): CardState {
  const mine = event.utterance !== null && state.typed.includes(event.utterance);
  const wanted = event.reason !== null && WANTED_ENDS.includes(event.reason);
  const failed = (event.outcome === 'failed' || event.outcome === 'expired') && !wanted;
  return {
    ...state,
    caption: state.caption?.utterance === event.utterance ? leaving(state.caption, now) : state.caption,
    fault: mine && failed ? { code: event.reason ?? event.outcome, detail: '' } : state.fault,
    typed: mine ? state.typed.filter((id) => id !== event.utterance) : state.typed,
  };
}

function leaving(caption: Caption | null, now: number): Caption | null {
  return caption && { ...caption, leavesAt: caption.leavesAt ?? now + CAPTION_LINGER_MS };
}

function withoutOldCaption(state: CardState): CardState {
  const leavesAt = state.caption?.leavesAt;
  return leavesAt != null && leavesAt <= state.now ? { ...state, caption: null } : state;
}

/** Milliseconds until the passing of time alone changes what is shown; null when it does not. */
export function nextTick(state: CardState): number | null {
  const { caption, now, seatAskedAt } = state;
  const waits: number[] = [];
  if (caption && caption.leavesAt !== null) waits.push(caption.leavesAt - now);
  // Nobody says how far the voice is: the guess moves on with the clock.
  else if (caption?.spoken === null && caption.role === 'avatar') waits.push(GUESS_MS);
  if (seatAskedAt !== null && seatAskedAt + SEAT_PAUSE_MS > now) waits.push(seatAskedAt + SEAT_PAUSE_MS - now);
  return waits.length > 0 ? Math.max(0, Math.min(...waits)) : null;
}
