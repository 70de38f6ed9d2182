import { describe, expect, it } from 'vitest';
import type { Input } from '../../src/core/reducer';
import { initialState, type CardState, type PlaybackState } from '../../src/core/state';
import { viewOf, type View } from '../../src/core/view';
import type { FaceLook } from '../../src/core/wire';
import notices from '../../src/i18n/en-notices.json';
import english from '../../src/i18n/en.json';
import { after, attached, caption, createConfig, createEntity, join, outcome, stateEvent, wire } from './factories';

const show = (
  state: CardState,
  { config = {}, entity = {}, preview = false, limit = 80 }: Partial<Parameters> = {},
): View => viewOf(state, createEntity(entity), createConfig(config), preview, limit);
interface Parameters {
  config: Record<string, unknown>;
  entity: Partial<ReturnType<typeof createEntity>>;
  preview: boolean;
  limit: number;
}

const off = after([wire(attached())]);
const here = { mine: true, name: 'Here' };
const live = after([
  wire(attached({ phase: 'live', seat: here })),
  wire(join()),
  { type: 'engine', epoch: 'e1', event: { type: 'joined' } },
  { type: 'engine', epoch: 'e1', event: { type: 'picture', shown: true } },
]);
const heard = after([wire(stateEvent({ phase: 'live', activity: 'listening', seat: here }))], live);
const with_ = (state: CardState, change: Parameters_['1']): CardState => after([wire(stateEvent(change))], state);
const MIRA: FaceLook = { look: 'mira', colors: { skin: 'light' }, emotion: 'friendly' };
const BUILT_IN = { phase: 'live', provider_face: true, seat: here } as const;
const built = after([wire(attached(BUILT_IN, { face: MIRA }))]);
const starting = { phase: 'starting' } as const;
const playing = (change: Partial<PlaybackState> = {}): Input => ({
  type: 'playback',
  playback: {
    id: 'p1',
    utterance: 'u1',
    role: 'voice',
    text: '',
    emotion: null,
    started: true,
    position: 1,
    duration: 4,
    ...change,
  },
  completed: false,
});
type Parameters_ = [unknown, NonNullable<globalThis.Parameters<typeof stateEvent>[0]>];

