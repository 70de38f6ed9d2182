/** Pure: what the card knows -> what it shows, in keys of the language file. */
import type { EntityFacts } from '../ha/hass';
import { captionPages, estimatedPosition, pageAt, tailPage, wordEnd } from './captions';
import type { CardConfig } from './config';
import { seatAskable, type CardState } from './state';
import type { FaceLook } from './wire';

export type Mode =
  | 'preview'
  | 'loading'
  | 'portrait'
  | 'connecting'
  | 'live'
  | 'elsewhere'
  | 'reconnecting'
  | 'ending'
  | 'unavailable'
  | 'not_found'
  | 'no_permission'
  | 'closed'
  | 'update_ready';

export type Status =
  | 'off'
  | 'asleep'
  | 'loading'
  | 'connecting'
  | 'ready'
  | 'speaking'
  | 'listening'
  | 'processing'
  | 'preparing'
  | 'renewing'
  | 'reconnecting'
  | 'elsewhere'
  | 'ending'
  | 'trouble';

export type Pose = 'idle' | 'listening' | 'thinking' | 'speaking' | 'error' | 'sleep';

/** The drawn face: the avatar itself, or what stands in for its video. */
export interface FaceView extends FaceLook {
  own: boolean;
  pose: Pose;
}

export interface Notice {
  severity: 'info' | 'warning' | 'error';
  /** Key of its two texts, `notice.<key>.title` and `notice.<key>.hint`; one without has those of `general`. */
  key: string;
  /** A sentence from Home Assistant that takes the place of the hint. */
  detail: string;
  action: 'retry' | 'reload' | 'dismiss' | null;
}

export interface CaptionView {
  role: 'avatar' | 'user';
  spoken: string;
  rest: string;
}

export interface View {
  mode: Mode;
  status: Status;
  name: string;
  portrait: string | null;
  showVideo: boolean;
  /** Stands in the place of the portrait. */
  face: FaceView | null;
  /** The name of the screen that has the avatar, when it is not this one. */
  elsewhere: string;
  /** Only the voice can be elsewhere: the avatar is to be seen on every screen. */
  everywhere: boolean;
  endsSoon: boolean;
  soundChip: boolean;
  notice: Notice | null;
  caption: CaptionView | null;
  controls: {
    start: boolean;
    /** What starting is for this avatar: waking it. */
    wakes: boolean;
    stop: boolean;
    /** Whether there is anything to interrupt; the button keeps its place while there is not. */
    interrupt: boolean;
    interruptShown: boolean;
    mute: boolean;
    muted: boolean;
    captions: boolean;
    captionsOn: boolean;
    say: boolean;
    showHere: boolean;
    showHereReady: boolean;
  };
}

const BLOCKING: readonly Mode[] = ['unavailable', 'not_found', 'no_permission', 'closed', 'update_ready'];
/** Its words are there when nothing else is. */
export const UPDATE_READY: Notice = { severity: 'info', key: 'update_ready', detail: '', action: 'reload' };
const QUIET_REASONS: readonly string[] = ['nobody_watching', 'session_ended', 'screen_lost', 'not_asked'];
export function viewOf(
  state: CardState,
  entity: EntityFacts,
  config: CardConfig,
  preview: boolean,
  captionLimit: number,
): View {
  const mode = preview ? 'preview' : modeOf(state, entity);
  const attached = state.link === 'attached' && !BLOCKING.includes(mode);
  const { phase, seat } = state.server;
  const running = phase !== 'off' && phase !== 'ending';
  const here = running && mode !== 'elsewhere';
  const commands = attached && state.canControl;
  const busy = isBusy(state);
  const showVideo = (state.picture || state.still) && !BLOCKING.includes(mode);
  const canToggle = config.captions === 'auto';
  const captionsOn = config.captions === 'always' || (canToggle && !state.captionsHidden);
  const notice = noticeOf(mode, state);
  // Home Assistant's own address of the picture: a browser need not call the provider for it.
  const portrait = entity.picture ?? state.portrait;
  return {
    mode,
    status: statusOf(mode, state),
    name: config.name || state.name || entity.name,
    portrait,
    showVideo,
    face: showVideo && !state.ownFace ? null : faceOf(state, mode, notice, portrait),
    elsewhere: mode === 'elsewhere' ? (seat?.name ?? '') : '',
    everywhere: state.ownFace || showVideo,
    endsSoon: mode === 'live' && state.server.ends_soon,
    soundChip: attached && state.audio === 'blocked' && mode !== 'elsewhere',
    notice,
    caption: captionsOn && !BLOCKING.includes(mode) ? captionOf(state, captionLimit) : null,
    controls: {
      start: commands && phase === 'off',
      wakes: state.ownFace,
      stop: commands && here && !state.ownFace,
      interrupt: commands && busy,
      interruptShown: commands && (running || busy),
      mute: attached && (here || state.playback?.role === 'voice'),
      muted: state.muted,
      captions: attached && canToggle && here,
      captionsOn,
      say: commands,
      showHere: commands && mode === 'elsewhere',
      showHereReady: seatAskable(state, state.now),
    },
  };
}

/** Something is said, or about to be. */
function isBusy({ server, sounding, playback }: CardState): boolean {
  const { activity, queue } = server;
  return activity === 'responding' || activity === 'processing' || queue > 0 || sounding || playback !== null;
}

