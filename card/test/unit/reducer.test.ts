import { describe, expect, it } from 'vitest';
import { CAPTION_LINGER_MS, nextTick, reduce, type Input } from '../../src/core/reducer';
import { initialState, SEAT_PAUSE_MS, type CardState } from '../../src/core/state';
import { after, attached, caption, join, outcome, play, stateEvent, wire } from './factories';

const STATES: Record<string, CardState> = {
  detached: initialState(0),
  attaching: after([{ type: 'attaching', asked: false }]),
  off: after([wire(attached())]),
  connecting: after([wire(attached({ phase: 'connecting' })), wire(join())]),
  live: after([
    wire(attached({ phase: 'live', seat: { mine: true, name: 'Here' } })),
    wire(join()),
    { type: 'engine', epoch: 'e1', event: { type: 'joined' } },
    { type: 'engine', epoch: 'e1', event: { type: 'picture', shown: true } },
    wire(caption()),
  ]),
  lost: after([wire(attached()), { type: 'link_lost' }]),
  refused: after([{ type: 'refused', problem: 'unauthorized' }]),
};

const INPUTS: Record<string, Input> = {
  attached: wire(attached()),
  state: wire(stateEvent({ phase: 'live' })),
  join: wire(join('e2')),
  prepare: wire({ type: 'prepare', kind: 'livekit', url: 'wss://room' }),
  leave: wire({ type: 'leave', epoch: 'e1', reason: 'ended' }),
  caption: wire(caption({ done: true })),
  outcome: wire(outcome()),
  closed: wire({ type: 'closed', reason: 'limit' }),
  replaced: wire({ type: 'closed', reason: 'replaced' }),
  publish: wire({ type: 'publish', id: 'p', epoch: 'e1', topic: '', payload: '' }),
  ping: wire({ type: 'ping' }),
  joined: { type: 'engine', epoch: 'e1', event: { type: 'joined' } },
  picture: { type: 'engine', epoch: 'e1', event: { type: 'picture', shown: true } },
  lost: { type: 'engine', epoch: 'e1', event: { type: 'lost', reason: 'gone' } },
  error: { type: 'engine', epoch: 'e1', event: { type: 'error', code: 'no_media', message: '' } },
  attaching: { type: 'attaching', asked: true },
  link_lost: { type: 'link_lost' },
  refused: { type: 'refused', problem: 'not_found' },
  muted: { type: 'muted', muted: true },
  face: wire({ type: 'face', look: 'nova', colors: {}, emotion: 'serious' }),
  play: wire(play()),
  playback: {
    type: 'playback',
    playback: {
      id: 'p1',
      utterance: 'u1',
      role: 'voice',
      text: '',
      emotion: null,
      started: true,
      position: 1,
      duration: null,
    },
    completed: false,
  },
  tick: { type: 'tick' },
};

describe('in every state, on every input,', () => {
  for (const [stateName, state] of Object.entries(STATES)) {
    for (const [inputName, input] of Object.entries(INPUTS)) {
      const next = reduce(state, input, 1);
      it(`${stateName} + ${inputName} keeps the books straight`, () => {
        expect(next.attachment !== null).toBe(next.link === 'attached');
        expect(next.epoch !== null).toBe(next.room !== 'out');
        expect(next.picture && next.room === 'out').toBe(false);
        expect(next.sounding && next.room === 'out').toBe(false);
        expect(next.problem !== null).toBe(next.link === 'refused');
        expect(next.now).toBe(1);
      });
    }
  }
});

describe('attaching', () => {
  it('takes all it knows from the answer', () => {
    const state = after([wire(attached({ phase: 'live', watching: 2 }, { portrait: '/p.png', can_control: false }))]);
    expect(state).toMatchObject({ link: 'attached', attachment: 'a1', portrait: '/p.png', canControl: false });
    expect(state.server).toMatchObject({ phase: 'live', watching: 2 });
  });

  it('stays "lost" while the line comes back, until the answer', () => {
    const lost = after([wire(attached()), { type: 'link_lost' }, { type: 'attaching', asked: false }]);
    expect(lost.link).toBe('lost');
    expect(after([wire(attached())], lost).link).toBe('attached');
  });

  it('tries again behind a refusal without hiding it, unless a person asked', () => {
    const refused = after([{ type: 'refused', problem: 'too_many' }]);
    expect(after([{ type: 'attaching', asked: false }], refused).problem).toBe('too_many');
    expect(after([{ type: 'attaching', asked: true }], refused)).toMatchObject({ link: 'attaching', problem: null });
  });

  it('ends when it sent too much, and starts anew after any other close', () => {
    const closed = (reason: 'limit' | 'removed' | 'replaced'): CardState =>
      after([wire(join()), wire({ type: 'closed', reason })], STATES.off);
    expect(closed('limit')).toMatchObject({ link: 'refused', problem: 'limit', room: 'out' });
    expect(closed('removed')).toMatchObject({ link: 'attaching', problem: null, room: 'out' });
    expect(closed('replaced')).toMatchObject({ link: 'attaching', problem: null, room: 'out' });
  });
});

