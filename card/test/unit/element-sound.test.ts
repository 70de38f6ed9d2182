import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Playback, type PlaybackEvent } from '../../src/audio/playback';
import { FakeAudio } from './fake-audio';
import { FakeBody } from './fake-body';
import { FakeContext } from './fake-context';

let context: FakeContext;
let events: PlaybackEvent[];
let playback: Playback;
let element: FakeAudio;

beforeEach(() => {
  vi.useFakeTimers();
  context = new FakeContext();
  vi.stubGlobal('Audio', FakeAudio);
  vi.stubGlobal('MediaError', { MEDIA_ERR_NETWORK: 2 });
  vi.stubGlobal('fetch', undefined);
  FakeAudio.all = [];
  FakeAudio.allowed = true;
});

afterEach(() => {
  playback.stop();
  vi.advanceTimersByTime(100);
  expect(vi.getTimerCount()).toBe(0);
  expect([context.listeners.size, element.src, element.paused]).toEqual([0, '', true]);
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** A sound that the page is not allowed to read. */
async function begin(output: AudioNode | null = {} as AudioNode): Promise<void> {
  FakeBody.serve({ error: 'Failed to fetch' });
  events = [];
  playback = new Playback({
    url: 'http://radio/sound',
    context: context as unknown as AudioContext,
    ready: Promise.resolve(),
    output,
    onEvent: (event) => events.push(event),
    onFormat: vi.fn(),
    onSamples: vi.fn(),
    onSamplesEnd: vi.fn(),
  });
  playback.setVolume(0.5);
  playback.start();
  await pass(0);
  element = FakeAudio.all[0] as FakeAudio;
}

const pass = async (seconds: number): Promise<void> => {
  await vi.advanceTimersByTimeAsync(1000 * seconds);
  // What plays by an element is fetched when it is needed.
  await vi.dynamicImportSettled();
};

async function sounding(output?: AudioNode | null): Promise<void> {
  await begin(output);
  element.onplaying?.();
  element.currentTime = 2;
}

describe('an element', () => {
  it('is told from its start to its end', async () => {
    await sounding();
    element.onplaying?.();
    expect(playback).toMatchObject({ position: 2, duration: null, canLipSync: false });
    element.duration = 3;
    expect(playback.duration).toBe(3);
    element.currentTime = 3;
    element.ended = true;
    element.onended?.();
    expect(events).toEqual([{ type: 'started' }, { type: 'finished', seconds: 3 }]);
    expect(playback.position).toBe(3);
  });

  it('obeys its volume, and is muted at none: some let no page set a volume', async () => {
    await begin();
    expect(element).toMatchObject({ volume: 0.5, muted: false });
    playback.setVolume(0);
    expect(element).toMatchObject({ volume: 0, muted: true });
    playback.setVolume(1);
    expect(element).toMatchObject({ volume: 1, muted: false });
  });

  it('is muted where nothing is to be heard', async () => {
    await begin(null);
    expect(element.muted).toBe(true);
  });

  it('fades when it is stopped', async () => {
    await sounding();
    playback.stop();
    const volumes = [];
    while (element.src) {
      volumes.push(element.volume);
      await pass(0.01);
    }
    expect(volumes).toEqual([...volumes].sort((a, b) => b - a));
    expect(volumes.length).toBeGreaterThan(4);
    expect(events).toEqual([{ type: 'started' }, { type: 'stopped', seconds: 2 }]);
  });

  it('that is blocked plays muted, until sound is allowed', async () => {
    FakeAudio.allowed = false;
    context.turn('suspended');
    await begin();
    expect(element).toMatchObject({ muted: true, paused: false });
    context.turn('running');
    expect(element).toMatchObject({ muted: false, volume: 0.5 });
  });

  it('that something else paused goes on', async () => {
    await sounding();
    element.pause();
    expect(element).toMatchObject({ paused: false, plays: 2 });
  });

  it('that cannot help says what was wrong before', async () => {
    await begin();
    element.error = { code: 4, message: 'no source' };
    element.onerror?.();
    expect(events).toEqual([{ type: 'failed', code: 'fetch', message: 'Failed to fetch' }]);
  });

  it.each([
    [2, 'fetch'],
    [3, 'decode'],
  ])('that fails in the middle with %d says %s', async (code, told) => {
    await sounding();
    element.error = { code, message: 'broken' };
    element.onerror?.();
    expect(events[1]).toEqual({ type: 'failed', code: told, message: 'broken' });
  });

  it('that stands still is given up', async () => {
    await sounding();
    await pass(14);
    element.currentTime = 3;
    await pass(14);
    expect(events).toHaveLength(1);
    await pass(2);
    expect(events[1]).toMatchObject({ type: 'failed', code: 'stalled' });
  });
});