describe('what is shown', () => {
  it.each([
    ['loading before the answer', initialState(0), 'loading', 'loading'],
    ['the portrait when off', off, 'portrait', 'off'],
    ['connecting while a session starts', with_(off, { phase: 'starting' }), 'connecting', 'connecting'],
    ['connecting while live without a picture', with_(off, { phase: 'live', seat: here }), 'connecting', 'connecting'],
    ['live', live, 'live', 'ready'],
    ['listening', with_(live, { phase: 'live', activity: 'listening', seat: here }), 'live', 'listening'],
    ['preparing', with_(live, { phase: 'live', activity: 'processing', seat: here }), 'live', 'preparing'],
    ['thinking', with_(heard, { phase: 'live', activity: 'processing', seat: here }), 'live', 'processing'],
    ['speaking', with_(live, { phase: 'live', activity: 'responding', seat: here }), 'live', 'speaking'],
    ['the end', with_(live, { phase: 'ending' }), 'ending', 'ending'],
    ['a lost line', after([{ type: 'link_lost' }], live), 'reconnecting', 'reconnecting'],
    ['no permission', after([{ type: 'refused', problem: 'unauthorized' }]), 'no_permission', 'trouble'],
    ['an avatar that is not there', after([{ type: 'refused', problem: 'not_found' }]), 'not_found', 'trouble'],
    ['too many screens', after([{ type: 'refused', problem: 'too_many' }]), 'closed', 'trouble'],
  ] as const)('%s', (_name, state, mode, status) => {
    expect(show(state)).toMatchObject({ mode, status });
  });

  it('speaking as soon as there is sound, whatever the integration says yet', () => {
    const sounding = after([{ type: 'engine', epoch: 'e1', event: { type: 'sound', active: true } }], live);
    expect(show(sounding).status).toBe('speaking');
    expect(show(sounding).controls.interrupt).toBe(true);
  });

  it('the room that comes back by itself', () => {
    const resuming = after([{ type: 'engine', epoch: 'e1', event: { type: 'reconnecting', active: true } }], live);
    expect(show(resuming)).toMatchObject({ mode: 'reconnecting', showVideo: true });
  });

  it('where the avatar is when another screen has it', () => {
    const elsewhere = with_(off, { phase: 'live', seat: { mine: false, name: 'Kitchen tablet' } });
    expect(show(elsewhere)).toMatchObject({ mode: 'elsewhere', elsewhere: 'Kitchen tablet', showVideo: false });
    expect(show(elsewhere).controls).toMatchObject({ showHere: true, stop: false, mute: false });
  });

  it('an entity that is missing or unavailable', () => {
    expect(show(initialState(0), { entity: { present: false, available: false } }).mode).toBe('not_found');
    expect(show(off, { entity: { available: false } }).mode).toBe('unavailable');
    expect(show(live, { entity: { available: false } }).mode).toBe('live');
  });

  it('a quiet preview, whatever goes on', () => {
    const view = show(live, { preview: true });
    expect(view).toMatchObject({ mode: 'preview', notice: null });
  });

  it('that a new version is there', () => {
    const fault = { code: 'chunk_missing', detail: '' };
    expect(show({ ...off, fault })).toMatchObject({ mode: 'update_ready', notice: { action: 'reload' } });
  });

  it('that the page is old but works, unless something is wrong', () => {
    const outdated = { ...live, outdated: true };
    expect(show(outdated)).toMatchObject({ mode: 'live', notice: { key: 'update_ready', action: 'reload' } });
    expect(show({ ...outdated, fault: { code: 'say_failed', detail: '' } }).notice?.key).toBe('say_failed');
    expect(show(outdated, { preview: true }).notice).toBeNull();
  });
});

describe('a session that makes way for the next one', () => {
  const renewing = (phase: 'ending' | 'off' | 'starting'): CardState =>
    after(
      [
        wire({ type: 'leave', epoch: 'e1', reason: 'renewal' }),
        wire(stateEvent({ phase, seat: here, renewing: true })),
      ],
      live,
    );

  it.each(['ending', 'off', 'starting'] as const)('shows its last picture and asks for a moment while %s', (phase) => {
    const view = show(renewing(phase));
    expect(view).toMatchObject({ mode: 'connecting', status: 'renewing', showVideo: true, notice: null });
    expect(view.controls).toMatchObject({ start: false, stop: true });
  });

  it('shows no picture where none follows', () => {
    const given = with_(renewing('off'), { phase: 'off', seat: here });
    expect(show(given)).toMatchObject({ mode: 'portrait', status: 'off', showVideo: false });
  });
});

describe('the end of a session', () => {
  it('is told while it is to be seen, when it is near', () => {
    expect(show(live).endsSoon).toBe(false);
    expect(show(with_(live, { phase: 'live', seat: here, ends_soon: true })).endsSoon).toBe(true);
    expect(show(with_(off, { phase: 'connecting', seat: here, ends_soon: true })).endsSoon).toBe(false);
  });

  it('is none where the next session takes over', () => {
    const renewing = with_(live, { phase: 'ending', seat: here, ends_soon: true, renewing: true });
    expect(show(renewing)).toMatchObject({ endsSoon: false, status: 'renewing' });
  });
});

describe('a room that every screen is in', () => {
  const there = with_(live, { phase: 'live', seat: { mine: false, name: 'Hall' } });

  it('shows the avatar, and says where its voice is', () => {
    expect(show(there)).toMatchObject({ mode: 'elsewhere', elsewhere: 'Hall', everywhere: true, showVideo: true });
    expect(show(there).controls).toMatchObject({ showHere: true, say: true, mute: false });
  });

  it('is connecting until there is a picture', () => {
    const joining = after([wire(join('e2'))], with_(off, { phase: 'live', seat: { mine: false, name: 'Hall' } }));
    expect(show(joining)).toMatchObject({ mode: 'connecting', showVideo: false });
  });
});