describe('a room', () => {
  it('counts from the join to the first picture', () => {
    expect(STATES.connecting).toMatchObject({ room: 'joining', epoch: 'e1', picture: false });
    expect(STATES.live).toMatchObject({ room: 'in', picture: true });
  });

  it('does not hear an older epoch', () => {
    const moved = after([wire(join('e2'))], STATES.live);
    const late = after([{ type: 'engine', epoch: 'e1', event: { type: 'lost', reason: 'x' } }], moved);
    expect(late).toMatchObject({ room: 'joining', epoch: 'e2' });
    expect(after([wire({ type: 'leave', epoch: 'e1', reason: 'moved' })], moved).epoch).toBe('e2');
  });

  it('survives a lost line', () => {
    expect(after([{ type: 'link_lost' }], STATES.live)).toMatchObject({ room: 'in', picture: true, link: 'lost' });
  });

  it('tells why it failed, and forgets it when a new session starts', () => {
    const failed = after(
      [{ type: 'engine', epoch: 'e1', event: { type: 'error', code: 'no_media', message: 'm' } }],
      STATES.live,
    );
    expect(failed.fault).toEqual({ code: 'no_media', detail: '' });
    expect(after([wire(stateEvent({ phase: 'starting' }))], failed).fault).toBeNull();
  });
});

describe('a session that makes way for the next one', () => {
  const here = { mine: true, name: 'Here' };
  const live = after([wire(stateEvent({ phase: 'live', seat: here }))], STATES['live']);
  const leave = wire({ type: 'leave', epoch: 'e1', reason: 'renewal' });
  const step = (phase: 'ending' | 'off' | 'starting' | 'connecting'): Input =>
    wire(stateEvent({ phase, seat: here, renewing: true }));
  const between = after([leave, step('ending'), step('off'), step('starting'), step('connecting')], live);

  it('leaves its last picture until the next one is there', () => {
    expect(between).toMatchObject({ room: 'out', picture: false, still: true });
    const joining = after([wire(join('e2'))], between);
    expect(joining).toMatchObject({ room: 'joining', picture: false, still: true });
    const picture = { type: 'picture', shown: true } as const;
    expect(after([{ type: 'engine', epoch: 'e2', event: picture }], joining)).toMatchObject({
      picture: true,
      still: false,
    });
  });

  it('leaves its caption, too', () => {
    expect(between.caption).toMatchObject({ utterance: 'u1', leavesAt: null });
  });

  it.each<[string, Input]>([
    ['none follows', wire(stateEvent({ phase: 'off', seat: here }))],
    ['the next one is elsewhere', wire(stateEvent({ phase: 'connecting', seat: { mine: false, name: 'Hall' } }))],
    ['the avatar is gone', wire({ type: 'closed', reason: 'removed' })],
    ['it cannot be asked any more', { type: 'refused', problem: 'unauthorized' }],
  ])('leaves nothing when %s', (_when, input) => {
    expect(after([input], between).still).toBe(false);
  });

  it('leaves nothing where it ends for another reason', () => {
    const ended = wire({ type: 'leave', epoch: 'e1', reason: 'ended' });
    expect(after([ended], live)).toMatchObject({ room: 'out', still: false });
  });

  it('leaves nothing where nothing was to be seen', () => {
    const joining = after([wire(join('e2'))], STATES['connecting']);
    expect(after([wire({ type: 'leave', epoch: 'e2', reason: 'renewal' })], joining).still).toBe(false);
  });
});