function modeOf(state: CardState, entity: EntityFacts): Mode {
  if (state.fault?.code === 'chunk_missing') return 'update_ready';
  if (state.link === 'refused') return refusedMode(state);
  if (state.link === 'lost') return 'reconnecting';
  if (!entity.present) return 'not_found';
  if (!entity.available && state.room === 'out') return 'unavailable';
  if (state.link !== 'attached') return 'loading';
  if (state.room === 'reconnecting') return 'reconnecting';
  const { phase, seat } = state.server;
  if (phase === 'off') return 'portrait';
  if (state.ownFace) return seat && !seat.mine ? 'elsewhere' : 'live';
  if (phase === 'ending') return 'ending';
  if (seat && !seat.mine && (state.room === 'out' || state.picture)) return 'elsewhere';
  return phase === 'live' && state.picture ? 'live' : 'connecting';
}

function refusedMode(state: CardState): Mode {
  if (state.problem === 'unauthorized') return 'no_permission';
  return state.problem === 'not_found' ? 'not_found' : 'closed';
}

function statusOf(mode: Mode, state: CardState): Status {
  switch (mode) {
    case 'live':
      return isSpeaking(state) ? 'speaking' : activityStatus(state);
    case 'portrait':
    case 'connecting':
    case 'ending':
      // The stand-in needs no session for it.
      if (state.playback?.started) return 'speaking';
      if (mode === 'portrait') return state.ownFace ? 'asleep' : 'off';
      return mode === 'connecting' && state.server.renewing ? 'renewing' : mode;
    case 'reconnecting':
    case 'elsewhere':
    case 'loading':
      return mode;
    case 'preview':
      return state.ownFace ? 'ready' : 'off';
    default:
      return 'trouble';
  }
}

function isSpeaking({ server, sounding, playback }: CardState): boolean {
  return server.activity === 'responding' || sounding || playback?.started === true;
}

function activityStatus({ server, thinking }: CardState): Status {
  if (server.activity === 'processing') return thinking ? 'processing' : 'preparing';
  return server.activity === 'listening' ? 'listening' : 'ready';
}

const FACELESS: readonly Mode[] = ['not_found', 'no_permission', 'closed'];

function faceOf(state: CardState, mode: Mode, notice: Notice | null, portrait: string | null): FaceView | null {
  const { face, ownFace: own, server, playback } = state;
  if (!face || FACELESS.includes(mode)) return null;
  const standsIn = playback !== null || (server.stand_in && isBusy(state)) || portrait === null;
  if (!own && !standsIn) return null;
  const emotion = playback?.emotion ?? face.emotion;
  return { ...face, emotion, own, pose: poseOf(state, mode, notice) };
}

function poseOf(state: CardState, mode: Mode, notice: Notice | null): Pose {
  if (state.playback?.started) return 'speaking';
  if (mode === 'unavailable' || mode === 'update_ready') return 'sleep';
  if (mode === 'portrait') return state.server.stand_in && isBusy(state) ? 'idle' : 'sleep';
  if (notice?.severity === 'error') return 'error';
  if (mode !== 'live' && mode !== 'elsewhere') return 'idle';
  const status = activityStatus(state);
  if (status === 'listening') return 'listening';
  return status === 'processing' ? 'thinking' : 'idle';
}

function noticeOf(mode: Mode, state: CardState): Notice | null {
  switch (mode) {
    case 'preview':
      return null;
    case 'update_ready':
      return UPDATE_READY;
    case 'unavailable':
    case 'not_found':
    case 'no_permission':
      return { severity: 'warning', key: mode === 'not_found' ? 'no_avatar' : mode, detail: '', action: null };
    case 'closed':
      return { severity: 'warning', key: state.problem ?? 'limit', detail: '', action: 'retry' };
    default:
      return faultNotice(state) ?? reasonNotice(state) ?? (state.outdated ? UPDATE_READY : null);
  }
}

function faultNotice(state: CardState): Notice | null {
  if (!state.fault) return null;
  const { code, detail } = state.fault;
  return { severity: 'error', key: code, detail, action: 'dismiss' };
}

function reasonNotice(state: CardState): Notice | null {
  const { reason } = state.server;
  if (reason === null || reason === state.dismissedReason || state.link !== 'attached') return null;
  return { severity: QUIET_REASONS.includes(reason) ? 'info' : 'error', key: reason, detail: '', action: 'dismiss' };
}

function captionOf(state: CardState, limit: number): CaptionView | null {
  const { caption, now } = state;
  if (!caption?.text.trim()) return null;
  const { text, role } = caption;
  const guess = caption.done ? text.length : estimatedPosition(now - caption.startedAt, text.length);
  if (role === 'user') {
    const { start } = tailPage(text, limit);
    return { role, spoken: text.slice(start), rest: '' };
  }
  const played =
    caption.heard > 0 || (state.playback?.started === true && state.playback.utterance === caption.utterance);
  const position = caption.spoken ?? (played ? caption.heard : guess);
  const page = pageAt(captionPages(text, limit, played || caption.done), Math.max(0, position - 1));
  if (!page) return null;
  const lit = Math.min(page.end, Math.max(page.start, wordEnd(text, position)));
  return { role, spoken: text.slice(page.start, lit), rest: text.slice(lit, page.end) };
}