describe('an avatar that is its face', () => {
  const built_ = (change: Parameters_['1']): CardState => with_(built, { ...BUILT_IN, ...change });

  it.each([
    ['ready', built, 'live', 'ready', 'idle'],
    ['asleep', built_({ phase: 'off' }), 'portrait', 'asleep', 'sleep'],
    ['listening', built_({ activity: 'listening' }), 'live', 'listening', 'listening'],
    ['preparing', built_({ activity: 'processing' }), 'live', 'preparing', 'idle'],
    ['speaking', after([playing()], built), 'live', 'speaking', 'speaking'],
    ['in trouble', built_({ reason: 'speech_failed' }), 'live', 'ready', 'error'],
    ['cut off', after([{ type: 'link_lost' }], built), 'reconnecting', 'reconnecting', 'idle'],
  ] as const)('is %s', (_name, state, mode, status, pose) => {
    expect(show(state)).toMatchObject({ mode, status, face: { look: 'mira', own: true, pose } });
  });

  it('needs no room and no start', () => {
    expect(show(built).controls).toMatchObject({ start: false, stop: false, mute: true, say: true });
    expect(show(built_({ phase: 'off' })).controls).toMatchObject({ start: true, wakes: true });
  });

  it('is on every screen, and says where its voice is', () => {
    const elsewhere = built_({ seat: { mine: false, name: 'Kitchen tablet' } });
    expect(show(elsewhere)).toMatchObject({ mode: 'elsewhere', elsewhere: 'Kitchen tablet', face: { own: true } });
    expect(show(after([playing({ role: 'mimic' })], elsewhere)).face?.pose).toBe('speaking');
  });

  it('is known before the integration answers', () => {
    const known = initialState(0, { face: MIRA, own: true });
    expect(show(known)).toMatchObject({ mode: 'loading', face: { look: 'mira', own: true } });
  });

  it('takes the emotion of what it says', () => {
    expect(show(after([playing({ emotion: 'excited' })], built)).face?.emotion).toBe('excited');
  });

  it('shows other colours as soon as they are chosen', () => {
    const event = { type: 'face', look: 'nova', colors: { accent: 'red' }, emotion: 'serious' } as const;
    expect(show(after([wire(event)], built)).face).toMatchObject({ look: 'nova', colors: { accent: 'red' } });
  });

  it('is not shown for an avatar that is gone', () => {
    expect(show(after([{ type: 'refused', problem: 'not_found' }], built)).face).toBeNull();
  });
});

describe('the stand-in of a cloud', () => {
  const cloud = after([wire(attached({}, { face: MIRA, portrait: '/ava.png' }))]);

  it('leaves a portrait alone while it says nothing', () => {
    expect(show(cloud).face).toBeNull();
    expect(show(with_(cloud, starting)).face).toBeNull();
  });

  it('takes the place of a portrait that is missing', () => {
    const faceless = after([wire(attached(starting, { face: MIRA }))]);
    expect(show(faceless).face).toMatchObject({ own: false, pose: 'idle' });
  });

  it('shows itself for what it says, and not a moment longer', () => {
    const about = with_(cloud, { ...starting, stand_in: true, activity: 'processing' });
    expect(show(about).face).toMatchObject({ own: false, pose: 'idle' });
    const speaking = after([playing()], about);
    expect(show(speaking)).toMatchObject({ mode: 'connecting', status: 'speaking', face: { pose: 'speaking' } });
    expect(show(speaking).controls).toMatchObject({ interrupt: true, mute: true });
    const over = after([{ type: 'playback', playback: null, completed: true }, wire(stateEvent(starting))], speaking);
    expect(show(over).face).toBeNull();
  });

  it('speaks while there is no session at all', () => {
    const off = after([playing()], with_(cloud, { stand_in: true, activity: 'responding' }));
    expect(show(off)).toMatchObject({ mode: 'portrait', status: 'speaking', face: { own: false, pose: 'speaking' } });
  });

  it('gives way to the video', () => {
    const video = after([playing()], { ...live, face: MIRA, portrait: '/ava.png' });
    expect(show(video)).toMatchObject({ showVideo: true, face: null });
  });
});

