/** Every state of the card, each as a script for the fake bus. */
import type { RawConfig } from '../src/core/config';
import type { AudioFact, CaptionEvent, FaceLook, PlayEvent, ServerState } from '../src/core/wire';
import type { FakeBus, BusAnswer } from './fake-hass';
import type { FakeEngine } from './fake-engine';

export interface Stage {
  bus: FakeBus;
  engine: () => FakeEngine | undefined;
  root: () => ShadowRoot;
}

export interface Scene {
  answer?: BusAnswer;
  entity?: string | null;
  config?: RawConfig;
  audio?: AudioFact;
  preview?: boolean;
  /** The face that this browser knows from before. */
  known?: FaceLook;
  /** Joins the room before `play`. */
  live?: boolean;
  play?(stage: Stage): void | Promise<void>;
}

const SENTENCE =
  'Good evening! The washing machine has finished, and someone is waiting at the front door. Shall I turn on the light?';

export function caption(change: Partial<CaptionEvent> = {}): CaptionEvent {
  return { type: 'caption', utterance: 'u1', role: 'avatar', text: SENTENCE, spoken: 44, done: false, ...change };
}

const speaking = ({ bus, engine }: Stage): void => {
  bus.state({ activity: 'responding' });
  bus.emit(caption());
  engine()?.emit({ type: 'sound', active: true });
  engine()?.emit({ type: 'level', value: 0.7 });
};
const MIRA: FaceLook = { look: 'mira', colors: {}, emotion: 'friendly' };
const NOVA: FaceLook = { look: 'nova', colors: {}, emotion: 'friendly' };

/** The built-in avatar, awake on this screen. */
function built(state: Partial<ServerState> = {}, face: FaceLook = MIRA): BusAnswer {
  const seat = { mine: true, name: 'Here' };
  return { name: face === MIRA ? 'Mira' : 'Nova', face, state: { phase: 'live', provider_face: true, seat, ...state } };
}

function play(change: Partial<PlayEvent> = {}): PlayEvent {
  const sound = { id: 'p1', utterance: 'u1', url: '/sound.wav', text: SENTENCE, emotion: null, speech: true } as const;
  return { type: 'play', role: 'voice', ...sound, ...change };
}

const facing = async ({ bus, root }: Stage): Promise<void> => {
  bus.emit(play());
  bus.state({ activity: 'responding' });
  bus.emit(caption({ spoken: null }));
  while (!root().querySelector('.is-speaking, .is-elsewhere')) await new Promise((resolve) => setTimeout(resolve));
};
const click = (root: ShadowRoot, label: string): void => {
  root.querySelector<HTMLElement>(`[aria-label="${label}"]`)?.click();
};

export const SCENES: Record<string, Scene> = {
  portrait: {},
  portrait_picture: { answer: { portrait: 'PRESENTER' } },
  view_only: { answer: { can_control: false } },
  connecting: { answer: { state: { phase: 'connecting' } } },
  live: { live: true },
  speaking: { live: true, play: speaking },
  speaking_quiet: {
    live: true,
    config: { controls: 'off' },
    play: speaking,
  },
  speaking_idle_pointer: {
    live: true,
    play: (stage) => {
      speaking(stage);
      Object.assign(stage.root().host, { _asleep: true });
    },
  },
  listening: {
    live: true,
    play: ({ bus }) => {
      bus.state({ activity: 'listening' });
      bus.emit(caption({ role: 'user', text: 'Turn on the kitchen light, please', spoken: null }));
    },
  },
  processing: {
    live: true,
    play: ({ bus }) => {
      bus.state({ activity: 'processing' });
    },
  },
  say: {
    live: true,
    play: ({ root }) => {
      click(root(), 'Say something');
    },
  },
  muted: {
    live: true,
    play: (stage) => {
      click(stage.root(), 'Mute');
      speaking(stage);
    },
  },
  right_to_left: {
    live: true,
    answer: { name: 'ليلى' },
    play: ({ bus }) => {
      bus.state({ activity: 'responding' });
      bus.emit(caption({ text: 'مساء الخير! لقد انتهت الغسالة، وهناك شخص ينتظر عند الباب الأمامي.', spoken: 25 }));
    },
  },
  reconnecting_live: {
    live: true,
    play: ({ bus }) => {
      bus.lose();
    },
  },
  reconnecting: {
    play: ({ bus }) => {
      bus.lose();
    },
  },
  elsewhere: { answer: { state: { phase: 'live', seat: { mine: false, name: 'Kitchen tablet' }, watching: 2 } } },
  elsewhere_caption: {
    answer: { state: { phase: 'live', activity: 'responding', seat: { mine: false, name: 'Kitchen tablet' } } },
    play: ({ bus }) => {
      bus.emit(caption());
    },
  },
  sound_blocked: { audio: 'blocked' },
  sound_blocked_live: { audio: 'blocked', live: true, play: speaking },
  ending: { answer: { state: { phase: 'ending' } } },
  error_quota: { answer: { state: { reason: 'quota' } } },
  error_join: {
    live: true,
    play: ({ engine }) => {
      engine()?.emit({ type: 'error', code: 'join_failed', message: '' });
    },
  },
  info_nobody: { answer: { state: { reason: 'nobody_watching' } } },
  unavailable: { entity: 'unavailable' },
  not_found: { entity: null },
  no_permission: { answer: { refuse: 'unauthorized' } },
  too_many: { answer: { refuse: 'too_many' } },
  update_ready: {
    answer: { state: { phase: 'connecting' } },
    play: ({ bus }) => {
      bus.emit({ type: 'join', epoch: 'e', transport: { kind: 'missing' } });
    },
  },
  outdated: { answer: { ...built(), version: '9.9.9' } },
  preview: { preview: true },
  face_loading: { answer: { refuse: 'not_ready' }, known: MIRA },
  face_ready: { answer: built() },
  face_speaking: { answer: built(), play: facing },
  face_speaking_idle_pointer: {
    answer: built(),
    play: async (stage) => {
      await facing(stage);
      Object.assign(stage.root().host, { _asleep: true });
    },
  },
  face_say: {
    answer: built(),
    play: async (stage) => {
      click(stage.root(), 'Say something');
      await facing(stage);
    },
  },
  face_preparing: { answer: built({ activity: 'processing', queue: 1 }) },
  face_listening: { answer: built({ activity: 'listening' }) },
  face_thinking: {
    answer: built({ activity: 'listening' }),
    play: ({ bus }) => {
      bus.emit(caption({ role: 'user', text: 'What is on my calendar today?', spoken: null }));
      bus.state({ activity: 'processing' });
    },
  },
  face_asleep: { answer: built({ phase: 'off' }) },
  face_error: { answer: built({ reason: 'speech_failed' }) },
  face_blocked: { answer: built(), audio: 'blocked', play: facing },
  face_elsewhere: { answer: built({ seat: { mine: false, name: 'Kitchen tablet' }, watching: 2 }), play: facing },
  face_unavailable: { answer: { refuse: 'not_ready' }, entity: 'unavailable', known: MIRA },
  nova_ready: { answer: built({}, NOVA) },
  nova_speaking: { answer: built({}, NOVA), play: facing },
  nova_asleep: { answer: built({ phase: 'off' }, NOVA) },
  nova_thinking: { answer: built({ activity: 'processing' }, NOVA) },
  stand_in_starting: { answer: { face: MIRA, state: { phase: 'starting' } } },
  stand_in_speaking: {
    answer: { face: MIRA, portrait: 'PRESENTER', state: { phase: 'starting', stand_in: true } },
    play: facing,
  },
};
