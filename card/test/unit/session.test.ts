import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AudioGate } from '../../src/audio/audio-gate';
import { SoundArbiter } from '../../src/audio/sound-arbiter';
import { AvatarSession } from '../../src/core/session';
import type { SessionParts } from '../../src/core/session-parts';
import { EngineLoadError } from '../../src/engines/engine';
import { attached, join, stateEvent } from './factories';
import { FakeEngine } from './fake-engine';
import { FakeGate } from './fake-gate';
import { FakeSocket, settle } from './fake-socket';

const HERE = { mine: true, name: 'Here' };
let socket: FakeSocket;
let gate: FakeGate;
let engines: FakeEngine[];
let parts: SessionParts;
let session: AvatarSession;
let hidden: boolean;

beforeEach(() => {
  vi.useFakeTimers();
  hidden = false;
  vi.spyOn(document, 'hidden', 'get').mockImplementation(() => hidden);
  socket = new FakeSocket();
  gate = new FakeGate();
  engines = [];
  parts = {
    socket,
    entityId: 'media_player.ava',
    identity: { id: 'client-1', name: 'Here', version: '0.1.0', transports: ['livekit'] },
    renewId: () => 'client-2',
    muted: false,
    known: null,
    resolveUrl: (path) => `http://house${path}`,
    createEngine: (kind, host) => {
      if (kind !== 'livekit') return Promise.reject(new EngineLoadError('unsupported', kind));
      const engine = new FakeEngine(host);
      engines.push(engine);
      return Promise.resolve(engine);
    },
    preloadEngine: vi.fn(),
    loadSounds: () => Promise.reject(new Error('No sound in this test')),
    audioGate: gate as unknown as AudioGate,
    arbiter: new SoundArbiter(),
  };
  session = new AvatarSession(parts);
});

