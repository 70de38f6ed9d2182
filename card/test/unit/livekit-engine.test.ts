import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { EngineEvent } from '../../src/engines/engine';
import { LivekitEngine, warmUp, type LivekitModule } from '../../src/engines/room/livekit';

const TRANSPORT = { kind: 'livekit' as const, url: 'wss://room.example', token: 'secret-token' };

class FakeTrack {
  readonly attached = new Set<HTMLMediaElement>();
  readonly mediaStreamTrack = {} as MediaStreamTrack;
  constructor(readonly kind: 'video' | 'audio') {}
  attach(element: HTMLMediaElement): HTMLMediaElement {
    this.attached.add(element);
    return element;
  }
  detach(element: HTMLMediaElement): HTMLMediaElement {
    this.attached.delete(element);
    return element;
  }
}

class FakeRoom {
  static readonly all: FakeRoom[] = [];
  canPlaybackAudio = true;
  disconnects = 0;
  connected: unknown[] = [];
  enter = (): void => undefined;
  refuse = (_error: Error): void => undefined;
  readonly published: unknown[][] = [];
  readonly localParticipant = {
    publishData: (...args: unknown[]): Promise<void> => {
      this.published.push(args);
      return Promise.resolve();
    },
  };
  readonly startAudio = vi.fn(() => Promise.resolve());
  private readonly _handlers = new Map<string, (...args: unknown[]) => void>();

  constructor(readonly options: unknown) {
    FakeRoom.all.push(this);
  }
  on(event: string, handler: (...args: unknown[]) => void): this {
    this._handlers.set(event, handler);
    return this;
  }
  emit(event: string, ...args: unknown[]): void {
    this._handlers.get(event)?.(...args);
  }
  connect(...args: unknown[]): Promise<void> {
    this.connected = args;
    return new Promise((resolve, reject) => {
      this.enter = resolve;
      this.refuse = reject;
    });
  }
  readonly prepareConnection = vi.fn(() => Promise.resolve());
  disconnect(): Promise<void> {
    this.disconnects += 1;
    return Promise.resolve();
  }
}

const EVENTS = [
  'TrackSubscribed',
  'TrackUnsubscribed',
  'DataReceived',
  'AudioPlaybackStatusChanged',
  'SignalReconnecting',
  'Reconnecting',
  'Reconnected',
  'Disconnected',
];
const livekit = {
  Room: FakeRoom,
  RoomEvent: Object.fromEntries(EVENTS.map((name) => [name, name])),
  Track: { Kind: { Video: 'video', Audio: 'audio' } },
  DisconnectReason: { 3: 'SERVER_SHUTDOWN' },
} as unknown as LivekitModule;

let events: EngineEvent[];
let engine: LivekitEngine;
let stage: HTMLElement;
let onFrame: () => void;

