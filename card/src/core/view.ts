/** Pure: what the card knows -> what it shows, in keys of the language file. */
import type { EntityFacts } from '../ha/hass';
import { captionPages, estimatedPosition, pageAt, tailPage, wordEnd } from './captions';
import type { CardConfig } from './config';
import { seatAskable, type CardState } from './state';

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
  | 'loading'
  | 'connecting'
  | 'ready'
  | 'speaking'
  | 'listening'
  | 'processing'
  | 'reconnecting'
  | 'elsewhere'
  | 'ending'
  | 'trouble';

export interface Notice {
  severity: 'info' | 'warning' | 'error';
  /** Key of its two texts: `notice.<key>.title` and `notice.<key>.hint`. */
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
  /** The name of the screen that has the avatar, when it is not this one. */
  elsewhere: string;
  soundChip: boolean;
  notice: Notice | null;
  caption: CaptionView | null;
  controls: {
    start: boolean;
    stop: boolean;
    interrupt: boolean;
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
const QUIET_REASONS: readonly string[] = ['nobody_watching', 'session_ended'];
/** Reasons that have texts of their own; any other key shows the general one. */
export const REASONS: readonly string[] = [
  ...QUIET_REASONS,
  'cap',
  'blocked',
  'authentication',
  'permission',
  'quota',
  'busy',
  'rate_limit',
  'not_found',
  'bad_request',
  'bad_response',
  'connection',
  'room_lost',
  'join_failed',
  'no_media',
  'unsupported',
  'audio_blocked',
  'expired',
  'action_failed',
  'say_failed',
];

export function viewOf(
  state: CardState,
  entity: EntityFacts,
  config: CardConfig,
  preview: boolean,
  captionLimit: number,
): View {
  const mode = preview ? 'preview' : modeOf(state, entity);
  const attached = state.link === 'attached' && !BLOCKING.includes(mode);
  const { phase, activity, queue, seat } = state.server;
  const running = phase !== 'off' && phase !== 'ending';
  const commands = attached && state.canControl;
  const showVideo = (state.picture || state.still) && state.room !== 'out' && !BLOCKING.includes(mode);
  const canToggle = config.captions === 'auto';
  const captionsOn = config.captions === 'always' || (canToggle && !state.captionsHidden);
  return {
    mode,
    status: statusOf(mode, state),
    name: config.name || state.name || entity.name,
    portrait: state.portrait ?? entity.picture,
    showVideo,
    elsewhere: mode === 'elsewhere' ? (seat?.name ?? '') : '',
    soundChip: attached && state.audio === 'blocked' && mode !== 'elsewhere',
    notice: noticeOf(mode, state),
    caption: captionsOn && !BLOCKING.includes(mode) ? captionOf(state, captionLimit) : null,
    controls: {
      start: commands && phase === 'off',
      stop: commands && running && mode !== 'elsewhere',
      interrupt: commands && (activity === 'responding' || queue > 0 || state.sounding),
      mute: attached && running && mode !== 'elsewhere',
      muted: state.muted,
      captions: attached && canToggle && running && mode !== 'elsewhere',
      captionsOn,
      say: commands,
      showHere: commands && mode === 'elsewhere',
      showHereReady: seatAskable(state, state.now),
    },
  };
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
  if (phase === 'ending') return 'ending';
  if (seat && !seat.mine && state.room === 'out') return 'elsewhere';
  return phase === 'live' && state.picture ? 'live' : 'connecting';
}

function refusedMode(state: CardState): Mode {
  if (state.problem === 'unauthorized') return 'no_permission';
  return state.problem === 'not_found' ? 'not_found' : 'closed';
}

function statusOf(mode: Mode, state: CardState): Status {
  switch (mode) {
    case 'live':
      if (state.server.activity === 'responding' || state.sounding) return 'speaking';
      return state.server.activity === 'idle' ? 'ready' : state.server.activity;
    case 'connecting':
    case 'reconnecting':
    case 'elsewhere':
    case 'ending':
    case 'loading':
      return mode;
    case 'portrait':
    case 'preview':
      return 'off';
    default:
      return 'trouble';
  }
}

function noticeOf(mode: Mode, state: CardState): Notice | null {
  switch (mode) {
    case 'preview':
      return null;
    case 'update_ready':
      return { severity: 'info', key: 'update_ready', detail: '', action: 'reload' };
    case 'unavailable':
    case 'not_found':
    case 'no_permission':
      return { severity: 'warning', key: mode === 'not_found' ? 'no_avatar' : mode, detail: '', action: null };
    case 'closed':
      return { severity: 'warning', key: state.problem ?? 'limit', detail: '', action: 'retry' };
    default:
      return faultNotice(state) ?? reasonNotice(state);
  }
}

function faultNotice(state: CardState): Notice | null {
  if (!state.fault) return null;
  const { code, detail } = state.fault;
  return { severity: 'error', key: REASONS.includes(code) ? code : 'general', detail, action: 'dismiss' };
}

function reasonNotice(state: CardState): Notice | null {
  const { reason } = state.server;
  if (reason === null || reason === state.dismissedReason || state.link !== 'attached') return null;
  const key = REASONS.includes(reason) ? reason : 'general';
  return { severity: QUIET_REASONS.includes(reason) ? 'info' : 'error', key, detail: '', action: 'dismiss' };
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
  const position = caption.spoken ?? guess;
  const page = pageAt(captionPages(text, limit), Math.max(0, position - 1));
  if (!page) return null;
  const lit = Math.min(page.end, Math.max(page.start, wordEnd(text, position)));
  return { role, spoken: text.slice(page.start, lit), rest: text.slice(lit, page.end) };
}
