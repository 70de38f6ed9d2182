import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Playback, type PlaybackEvent } from '../../src/audio/playback';
import { FakeAudio } from './fake-audio';
import { FakeBody } from './fake-body';
import { FakeContext } from './fake-context';
import { pcm16, wav } from './wav';

const RATE = 48_000;
/** So that no two samples are alike for long, none is silent, and each says where in the sound it is. */
const sampleAt = (frame: number): number => (1 + (frame % 30_000)) / 0x8000;

let context: FakeContext;
let events: (PlaybackEvent & { at: number })[];
let lips: { rate: number; samples: number[]; ended: boolean };
let playback: Playback;

beforeEach(() => {
  vi.useFakeTimers();
  context = new FakeContext(RATE);
  vi.stubGlobal('Audio', FakeAudio);
  vi.stubGlobal('MediaError', { MEDIA_ERR_NETWORK: 2 });
  vi.stubGlobal('fetch', undefined);
  FakeAudio.all = [];
  FakeAudio.allowed = true;
});

afterEach(() => {
  playback.stop();
  vi.advanceTimersByTime(100);
  // Whatever happened, nothing of it is left.
  expect(vi.getTimerCount()).toBe(0);
  expect([context.connected.size, context.listeners.size, context.closed]).toEqual([0, 0, false]);
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

type Answer = Parameters<typeof FakeBody.serve>[0];

async function begin(
  answer: Answer = {},
  { silent = false, bare = false, ready = Promise.resolve() } = {},
): Promise<FakeBody> {
  FakeBody.serve(answer);
  events = [];
  lips = { rate: 0, samples: [], ended: false };
  const began = performance.now();
  playback = new Playback({
    url: '/sound',
    context: bare ? null : (context as unknown as AudioContext),
    ready,
    output: silent || bare ? null : ({} as AudioNode),
    onEvent: (event) => events.push({ ...event, at: performance.now() - began }),
    onFormat: (rate) => {
      lips.rate = rate;
    },
    onSamples: (samples) => {
      for (const sample of samples) lips.samples.push(sample);
    },
    onSamplesEnd: () => {
      lips.ended = true;
    },
  });
  playback.start();
  await pass(0);
  return FakeBody.last;
}

const pass = async (seconds: number): Promise<void> => {
  await vi.advanceTimersByTimeAsync(1000 * seconds);
  // What plays by an element is fetched when it is needed.
  await vi.dynamicImportSettled();
};
const types = (): string[] => events.map(({ type }) => type);
const frames = (from: number, to: number): number[] =>
  Array.from({ length: Math.round((to - from) * RATE) }, (_, i) => sampleAt(Math.round(from * RATE) + i));
const sound = (from: number, to: number): Uint8Array => pcm16(frames(from, to));
/** The header and so many seconds of sound. */
const file = (seconds: number): Uint8Array => wav(sound(0, seconds), { rate: RATE, size: 0xffffffff });
const firstAt = (): number => context.sources[0]?.at ?? NaN;

describe('a streamed sound', () => {
  it('begins when there is a little of it, and goes on without a gap', async () => {
    const body = await begin();
    body.send(file(0.1));
    await pass(0.2);
    expect(context.sources).toHaveLength(0);
    body.send(sound(0.1, 0.4));
    await pass(0.1);
    expect(types()).toEqual(['started']);
    expect(playback.duration).toBeNull();
    for (let at = 0.4; at < 1.9; at += 0.2) {
      body.send(sound(at, at + 0.2));
      await pass(0.15);
    }
    body.end();
    await pass(0);
    expect(playback.duration).toBeCloseTo(2, 6);
    await pass(1);
    expect(context.heard(firstAt(), firstAt() + 2)).toEqual(frames(0, 2));
    expect(events.map(({ type, at }) => [type, Math.round(at / 10)])).toEqual([
      ['started', 23],
      ['finished', 223],
    ]);
    expect(events[1]).toMatchObject({ seconds: 2 });
    expect(playback.position).toBe(2);
  });

  it('that comes in crumbs has no gap either', async () => {
    const body = await begin();
    body.send(file(0.2));
    for (let at = 0.2; at < 0.995; at += 0.01) {
      await pass(0.008);
      body.send(sound(at, at + 0.01));
    }
    body.end();
    await pass(2);
    expect(context.heard(firstAt(), firstAt() + 1)).toEqual(frames(0, 1));
    expect(context.sources.length).toBeLessThan(60);
  });

  it('knows its length from its header, and the truth at its end', async () => {
    const body = await begin();
    body.send(wav(sound(0, 0.5), { rate: RATE, size: 2 * RATE }));
    await pass(0.1);
    expect(playback.duration).toBe(1);
    body.end();
    await pass(1);
    expect(playback.duration).toBe(0.5);
    expect(events[1]).toMatchObject({ type: 'finished', seconds: 0.5 });
  });

  it('is told for the lips ahead of its time, mixed to one channel', async () => {
    const body = await begin();
    body.send(wav(pcm16(Array.from({ length: 8000 }, (_, i) => (i % 2 ? 0.5 : 0.25))), { rate: 8000, channels: 2 }));
    await pass(0);
    expect([lips.rate, lips.samples.length, new Set(lips.samples)]).toEqual([8000, 4000, new Set([0.375])]);
    expect(playback.canLipSync).toBe(true);
    expect(lips.ended).toBe(false);
    body.end();
    await pass(0);
    expect(lips.ended).toBe(true);
    expect(events).toEqual([]);
    await pass(1);
    expect(events[1]).toMatchObject({ seconds: 0.5 });
  });

  it('tells at every time what is heard, behind the clock of the context by its delay', async () => {
    const body = await begin();
    Object.assign(context, { outputLatency: 0.04 });
    body.send(file(1));
    body.end();
    await pass(0.5);
    expect(playback.position).toBeCloseTo(context.currentTime - 0.04 - firstAt(), 3);
    // Between two steps of the context's clock too.
    const before = playback.position;
    context.frozen = true;
    await pass(0.02);
    expect(playback.position).toBeGreaterThan(before + 0.01);
    context.frozen = false;
    await pass(1);
    expect(types()).toEqual(['started', 'finished']);
  });

  it('holds where it ran dry, and goes on there when enough has come', async () => {
    const body = await begin();
    body.send(file(0.5));
    await pass(2);
    expect(playback.position).toBeCloseTo(0.5, 6);
    body.send(sound(0.5, 0.7));
    await pass(0.5);
    expect(playback.position).toBeCloseTo(0.5, 6);
    body.send(sound(0.7, 1));
    await pass(0.23);
    expect(playback.position).toBeCloseTo(0.7, 2);
    body.end();
    await pass(1);
    const again = context.sources[1]?.at ?? NaN;
    expect(again).toBeGreaterThan(2.5);
    expect(context.heard(again, again + 0.5)).toEqual(frames(0.5, 1));
    expect(context.heard(firstAt(), firstAt() + 0.6)).toEqual([...frames(0, 0.5), ...new Array<number>(4800).fill(0)]);
    expect(events[1]).toMatchObject({ type: 'finished', seconds: 1 });
  });

  it('fades where it breaks off and where it begins, and nowhere else', async () => {
    const body = await begin();
    body.send(file(0.5));
    await pass(0.2);
    body.send(sound(0.5, 1));
    await pass(0);
    const [edges] = context.gains;
    const at = firstAt();
    const orders = edges?.gain.orders.map(([kind, value, time]) => [kind, value, Math.round(1000 * (time - at))]);
    expect(orders).toEqual([
      ['set', 0, 0],
      ['ramp', 1, 5],
      ['set', 1, 995],
      ['ramp', 0, 1000],
    ]);
  });

  it('does not fill the memory', async () => {
    const second = new Uint8Array(16_000);
    const body = await begin({}, { silent: true });
    body.send(wav(second, { rate: 8000, size: 0 }));
    for (let at = 0; at < 60; at++) body.send(second);
    await pass(1);
    expect(body.reads).toBeLessThan(34);
    await pass(10);
    expect(body.reads).toBeGreaterThan(38);
    expect(body.reads).toBeLessThan(46);
  });

  it('may be empty', async () => {
    const body = await begin();
    body.send(wav([]));
    body.end();
    await pass(0.1);
    expect(events).toMatchObject([{ type: 'started' }, { type: 'finished', seconds: 0 }]);
    expect(lips.ended).toBe(true);
  });
});

describe('a sound that is stopped', () => {
  it('fades, and then tells it once', async () => {
    const body = await begin();
    body.send(file(3));
    await pass(1);
    playback.stop();
    playback.stop();
    const at = context.currentTime;
    expect(types()).toEqual(['started']);
    expect(context.gains[1]?.gain.orders).toEqual([['target', 0, at]]);
    expect(context.sources.every(({ stoppedAt }) => Math.abs(stoppedAt - at - 0.06) < 1e-9)).toBe(true);
    expect(body.aborted).toBe(true);
    await pass(0.1);
    expect(types()).toEqual(['started', 'stopped']);
    expect(events[1]).toMatchObject({ seconds: playback.position });
    expect(playback.position).toBeCloseTo(0.97, 1);
    await pass(10);
    expect(events).toHaveLength(2);
  });

  it.each(['before it was asked for', 'before anything came', 'before it began'])('%s', async (when) => {
    const body = await begin();
    if (when === 'before it began') body.send(file(0.1));
    if (when === 'before it was asked for') {
      playback.stop();
      playback.start();
    }
    await pass(0.05);
    playback.stop();
    await pass(60);
    expect(events).toMatchObject([{ type: 'stopped', seconds: 0 }]);
    expect(body.aborted).toBe(true);
  });
});

describe('a sound that is not heard', () => {
  it.each([
    ['for want of an output', { silent: true }],
    ['for want of Web Audio', { bare: true }],
  ])('takes its time, %s', async (_, how) => {
    const body = await begin({}, how);
    body.send(wav(pcm16(new Array<number>(8000).fill(0.5)), { rate: 8000 }));
    body.end();
    await pass(0.53);
    expect(playback.position).toBeCloseTo(0.5, 2);
    await pass(1);
    expect(events.map(({ type, at }) => [type, Math.round(at / 10)])).toEqual([
      ['started', 3],
      ['finished', 103],
    ]);
    expect(lips.samples).toHaveLength(8000);
    expect(context.sources).toEqual([]);
  });

  it('because it is blocked joins in where it is when it is allowed to', async () => {
    context.turn('suspended');
    const body = await begin();
    body.send(file(3));
    body.end();
    await pass(1);
    expect(types()).toEqual(['started']);
    expect(context.sources).toEqual([]);
    const before = playback.position;
    context.turn('running');
    expect(playback.position).toBeCloseTo(before, 3);
    await pass(0.5);
    expect(playback.position).toBeCloseTo(before + 0.5, 2);
    const now = context.currentTime;
    const place = Math.round(playback.position * RATE);
    expect(context.heard(now, now + 0.001)[0]).toBeCloseTo(sampleAt(place), 3);
    await pass(3);
    expect(events[1]).toMatchObject({ type: 'finished', seconds: 3 });
    expect(Math.round(Number(events[1]?.at) / 10)).toBe(303);
  });

  it('waits for a context that is about to run, and loses nothing of its begin', async () => {
    context.turn('suspended');
    const body = await begin({}, { ready: new Promise((resolve) => setTimeout(resolve, 200)) });
    body.send(file(1));
    body.end();
    await pass(0.19);
    expect(types()).toEqual([]);
    context.turn('running');
    await pass(0.1);
    expect(types()).toEqual(['started']);
    expect(context.heard(firstAt(), firstAt() + 1)).toEqual(
      frames(0, 1).map((sample): unknown => expect.closeTo(sample, 4)),
    );
    await pass(1);
    expect(types()).toEqual(['started', 'finished']);
  });

  it('because the context was taken away ends all the same', async () => {
    const body = await begin();
    body.send(file(3));
    body.end();
    await pass(1);
    context.turn('interrupted');
    expect(context.sources.every(({ stoppedAt }) => stoppedAt < 2)).toBe(true);
    await pass(1);
    expect(playback.position).toBeCloseTo(1.97, 2);
    context.turn('running');
    await pass(0.5);
    expect(context.sources).toHaveLength(2);
    context.turn('suspended');
    await pass(1);
    expect(events[1]).toMatchObject({ type: 'finished', seconds: 3 });
  });

  it('because the context stands still and does not say so ends all the same', async () => {
    const body = await begin();
    body.send(file(2));
    body.end();
    await pass(1);
    context.frozen = true;
    await pass(5);
    expect(events[1]).toMatchObject({ type: 'finished', seconds: 2 });
  });

  it('has no gap after it joined in, whatever the delay of the loudspeaker', async () => {
    for (const outputLatency of [0.01, 0.010_003, 0.010_01, 0.010_015]) {
      context = Object.assign(new FakeContext(RATE), { state: 'suspended', outputLatency });
      const body = await begin();
      body.send(file(1));
      await pass(0.2);
      context.turn('running');
      body.send(sound(1, 1.5));
      await pass(0.1);
      body.send(sound(1.5, 2));
      body.end();
      await pass(3);
      const [joined = 0] = context.heard(firstAt(), firstAt() + 1 / RATE);
      const from = Math.round(joined * 0x8000) - 1;
      expect(context.heard(firstAt(), firstAt() + 2 - from / RATE)).toEqual(frames(from / RATE, 2));
    }
  });

  it('may still be arriving when sound is allowed', async () => {
    context.turn('suspended');
    const body = await begin();
    body.send(file(0.5));
    await pass(1);
    context.turn('running');
    await pass(0.1);
    expect(playback.position).toBeCloseTo(0.5, 6);
    body.send(sound(0.5, 1));
    body.end();
    await pass(1);
    expect(context.heard(firstAt(), firstAt() + 0.5)).toEqual(frames(0.5, 1));
    expect(events[1]).toMatchObject({ type: 'finished', seconds: 1 });
  });
});

describe('a sound that is not plain', () => {
  it('is unpacked whole', async () => {
    context.decode = () => Promise.resolve(context.createBuffer(2, RATE / 2, RATE));
    const body = await begin({ headers: { 'content-type': 'audio/mpeg' } });
    body.send(new Uint8Array(5000));
    await pass(0.5);
    expect(events).toEqual([]);
    body.end();
    await pass(1);
    expect(types()).toEqual(['started', 'finished']);
    expect([lips.rate, lips.samples.length, lips.ended]).toEqual([RATE, RATE / 2, true]);
    expect(context.sources[0]?.buffer?.numberOfChannels).toBe(2);
  });

  it('is not even tried when it is a text', async () => {
    const body = await begin({ headers: { 'content-type': 'text/html' } });
    body.send(new Uint8Array(500));
    body.end();
    await pass(0);
    expect(events).toMatchObject([{ type: 'failed', code: 'decode' }]);
    expect(FakeAudio.all).toEqual([]);
  });

  it.each([
    ['a station says so', { 'icy-name': 'Kitchen FM' }, 0, 0],
    ['it is a playlist', { 'content-type': 'application/vnd.apple.mpegurl' }, 0, 0],
    ['it does not end', { 'content-type': 'audio/mpeg' }, 60, 1000],
    ['it is large', { 'content-length': '9000000' }, 1, 1000],
    ['it turns out to be large', {}, 3, 2_000_000],
  ])('goes to an element when %s', async (_, headers, parts, size) => {
    const body = await begin({ headers });
    for (let i = 0; i < parts && FakeAudio.all.length === 0; i++) {
      body.send(new Uint8Array(size));
      await pass(0.1);
    }
    expect(FakeAudio.all).toMatchObject([{ src: '/sound', plays: 1 }]);
    expect(body.aborted).toBe(true);
    expect(playback.canLipSync).toBe(false);
    expect(lips.rate).toBe(0);
  });
});

describe('a failure', () => {
  it('of the server', async () => {
    await begin({ status: 500 });
    expect(events).toMatchObject([{ type: 'failed', code: 'fetch', message: 'HTTP 500' }]);
  });

  it('to send anything', async () => {
    await begin({ late: true });
    await pass(29);
    expect(events).toEqual([]);
    await pass(2);
    expect(events).toMatchObject([{ type: 'failed', code: 'stalled' }]);
    const body = await begin();
    await pass(29);
    expect(events).toEqual([]);
    await pass(2);
    expect(events).toMatchObject([{ type: 'failed', code: 'stalled' }]);
    expect(body.aborted).toBe(true);
  });

  it('to send any sound', async () => {
    const body = await begin();
    body.end();
    await pass(0);
    expect(events).toMatchObject([{ type: 'failed', code: 'decode' }]);
  });

  it.each([
    ['silence', 'stalled', 16],
    ['a cut', 'fetch', 1],
  ])('in the middle, by %s, is told when what came has been heard', async (how, code, seconds) => {
    const body = await begin();
    body.send(file(20));
    if (how === 'a cut') body.breakOff();
    await pass(seconds);
    expect(types()).toEqual(['started']);
    expect(lips.ended).toBe(true);
    await pass(21 - seconds);
    expect(events[1]).toMatchObject({ type: 'failed', code });
    expect(events[1]?.at).toBeGreaterThan(20_000);
  });
});