describe('captions', () => {
  it('stay four seconds after the end', () => {
    const done = after([wire(caption({ done: true }))], STATES.off);
    expect(nextTick(done)).toBe(CAPTION_LINGER_MS);
    expect(reduce(done, { type: 'tick' }, CAPTION_LINGER_MS - 1).caption).not.toBeNull();
    expect(reduce(done, { type: 'tick' }, CAPTION_LINGER_MS).caption).toBeNull();
  });

  it('keep their begin while the same utterance goes on', () => {
    const first = reduce(initialState(0), wire(caption({ text: 'A' })), 100);
    const grown = reduce(first, wire(caption({ text: 'A B' })), 900);
    expect(grown.caption).toMatchObject({ startedAt: 100, text: 'A B' });
    expect(reduce(grown, wire(caption({ utterance: 'u2' })), 950).caption?.startedAt).toBe(950);
  });

  it('move on with the clock only when nobody says how far the voice is', () => {
    expect(nextTick(after([wire(caption({ spoken: null }))]))).toBeGreaterThan(0);
    expect(nextTick(after([wire(caption({ spoken: 3 }))]))).toBeNull();
    expect(nextTick(after([wire(caption({ spoken: null, role: 'user' }))]))).toBeNull();
  });

  it('tell each finished sentence once', () => {
    const state = after([wire(caption()), wire(caption({ done: true })), wire(caption({ utterance: 'u2' }))]);
    expect(state.sentence).toEqual({ id: 1, role: 'avatar', text: 'Hello there.' });
  });

  it.each([
    ['the outcome', wire(outcome({ outcome: 'interrupted' }))],
    ['the end of the session', wire(stateEvent({ phase: 'off' }))],
  ])('leave after %s even if their own end was never told', (_name, input) => {
    const state = after([input], STATES.live);
    expect(state.caption?.leavesAt).toBe(CAPTION_LINGER_MS);
  });
});

describe('outcomes', () => {
  const typed = after([{ type: 'typed', utterance: 'mine' }], STATES.off);

  it('show a failure of what was typed here', () => {
    const failed = after([wire(outcome({ utterance: 'mine', outcome: 'failed', reason: 'quota' }))], typed);
    expect(failed.fault?.code).toBe('quota');
    expect(after([wire(outcome({ utterance: 'mine', outcome: 'expired' }))], typed).fault?.code).toBe('expired');
  });

  it('are silent about what somebody stopped', () => {
    const stopped = outcome({ utterance: 'mine', outcome: 'failed', reason: 'stopped' });
    expect(after([wire(stopped)], typed)).toMatchObject({ fault: null, typed: [] });
  });

  it('show nothing of what others said, nor of success', () => {
    expect(after([wire(outcome({ utterance: 'other', outcome: 'failed', reason: 'quota' }))], typed).fault).toBeNull();
    expect(after([wire(outcome({ utterance: 'mine' }))], typed)).toMatchObject({ fault: null, typed: [] });
  });
});

describe('a dismissed reason', () => {
  const off = after([wire(stateEvent({ reason: 'quota' })), { type: 'dismissed' }], STATES.off);

  it('stays dismissed while it is the same', () => {
    expect(after([wire(stateEvent({ reason: 'quota' }))], off).dismissedReason).toBe('quota');
  });

  it('comes back when it happens again', () => {
    const again = [wire(stateEvent()), wire(stateEvent({ reason: 'quota' }))];
    expect(after(again, off).dismissedReason).toBeNull();
  });
});

it('asks for the seat no more often than the integration takes it', () => {
  const asked = reduce(initialState(0), { type: 'seat_asked' }, 1000);
  expect(nextTick(asked)).toBe(SEAT_PAUSE_MS);
  expect(nextTick(reduce(asked, { type: 'tick' }, 1000 + SEAT_PAUSE_MS))).toBeNull();
});

describe('what went wrong', () => {
  const codes = (state: CardState): string[] => state.troubles.map(({ code }) => code);

  it('is remembered in order, each thing once, and without what was said', () => {
    const state = after(
      [
        wire(stateEvent({ reason: 'quota' })),
        wire(stateEvent({ reason: 'quota' })),
        { type: 'audio', audio: 'blocked' },
        { type: 'fault', code: 'say_failed', detail: 'The text "secret" is too long' },
        { type: 'trouble', code: 'playback_fetch' },
        { type: 'link_lost' },
        { type: 'link_lost' },
        { type: 'refused', problem: 'not_found' },
      ],
      STATES.off,
    );
    expect(codes(state)).toEqual([
      'quota',
      'audio_blocked',
      'say_failed',
      'playback_fetch',
      'connection_lost',
      'connection_refused',
    ]);
    expect(JSON.stringify(state.troubles)).not.toContain('secret');
  });

  it('is nothing where all goes well, and no more than the last ten', () => {
    expect(after([wire(stateEvent()), { type: 'audio', audio: 'ok' }], STATES.live).troubles).toEqual([]);
    const many = Array.from({ length: 12 }, (_, i): Input => ({ type: 'trouble', code: String(i) }));
    expect(codes(after(many, STATES.off))).toEqual(Array.from({ length: 10 }, (_, i) => String(i + 2)));
  });

  it('keeps its time', () => {
    const state = reduce(initialState(0), { type: 'trouble', code: 'x' }, 77);
    expect(state.troubles).toEqual([{ at: 77, code: 'x' }]);
  });
});