describe('the name', () => {
  it('is the one of the configuration, else the avatar, else the entity', () => {
    expect(show(off, { config: { name: 'Mia' } }).name).toBe('Mia');
    expect(show(off).name).toBe('Ava');
    expect(show(initialState(0), { entity: { name: 'Ava entity' } }).name).toBe('Ava entity');
  });
});

describe('buttons', () => {
  it('start what is off and stop what runs', () => {
    expect(show(off).controls).toMatchObject({ start: true, stop: false, interrupt: false, mute: false, say: true });
    expect(show(live).controls).toMatchObject({ start: false, stop: true, mute: true, captions: true, say: true });
  });

  it('interrupt speech and what waits', () => {
    expect(show(live).controls.interrupt).toBe(false);
    expect(show(with_(live, { phase: 'live', activity: 'responding', seat: here })).controls.interrupt).toBe(true);
    expect(show(with_(live, { phase: 'live', queue: 2, seat: here })).controls.interrupt).toBe(true);
  });

  it('keep the place of the one that interrupts', () => {
    expect(show(live).controls.interruptShown).toBe(true);
    expect(show(off).controls.interruptShown).toBe(false);
    const preparing = with_(live, { phase: 'live', activity: 'processing', seat: here });
    expect(show(preparing).controls).toMatchObject({ interrupt: true, interruptShown: true });
  });

  it('leave out what the user may not do', () => {
    const watching = after([wire(attached({ phase: 'live', seat: here }, { can_control: false }))]);
    expect(show(watching).controls).toMatchObject({
      start: false,
      stop: false,
      say: false,
      showHere: false,
      mute: true,
    });
  });

  it('are none while the line is lost', () => {
    const { controls } = show(after([{ type: 'link_lost' }], live));
    expect(controls).toMatchObject({ start: false, stop: false, mute: false, say: false });
  });

  it('rest after the seat was asked for', () => {
    const elsewhere = with_(off, { phase: 'live', seat: { mine: false, name: 'x' } });
    expect(show(elsewhere).controls.showHereReady).toBe(true);
    expect(show(after([{ type: 'seat_asked' }], elsewhere)).controls.showHereReady).toBe(false);
  });
});

describe('the chip for sound', () => {
  const blocked = after([{ type: 'audio', audio: 'blocked' }], off);

  it('stands there before anything is said', () => {
    expect(show(blocked).soundChip).toBe(true);
    expect(show(off).soundChip).toBe(false);
  });

  it('does not ask on the screen that has no sound to play', () => {
    expect(show(with_(blocked, { phase: 'live', seat: { mine: false, name: 'x' } })).soundChip).toBe(false);
  });
});

