import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AudioGate } from '../../src/audio/audio-gate';
import { SoundArbiter } from '../../src/audio/sound-arbiter';
import { AvatarSession } from '../../src/core/session';
import type { SessionParts } from '../../src/core/session-parts';
import { attached, caption, play, stateEvent } from './factories';
import { FakeEngine } from './fake-engine';
import { FakeGate } from './fake-gate';
import { FakeSocket, settle } from './fake-socket';
import { FakeSounds } from './fake-sounds';

const HERE = { mine: true, name: 'Here' };
const LIVE = { phase: 'live', provider_face: true, seat: HERE } as const;
let socket: FakeSocket;
let gate: FakeGate;
let sounds: FakeSounds;
let parts: SessionParts;
let session: AvatarSession;

beforeEach(() => {
  vi.useFakeTimers();
  socket = new FakeSocket();
  gate = new FakeGate();
  gate.run();
  sounds = new FakeSounds();
  parts = {
    socket,
    entityId: 'media_player.mira',
    identity: { id: 'client-1', name: 'Here', version: '0.1.0', transports: ['livekit', 'none'] },
    renewId: () => 'client-2',
    muted: false,
    known: null,
    resolveUrl: (path) => `http://house${path}`,
    createEngine: (_kind, host) => Promise.resolve(new FakeEngine(host)),
    preloadEngine: vi.fn(),
    loadSounds: () => Promise.resolve(sounds.create),
    audioGate: gate as unknown as AudioGate,
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

async function attach(change: Parameters<typeof attached>[0] = {}): Promise<void> {
  session.show();
  await settle();
  socket.last.emit(attached(change));
  socket.last.accept();
  await settle();
}

async function speaking(): Promise<void> {
  await attach(LIVE);
  socket.last.emit(play());
  await settle();
  sounds.last.duration = 4;
  sounds.last.emit({ type: 'started' });
}

describe('the sound of the face', () => {
  it('is told, and shown', async () => {
    await speaking();
    expect(socket.reports()).toMatchObject([{ kind: 'playback_started', playback: 'p1', duration: 4 }]);
    expect(sounds.last.parts.url).toBe('http://house/api/tts_proxy/1.wav');
    expect(session.state.playback).toMatchObject({ id: 'p1', started: true });
    expect(session.mouth).toBe(sounds.last.mouth);
    socket.last.emit({ type: 'stop_playback', id: 'p1' });
    expect(sounds.last.stopped).toBe(true);
    expect(session.state.playback).toBeNull();
  });

  it('moves the caption with the clock', async () => {
    await speaking();
    socket.last.emit(caption({ spoken: null }));
    sounds.last.position = 2;
    await vi.advanceTimersByTimeAsync(250);
    expect(session.state.caption?.heard).toBe(6);
  });

  it('takes the volume and every mute', async () => {
    await speaking();
    socket.last.emit(stateEvent({ ...LIVE, volume: 0.5 }));
    expect(sounds.last.gain).toBe(0.5);
    session.setMuted(true);
    expect(sounds.last.gain).toBe(0);
    session.setMuted(false);
    socket.last.emit(stateEvent({ ...LIVE, muted: true }));
    expect(sounds.last.gain).toBe(0);
  });

  it('of one avatar silences the other until it ends', async () => {
    await speaking();
    const other = { setOutranked: vi.fn() };
    parts.arbiter.begin(other);
    expect(sounds.last.gain).toBe(0);
    parts.arbiter.end(other);
    expect(sounds.last.gain).toBe(1);
  });

  it('on a screen that only mouths it outranks nobody', async () => {
    const other = { setOutranked: vi.fn() };
    parts.arbiter.begin(other);
    await attach({ phase: 'live', provider_face: true });
    socket.last.emit(play({ role: 'mimic' }));
    await settle();
    sounds.last.emit({ type: 'started' });
    expect(other.setOutranked).not.toHaveBeenCalledWith(true);
    socket.last.emit(play({ role: 'voice' }));
    expect(other.setOutranked).toHaveBeenCalledWith(true);
  });

  it('goes on while the line is cut, and is told when it is back', async () => {
    await speaking();
    socket.lose();
    expect(sounds.last.stopped).toBe(false);
    socket.restore();
    expect(socket.last.message).toMatchObject({ client: { playback: 'p1' } });
    socket.last.emit(attached(LIVE, { attachment: 'a2' }));
    expect(socket.reports().slice(-1)).toMatchObject([{ kind: 'playback_started', attachment: 'a2' }]);
  });

  it('that ended while the line was cut is told when it is back', async () => {
    await speaking();
    socket.lose();
    sounds.last.emit({ type: 'finished', seconds: 4 });
    await settle();
    socket.restore();
    expect(socket.last.message).toMatchObject({ client: { playback: 'p1' } });
    socket.last.emit(attached(LIVE, { attachment: 'a2' }));
    expect(socket.reports().slice(-1)).toMatchObject([
      { kind: 'playback_finished', playback: 'p1', seconds: 4, stopped: false, attachment: 'a2' },
    ]);
  });

  it.each([
    [
      'the page goes away',
      (): void => {
        window.dispatchEvent(new Event('pagehide'));
      },
    ],
    [
      'the avatar is removed',
      (): void => {
        socket.last.emit({ type: 'closed', reason: 'removed' });
      },
    ],
    [
      'the card is gone',
      (): void => {
        session.destroy();
      },
    ],
  ])('stops when %s', async (_name, happen) => {
    await speaking();
    happen();
    expect(sounds.last.stopped).toBe(true);
  });

  it('goes on while nobody looks', async () => {
    await speaking();
    vi.spyOn(document, 'hidden', 'get').mockReturnValue(true);
    document.dispatchEvent(new Event('visibilitychange'));
    expect(sounds.last).toMatchObject({ stopped: false, gain: 1 });
  });

  it('has its code fetched when it may be needed, and not for every cloud', async () => {
    parts.loadSounds = vi.fn(() => Promise.resolve(sounds.create));
    session.destroy();
    session = new AvatarSession(parts);
    await attach();
    expect(parts.loadSounds).not.toHaveBeenCalled();
    socket.last.emit(stateEvent({ phase: 'starting' }));
    expect(parts.loadSounds).toHaveBeenCalledTimes(1);
  });

  it('needs no code of a room', async () => {
    await attach({ phase: 'starting', provider_face: true });
    expect(parts.preloadEngine).not.toHaveBeenCalled();
  });
});