beforeEach(() => {
  vi.useFakeTimers();
  FakeRoom.all.length = 0;
  events = [];
  stage = document.createElement('div');
  engine = new LivekitEngine({ emit: (event) => events.push(event), audioContext: () => null }, livekit);
  engine.mount(stage);
  onFrame = (): void => undefined;
  Object.assign(video(), {
    requestVideoFrameCallback: (callback: () => void) => {
      onFrame = callback;
    },
    play: vi.fn(() => Promise.resolve()),
    pause: vi.fn(),
  });
});
afterEach(() => {
  engine.destroy();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

function video(): HTMLVideoElement {
  const found = stage.querySelector('video');
  if (!found) throw new Error('No video on the stage');
  return found;
}
const room = (): FakeRoom => {
  const last = FakeRoom.all[FakeRoom.all.length - 1];
  if (!last) throw new Error('No room was made');
  return last;
};
const types = (): string[] => events.map(({ type }) => type);

async function enter(): Promise<void> {
  const joined = engine.join(TRANSPORT, 'e1');
  room().enter();
  await joined;
}
function picture(publication = { setEnabled: vi.fn() }): FakeTrack {
  const track = new FakeTrack('video');
  room().emit('TrackSubscribed', track, publication);
  return track;
}
function sound(): { track: FakeTrack; element: HTMLAudioElement } {
  const track = new FakeTrack('audio');
  room().emit('TrackSubscribed', track, { setEnabled: vi.fn() });
  return { track, element: [...track.attached][0] as HTMLAudioElement };
}

describe('joining', () => {
  it('asks for every track and none of the vendor extras', async () => {
    await enter();
    expect(room().connected).toEqual([TRANSPORT.url, TRANSPORT.token, { autoSubscribe: true }]);
    expect(room().options).toMatchObject({ adaptiveStream: false, dynacast: false });
    expect(types()).toEqual(['joined']);
  });

  it('can be prepared without a token, and nothing is entered', async () => {
    await warmUp(livekit, TRANSPORT.url);
    expect(room().prepareConnection.mock.calls).toEqual([[TRANSPORT.url]]);
    expect(room().connected).toEqual([]);
  });

  it('tells a failure without the token or the address', async () => {
    const joined = engine.join(TRANSPORT, 'e1');
    room().refuse(new Error('could not reach wss://room.example/rtc?access_token=secret-token (secret-token)'));
    await joined;
    expect(events).toEqual([{ type: 'error', code: 'join_failed', message: 'could not reach … (…)' }]);
    expect(JSON.stringify(events)).not.toMatch(/secret-token|room\.example/);
  });

  it('that was taken back leaves the room it got into', async () => {
    const joined = engine.join(TRANSPORT, 'e1');
    const left = engine.leave();
    room().enter();
    await Promise.all([joined, left]);
    expect(room().disconnects).toBe(2);
    expect(events).toEqual([]);
  });

  it('gives up when no picture comes', async () => {
    await enter();
    await vi.advanceTimersByTimeAsync(25_000);
    expect(events.slice(-1)).toMatchObject([{ type: 'error', code: 'no_media' }]);
    expect(room().disconnects).toBe(1);
  });
});

describe('the first frame', () => {
  it('is told when picture and sound are there', async () => {
    await enter();
    picture();
    onFrame();
    expect(types()).toEqual(['joined', 'picture']);
    sound();
    expect(types()).toEqual(['joined', 'picture', 'first_frame']);
  });

  it('is told after two seconds without sound', async () => {
    await enter();
    picture();
    onFrame();
    await vi.advanceTimersByTimeAsync(2000);
    expect(types()).toContain('first_frame');
  });

  it('is told once, though the avatar publishes again', async () => {
    await enter();
    const track = picture();
    onFrame();
    sound();
    room().emit('TrackUnsubscribed', track);
    picture();
    onFrame();
    expect(types()).toEqual(['joined', 'picture', 'first_frame', 'picture', 'picture']);
    expect(events.filter(({ type }) => type === 'picture')).toMatchObject([
      { shown: true },
      { shown: false },
      { shown: true },
    ]);
  });
});

describe('sound and picture', () => {
  it('keep apart: the video has no sound, the sound is not in the page', async () => {
    await enter();
    picture();
    const { element } = sound();
    expect(video()).toMatchObject({ muted: true, autoplay: true, playsInline: true });
    expect(element.isConnected).toBe(false);
    expect(element.muted).toBe(false);
  });

  it('obey mute and volume, for tracks that come later too', async () => {
    await enter();
    engine.setMuted(true);
    engine.setVolume(0.3);
    expect(sound().element).toMatchObject({ muted: true, volume: 0.3 });
    engine.setMuted(false);
    expect(sound().element.muted).toBe(false);
  });

  it('unlock within a gesture and keep the mute', async () => {
    await enter();
    const { element } = sound();
    room().startAudio.mockImplementation(() => {
      element.muted = false;
      return Promise.resolve();
    });
    engine.setMuted(true);
    engine.unlockAudio();
    expect(room().startAudio).toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(0);
    expect(element.muted).toBe(true);
  });

  it('tell when the browser blocks the sound', async () => {
    await enter();
    room().canPlaybackAudio = false;
    room().emit('AudioPlaybackStatusChanged', false);
    expect(events.slice(-1)).toEqual([{ type: 'audio_blocked', blocked: true }]);
  });

  it('pause the picture, at the server too, while nobody looks', async () => {
    await enter();
    const publication = { setEnabled: vi.fn() };
    picture(publication);
    engine.suspend();
    expect(publication.setEnabled).toHaveBeenLastCalledWith(false);
    expect(video().pause).toHaveBeenCalled();
    engine.resume();
    expect(publication.setEnabled).toHaveBeenLastCalledWith(true);
    expect(video().play).toHaveBeenCalled();
  });

  it('do not play a picture that came while nobody looked', async () => {
    await enter();
    engine.suspend();
    const publication = { setEnabled: vi.fn() };
    picture(publication);
    expect(publication.setEnabled).toHaveBeenCalledWith(false);
  });
});

describe('data', () => {
  it('passes on as it came', async () => {
    await enter();
    room().emit('DataReceived', Uint8Array.of(1, 2), undefined, 0, 'topic');
    room().emit('DataReceived', Uint8Array.of(3), undefined, 0, undefined);
    expect(events.slice(-2)).toEqual([
      { type: 'data', topic: 'topic', payload: Uint8Array.of(1, 2) },
      { type: 'data', topic: '', payload: Uint8Array.of(3) },
    ]);
  });

  it('is published reliably, under a topic if there is one', async () => {
    await enter();
    await engine.publish('chat', Uint8Array.of(7));
    await engine.publish('', Uint8Array.of(8));
    expect(room().published).toEqual([
      [Uint8Array.of(7), { reliable: true, topic: 'chat' }],
      [Uint8Array.of(8), { reliable: true }],
    ]);
  });

  it('cannot be published outside a room', async () => {
    await expect(engine.publish('chat', Uint8Array.of(7))).rejects.toThrow();
  });
});

describe('leaving', () => {
  it('tells nothing and lets go of everything', async () => {
    await enter();
    const track = picture();
    const { track: heard } = sound();
    const before = events.length;
    await engine.leave();
    room().emit('Disconnected', 1);
    room().emit('DataReceived', Uint8Array.of(1));
    expect(events).toHaveLength(before);
    expect(track.attached.size + heard.attached.size).toBe(0);
    expect(room().disconnects).toBe(1);
  });

  it('by the room itself is told with its reason', async () => {
    await enter();
    room().emit('SignalReconnecting');
    room().emit('Reconnected');
    room().emit('Reconnecting');
    room().emit('Disconnected', 3);
    expect(events.slice(1)).toEqual([
      { type: 'reconnecting', active: true },
      { type: 'reconnecting', active: false },
      { type: 'reconnecting', active: true },
      { type: 'lost', reason: 'server_shutdown' },
    ]);
  });

  it('without a known reason is told as unknown', async () => {
    await enter();
    room().emit('Disconnected', undefined);
    expect(events.slice(-1)).toEqual([{ type: 'lost', reason: 'unknown' }]);
  });

  it('takes the picture off the stage at the end', async () => {
    await enter();
    engine.destroy();
    expect(stage.children).toHaveLength(0);
    engine.mount(stage);
  });
});