describe('captions', () => {
  const said = after([wire(caption({ text: 'Hello there. How are you?', spoken: 8 }))], live);

  it('light the spoken words', () => {
    expect(show(said).caption).toEqual({ role: 'avatar', spoken: 'Hello there.', rest: ' How are you?' });
  });

  it('show the page of the voice', () => {
    expect(show(said, { limit: 13 }).caption?.spoken).toBe('Hello there.');
    const later = after([wire(caption({ text: 'Hello there. How are you?', spoken: 16 }))], live);
    expect(show(later, { limit: 13 }).caption).toEqual({ role: 'avatar', spoken: 'How', rest: ' are you?' });
  });

  it('guess the voice by the clock when nobody tells', () => {
    const untold = after([wire(caption({ spoken: null, text: 'word '.repeat(40) }))], live);
    const later = after([{ type: 'tick' }], untold, 2000);
    expect(show(later).caption?.spoken.length).toBeGreaterThan(show(untold).caption?.spoken.length ?? 0);
  });

  it('follow the sound that plays here', () => {
    const text = 'word '.repeat(40).trim();
    const begun = after([playing({ position: 0 }), wire(caption({ spoken: null, text }))], live);
    expect(show(begun, { limit: 400 }).caption?.spoken).toBe('');
    const half = after([playing({ position: 2 })], begun);
    expect(show(half, { limit: 400 }).caption?.spoken).toBe('word '.repeat(21).trim());
    const back = after([playing({ position: 2, duration: 8 })], half);
    expect(show(back, { limit: 400 }).caption?.spoken).toEqual(show(half, { limit: 400 }).caption?.spoken);
    const done = after([{ type: 'playback', playback: null, completed: true }], half);
    expect(show(done, { limit: 400 }).caption).toMatchObject({ spoken: text, rest: '' });
  });

  it('stay where a sound was stopped', () => {
    const text = 'word '.repeat(40).trim();
    const half = after(
      [playing({ position: 0 }), wire(caption({ spoken: null, text })), playing({ position: 2 })],
      live,
    );
    const stopped = after([{ type: 'playback', playback: null, completed: false }, wire(outcome())], half);
    expect(show(stopped, { limit: 400 }).caption?.spoken).toEqual(show(half, { limit: 400 }).caption?.spoken);
  });

  it('show the last page of what is done', () => {
    const done = after([wire(caption({ spoken: null, done: true, text: `${'word '.repeat(40)}end.` }))], live);
    expect(show(done).caption).toMatchObject({ rest: '' });
    expect(show(done).caption?.spoken).toMatch(/end\.$/);
  });

  it('can be hidden in auto, not in always, and are gone with off', () => {
    const hidden = after([{ type: 'captions_hidden', hidden: true }], said);
    expect(show(hidden).caption).toBeNull();
    expect(show(hidden, { config: { captions: 'always' } }).caption).not.toBeNull();
    expect(show(said, { config: { captions: 'off' } })).toMatchObject({ caption: null, controls: { captions: false } });
  });

  it('show the words of the user as theirs', () => {
    const heard = after([wire(caption({ role: 'user', text: 'Lights on', spoken: null }))], live);
    expect(show(heard).caption).toEqual({ role: 'user', spoken: 'Lights on', rest: '' });
  });
});

describe('notices', () => {
  const texts: Record<string, string> = { ...english, ...notices };
  const REASONS =
    'nobody_watching cap blocked authentication permission quota busy rate_limit not_found bad_request bad_response connection session_ended room_lost join_failed screen_lost not_asked no_speech_engine speech_engine_gone speech_language speech_failed media_not_found media_unsupported media_failed media_needs_stand_in speaker_failed stand_in_off waited_too_long queue_full storage audio_blocked expired'.split(
      ' ',
    );
  const CODES = ['join_failed', 'no_media', 'unsupported', 'action_failed', 'say_failed'];
  const OTHERS = ['unavailable', 'no_avatar', 'no_permission', 'too_many', 'limit', 'update_ready', 'general'];

  it.each(REASONS)('tell the reason %s', (reason) => {
    expect(show(with_(off, { reason })).notice).toMatchObject({ key: reason, action: 'dismiss' });
  });

  it.each([...REASONS, ...CODES, ...OTHERS])('say for %s what happened and what to do', (key) => {
    expect(texts[`notice.${key}.title`]).toMatch(/^\S.{3,44}$/);
    expect(texts[`notice.${key}.hint`]).toMatch(/\.$/);
  });

  it('go when dismissed', () => {
    const dismissed = after([{ type: 'dismissed' }], with_(off, { reason: 'quota' }));
    expect(show(dismissed).notice).toBeNull();
  });

  it("show Home Assistant's own sentence where there is one", () => {
    const failed = after([{ type: 'fault', code: 'action_failed', detail: 'Ava has no minutes left' }], off);
    expect(show(failed).notice).toMatchObject({ detail: 'Ava has no minutes left', severity: 'error' });
  });
});
