/** Rooms that are prepared, that follow one another, and that many screens are in. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AudioGate } from '../../src/audio/audio-gate';
import { SoundArbiter } from '../../src/audio/sound-arbiter';
import { AvatarSession } from '../../src/core/session';
import type { SessionParts } from '../../src/core/session-parts';
import { attached, join, stateEvent } from './factories';
import { FakeEngine } from './fake-engine';
import { FakeGate } from './fake-gate';
import { FakeSocket, settle } from './fake-socket';

const HERE = { mine: true, name: 'Here' };
let socket: FakeSocket;
let engines: FakeEngine[];
let parts: SessionParts;
let session: AvatarSession;

beforeEach(() => {
  vi.useFakeTimers();
  socket = new FakeSocket();
  engines = [];
  parts = {
    socket,
    entityId: 'media_player.ava',
    identity: { id: 'client-1', name: 'Here', version: '0.1.0', transports: ['livekit'] },
    renewId: () => 'client-2',
    muted: false,
    known: null,
    resolveUrl: (path) => path,
    createEngine: (_kind, host) => {
      engines.push(new FakeEngine(host));
      return Promise.resolve(engine());
    },
    preloadEngine: vi.fn(),
    loadSounds: () => Promise.reject(new Error('No sound in this test')),
    audioGate: new FakeGate() as unknown as AudioGate,
    arbiter: new SoundArbiter(),
  };
  session = new AvatarSession(parts);
});

afterEach(() => {
  session.destroy();
  expect(vi.getTimerCount()).toBe(0);
  vi.restoreAllMocks();
  vi.useRealTimers();
});

function engine(): FakeEngine {
  const last = engines[engines.length - 1];
  if (!last) throw new Error('No engine was made');
  return last;
}

async function attach(change: Parameters<typeof attached>[0]): Promise<void> {
  session.show();
  await settle();
  socket.last.emit(attached(change));
  socket.last.accept();
  await settle();
}

async function live(): Promise<void> {
  await attach({ phase: 'connecting', seat: HERE });
  socket.last.emit(join('e1'));
  await settle();
  engine().emit({ type: 'joined' });
  engine().emit({ type: 'picture', shown: true });
  socket.last.emit(stateEvent({ phase: 'live', seat: HERE }));
}

describe('a room', () => {
  it('has the way to it warmed up, and is none the worse if no join follows', async () => {
    await attach({ phase: 'starting', seat: HERE });
    const prepare = { type: 'prepare', kind: 'livekit', url: 'wss://room' } as const;
    socket.last.emit(prepare);
    expect(parts.preloadEngine).toHaveBeenLastCalledWith(prepare);
    expect(engines).toEqual([]);
    socket.last.emit(stateEvent({ phase: 'off' }));
    expect(session.state).toMatchObject({ room: 'out', fault: null });
    expect(socket.reports()).toEqual([]);
  });

  it('keeps the last picture for the session that takes over', async () => {
    await live();
    const video = document.createElement('video');
    Object.defineProperty(video, 'videoWidth', { value: 640 });
    session.stage.append(video);
    const still = (): Element | null => session.stage.querySelector('canvas');
    socket.last.emit({ type: 'leave', epoch: 'e1', reason: 'renewal' });
    expect(socket.reports().slice(-1)).toMatchObject([{ kind: 'left', epoch: 'e1' }]);
    for (const phase of ['ending', 'off', 'starting', 'connecting'] as const) {
      socket.last.emit(stateEvent({ phase, seat: HERE, renewing: true }));
      await vi.advanceTimersByTimeAsync(5000);
      expect(still()).not.toBeNull();
    }
    socket.last.emit(join('e2'));
    await settle();
    engine().emit({ type: 'joined' });
    expect(still()).not.toBeNull();
    engine().emit({ type: 'picture', shown: true });
    expect(still()).toBeNull();
  });

  it('that every screen is in sounds at the seat alone', async () => {
    const begin = vi.spyOn(parts.arbiter, 'begin');
    const end = vi.spyOn(parts.arbiter, 'end');
    await live();
    engine().emit({ type: 'sound', active: true });
    expect([begin, end].map((told) => told.mock.calls.length)).toEqual([1, 0]);
    socket.last.emit(stateEvent({ phase: 'live', seat: { mine: false, name: 'Hall' } }));
    expect(engine().calls.slice(-1)).toEqual(['mute']);
    expect([begin, end].map((told) => told.mock.calls.length)).toEqual([1, 1]);
    socket.last.emit(stateEvent({ phase: 'live', seat: HERE }));
    expect(engine().calls.slice(-1)).toEqual(['unmute']);
    expect([begin, end].map((told) => told.mock.calls.length)).toEqual([2, 1]);
  });
});
