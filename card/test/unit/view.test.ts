import { describe, expect, it } from 'vitest';
import { initialState, type CardState } from '../../src/core/state';
import { REASONS, viewOf, type View } from '../../src/core/view';
import english from '../../src/i18n/en.json';
import { after, attached, caption, createConfig, createEntity, join, stateEvent, wire } from './factories';

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
const with_ = (state: CardState, change: Parameters_['1']): CardState => after([wire(stateEvent(change))], state);
type Parameters_ = [unknown, NonNullable<globalThis.Parameters<typeof stateEvent>[0]>];

describe('what is shown', () => {
  it.each([
    ['loading before the answer', initialState(0), 'loading', 'loading'],
    ['the portrait when off', off, 'portrait', 'off'],
    ['connecting while a session starts', with_(off, { phase: 'starting' }), 'connecting', 'connecting'],
    ['connecting while live without a picture', with_(off, { phase: 'live', seat: here }), 'connecting', 'connecting'],
    ['live', live, 'live', 'ready'],
    ['listening', with_(live, { phase: 'live', activity: 'listening', seat: here }), 'live', 'listening'],
    ['thinking', with_(live, { phase: 'live', activity: 'processing', seat: here }), 'live', 'processing'],
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
  const WIRE_REASONS =
    'nobody_watching cap blocked authentication permission quota busy rate_limit not_found bad_request bad_response connection session_ended room_lost join_failed'.split(
      ' ',
    );
  const CODES = ['join_failed', 'no_media', 'unsupported', 'audio_blocked', 'expired'];

  it.each([...WIRE_REASONS, ...CODES])('have a text of their own for %s', (reason) => {
    expect(show(with_(off, { reason })).notice).toMatchObject({ key: reason, action: 'dismiss' });
  });

  it.each([...REASONS, 'unavailable', 'no_avatar', 'no_permission', 'too_many', 'limit', 'update_ready', 'general'])(
    'say for %s what happened and what to do',
    (key) => {
      const texts = english as Record<string, string>;
      expect(texts[`notice.${key}.title`]).toMatch(/^\S.{3,44}$/);
      expect(texts[`notice.${key}.hint`]).toMatch(/\.$/);
    },
  );

  it('show a general text for a reason of a newer integration', () => {
    expect(show(with_(off, { reason: 'moon_phase' })).notice?.key).toBe('general');
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