afterEach(() => {
  session.destroy();
  expect(vi.getTimerCount()).toBe(0);
  expect(socket.listeners).toBe(0);
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const engine = (index = engines.length - 1): FakeEngine => {
  const found = engines[index];
  if (!found) throw new Error('No engine was made');
  return found;
};
const kinds = (): unknown[] => socket.reports().map(({ kind }) => kind);

async function attach(change: Parameters<typeof attached>[0] = {}): Promise<void> {
  session.show();
  await settle();
  socket.last.emit(attached(change));
  socket.last.accept();
  await settle();
}

async function enter(epoch = 'e1'): Promise<void> {
  await attach({ phase: 'connecting', seat: HERE });
  socket.last.emit(join(epoch));
  await settle();
}

async function live(): Promise<void> {
  await enter();
  engine().emit({ type: 'joined' });
  engine().emit({ type: 'picture', shown: true });
  engine().emit({ type: 'first_frame', milliseconds: 321 });
  socket.last.emit(stateEvent({ phase: 'live', seat: HERE }));
}

function setHidden(value: boolean): void {
  hidden = value;
  document.dispatchEvent(new Event('visibilitychange'));
}

describe('attaching', () => {
  it('waits for the word about sound and sends it', async () => {
    gate.fact = 'blocked';
    await attach();
    expect(socket.last.message).toMatchObject({ client: { id: 'client-1', visible: true, audio: 'blocked' } });
  });

  it.each([
    ['0.1.0', false],
    ['0.2.0', true],
  ])('finds out from an integration %s whether the page is out of date: %s', async (version, outdated) => {
    session.show();
    await settle();
    socket.last.emit(attached({}, { version }));
    expect(session.state).toMatchObject({ version, outdated, fault: null });
  });

  it('reports nothing that the attach already said', async () => {
    await attach();
    expect(socket.reports()).toEqual([]);
  });

  it('reports what changed while it was under way', async () => {
    session.show();
    await settle();
    setHidden(true);
    socket.last.emit(attached());
    expect(socket.reports()).toMatchObject([{ kind: 'visible', visible: false }]);
  });

  it('takes an id of its own when another tab has the same', async () => {
    await attach();
    socket.last.emit({ type: 'closed', reason: 'replaced' });
    await settle();
    expect(socket.last.message).toMatchObject({ client: { id: 'client-2' } });
    expect(session.state.link).toBe('attaching');
  });

  it('comes back as soon as the avatar is there again', async () => {
    await attach();
    socket.last.emit({ type: 'closed', reason: 'removed' });
    await settle();
    expect(session.state.link).toBe('attaching');
    session.useAvailability(false);
    expect(socket.subscriptions).toHaveLength(1);
    session.useAvailability(true);
    expect(socket.subscriptions).toHaveLength(2);
  });

  it('moves to a new connection object', async () => {
    await attach();
    const other = new FakeSocket();
    session.useSocket(other);
    expect(socket.listeners).toBe(0);
    expect(other.subscriptions).toHaveLength(1);
    session.useSocket(socket);
  });
});

describe('joining a room', () => {
  it('tells the integration each step', async () => {
    await live();
    expect(engine().calls).toEqual(['mount stage', 'unmute', 'volume 1', 'join e1']);
    expect(socket.reports()).toMatchObject([
      { kind: 'joined', epoch: 'e1', attachment: 'a1' },
      { kind: 'first_frame', epoch: 'e1', milliseconds: 321 },
    ]);
    expect(session.state).toMatchObject({ room: 'in', picture: true });
  });

  it('loads the code when a session starts', async () => {
    await attach();
    socket.last.emit(stateEvent({ phase: 'starting' }));
    expect(parts.preloadEngine).toHaveBeenCalled();
  });

  it('leaves the old room for the new one', async () => {
    await live();
    socket.last.emit(join('e2'));
    await settle();
    expect(engine(0).calls).toContain('destroy');
    expect(socket.reports()).toContainEqual(expect.objectContaining({ kind: 'left', epoch: 'e1' }));
    expect(session.state.epoch).toBe('e2');
  });

  it('stays when told to join the room it is in', async () => {
    await live();
    socket.last.emit(join('e1'));
    await settle();
    expect(engines).toHaveLength(1);
    expect(kinds()).toEqual(['joined', 'first_frame', 'joined', 'first_frame']);
  });

  it('leaves when told, and tells it', async () => {
    await live();
    socket.last.emit({ type: 'leave', epoch: 'e1', reason: 'moved' });
    expect(engine().calls).toContain('destroy');
    expect(kinds()).toContain('left');
    expect(session.state).toMatchObject({ room: 'out', picture: false });
  });

  it('does not leave for an old epoch', async () => {
    await live();
    socket.last.emit({ type: 'leave', epoch: 'e0', reason: 'ended' });
    expect(engine().calls).not.toContain('destroy');
  });

  it('gives up an engine that comes too late', async () => {
    let arrive = (): void => undefined;
    parts.createEngine = (_kind, host) =>
      new Promise((resolve) => {
        arrive = (): void => {
          engines.push(new FakeEngine(host));
          resolve(engine());
        };
      });
    await enter();
    socket.last.emit({ type: 'leave', epoch: 'e1', reason: 'ended' });
    arrive();
    await settle();
    expect(engine().calls).toEqual(['destroy']);
  });

  it.each([
    ['a kind it cannot join', 'agora', 'unsupported'],
    ['code that is gone', 'livekit', 'chunk_missing'],
  ] as const)('reports %s', async (_name, kind, code) => {
    if (code === 'chunk_missing') parts.createEngine = () => Promise.reject(new EngineLoadError(code, 'Gone'));
    await attach();
    socket.last.emit({ type: 'join', epoch: 'e1', transport: { kind } });
    await settle();
    expect(socket.reports()).toMatchObject([{ kind: 'error', epoch: 'e1', code }]);
    expect(session.state).toMatchObject({ fault: { code }, room: 'out' });
  });

  it('reports a room that was lost, once', async () => {
    await live();
    engine().emit({ type: 'lost', reason: 'server_shutdown' });
    engine().emit({ type: 'lost', reason: 'again' });
    expect(socket.reports().filter(({ kind }) => kind === 'room_lost')).toMatchObject([{ reason: 'server_shutdown' }]);
    expect(kinds()).not.toContain('left');
  });
});

describe('the context of the page', () => {
  it('is awake as long as the card is in a room', async () => {
    await live();
    expect(gate.holds).toBe(1);
    socket.last.emit({ type: 'leave', epoch: 'e1', reason: 'ended' });
    expect(gate.holds).toBe(0);
  });

  it('may rest when the room is lost', async () => {
    await live();
    engine().emit({ type: 'lost', reason: 'server_shutdown' });
    expect(gate.holds).toBe(0);
  });
});

describe('the data of the room', () => {
  const relays = (): number => socket.sent.filter(({ type }) => type === 'streaming_avatar/relay').length;

  it('goes to the integration from the seat', async () => {
    await live();
    engine().emit({ type: 'data', topic: 't', payload: Uint8Array.of(1) });
    await vi.dynamicImportSettled();
    expect(relays()).toBe(1);
  });

  it('goes on after the seat moved, until the room is left', async () => {
    await live();
    socket.last.emit(stateEvent({ phase: 'live', seat: { mine: false, name: 'Other' } }));
    engine().emit({ type: 'data', topic: 't', payload: Uint8Array.of(1) });
    await vi.dynamicImportSettled();
    expect(relays()).toBe(1);
  });

  it('does not go from a screen that only watches', async () => {
    await attach({ phase: 'live', seat: { mine: false, name: 'Other' } });
    socket.last.emit(join());
    await settle();
    engine().emit({ type: 'data', topic: 't', payload: Uint8Array.of(1) });
    await vi.dynamicImportSettled();
    expect(relays()).toBe(0);
  });
});

describe('publishing', () => {
  const publish = (id: string, epoch = 'e1'): void => {
    socket.last.emit({ type: 'publish', id, epoch, topic: 'chat', payload: btoa(`text ${id}`) });
  };

  it('keeps the order and tells how each went', async () => {
    await live();
    publish('p1');
    publish('p2');
    await settle();
    expect(engine().publishes.map(({ payload }) => payload)).toEqual(['text p1']);
    engine().publishes[0]?.done(false);
    await settle();
    engine().publishes[1]?.done(true);
    await settle();
    expect(socket.reports().filter(({ kind }) => kind === 'published')).toMatchObject([
      { message_id: 'p1', ok: false },
      { message_id: 'p2', ok: true },
    ]);
  });

  it('refuses what is for another room', async () => {
    await live();
    publish('p1', 'e0');
    expect(socket.reports()).toContainEqual(expect.objectContaining({ kind: 'published', epoch: 'e0', ok: false }));
  });
});

describe('a lost line', () => {
  it('keeps the picture, and says again where the card stands', async () => {
    await live();
    socket.lose();
    expect(session.state).toMatchObject({ link: 'lost', picture: true });
    socket.restore();
    socket.last.emit(attached({ phase: 'live', seat: HERE }, { attachment: 'a2' }));
    expect(socket.reports().slice(-2)).toMatchObject([
      { kind: 'joined', epoch: 'e1', attachment: 'a2' },
      { kind: 'first_frame', epoch: 'e1', attachment: 'a2' },
    ]);
    expect(engine().calls).not.toContain('destroy');
  });

  it('leaves the room when the session ended meanwhile', async () => {
    await live();
    socket.lose();
    socket.restore();
    socket.last.emit(attached({ phase: 'off' }));
    expect(engine().calls).toContain('destroy');
  });
});

describe('an element that goes', () => {
  it('and comes back at once leaves no trace but a picture that plays on', async () => {
    await live();
    session.hide();
    await vi.advanceTimersByTimeAsync(900);
    session.show();
    await vi.advanceTimersByTimeAsync(5000);
    expect(kinds()).toEqual(['joined', 'first_frame']);
    expect(engine().calls.slice(-1)).toEqual(['resume']);
  });

  it('and stays away is told', async () => {
    await live();
    session.hide();
    await vi.advanceTimersByTimeAsync(1000);
    expect(socket.reports().slice(-1)).toMatchObject([{ kind: 'visible', visible: false }]);
    expect(engine().calls.slice(-1)).toEqual(['suspend']);
  });
});

describe('a page that is hidden', () => {
  it('stops the picture and tells it, and the other way round', async () => {
    await live();
    setHidden(true);
    expect(engine().calls.slice(-1)).toEqual(['suspend']);
    setHidden(false);
    expect(engine().calls.slice(-1)).toEqual(['resume']);
    expect(socket.reports().slice(-2)).toMatchObject([
      { kind: 'visible', visible: false },
      { kind: 'visible', visible: true },
    ]);
  });

  it('joins with the picture stopped', async () => {
    await attach();
    setHidden(true);
    socket.last.emit(join());
    await settle();
    expect(engine().calls).toContain('suspend');
  });

  it('that goes away leaves the room', async () => {
    await live();
    window.dispatchEvent(new Event('pagehide'));
    expect(engine().calls).toContain('destroy');
    expect(kinds()).toContain('left');
  });

  it('checks the line after a sleep', async () => {
    await attach();
    socket.alive = false;
    vi.setSystemTime(Date.now() + 60_000);
    await vi.advanceTimersByTimeAsync(5000);
    await vi.advanceTimersByTimeAsync(5000);
    expect(socket.reconnects).toBe(1);
  });
});

describe('sound', () => {
  it('reports its begin and its end', async () => {
    await live();
    engine().emit({ type: 'sound', active: true });
    engine().emit({ type: 'sound', active: false });
    expect(kinds().slice(-2)).toEqual(['playback_started', 'playback_finished']);
  });

  it('that is blocked is told in both ways', async () => {
    await live();
    engine().emit({ type: 'audio_blocked', blocked: true });
    expect(kinds().slice(-2).sort()).toEqual(['playback_blocked', 'visible']);
    expect(session.state.audio).toBe('blocked');
  });

  it('starts within the gesture that allows it, and is told', async () => {
    gate.fact = 'blocked';
    await live();
    session.unlockAudio();
    expect(engine().calls).toContain('unlock');
    expect(socket.reports()).toContainEqual(expect.objectContaining({ kind: 'visible', audio: 'ok' }));
    expect(session.state.audio).toBe('ok');
  });

  it('is muted from the start where the user had muted it before', async () => {
    session.destroy();
    session = new AvatarSession({ ...parts, muted: true });
    await enter();
    expect(engine().calls).toEqual(['mount stage', 'mute', 'volume 1', 'join e1']);
  });

  it('is muted by the user, in the next room too', async () => {
    await live();
    session.setMuted(true);
    expect(engine().calls.slice(-1)).toEqual(['mute']);
    socket.last.emit(join('e2'));
    await settle();
    expect(engine().calls).toEqual(['mount stage', 'mute', 'volume 1', 'join e2']);
  });

  it('of one avatar mutes the other until it ends', async () => {
    await live();
    engine().emit({ type: 'sound', active: true });
    const other = { setOutranked: vi.fn() };
    parts.arbiter.begin(other);
    expect(engine().calls.slice(-1)).toEqual(['mute']);
    parts.arbiter.end(other);
    expect(engine().calls.slice(-1)).toEqual(['unmute']);
  });

  it('passes its level on to the element', async () => {
    await live();
    session.onLevel = vi.fn();
    engine().emit({ type: 'level', value: 0.4 });
    expect(session.onLevel).toHaveBeenCalledWith(0.4);
  });
});

describe('what the user does', () => {
  it('runs an action, with sound unlocked by the same touch', async () => {
    gate.fact = 'blocked';
    await attach();
    session.runAction = vi.fn(() => Promise.resolve());
    await session.act('start_session');
    expect(session.runAction).toHaveBeenCalledWith('start_session');
    expect(gate.unlocks).toBe(1);
  });

  it('shows the sentence of a refused action', async () => {
    await attach();
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- as Home Assistant does
    session.runAction = () => Promise.reject({ code: 'home_assistant_error', message: 'No minutes left' });
    await session.act('start_session');
    expect(session.state.fault).toEqual({ code: 'action_failed', detail: 'No minutes left' });
    session.dismiss();
    expect(session.state.fault).toBeNull();
  });

  it('says a text and remembers it as its own', async () => {
    await attach();
    socket.answers.set('streaming_avatar/say', { value: { utterance: 'u9' } });
    await expect(session.say('Hello')).resolves.toBe(true);
    expect(session.state.typed).toEqual(['u9']);
  });

  it('keeps a text that was not taken', async () => {
    await attach();
    socket.answers.set('streaming_avatar/say', { code: 'unauthorized' });
    await expect(session.say('Hello')).resolves.toBe(false);
    expect(session.state.fault?.code).toBe('say_failed');
  });

  it('asks for the seat once, however often it is pressed', async () => {
    await attach({ phase: 'live', seat: { mine: false, name: 'Other' } });
    await session.takeSeat();
    await session.takeSeat();
    const asked = (): number => socket.sent.filter(({ type }) => type === 'streaming_avatar/take_seat').length;
    expect(asked()).toBe(1);
    await vi.advanceTimersByTimeAsync(6000);
    await session.takeSeat();
    expect(asked()).toBe(2);
  });
});

it('never shows the token to anyone', async () => {
  await live();
  const seen = JSON.stringify([session.state, socket.sent, localStorage, sessionStorage]);
  expect(seen).not.toContain('secret-token');
});
