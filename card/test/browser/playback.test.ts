import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { launchBrowser } from '../../scripts/browser.mjs';
import { serve } from '../../scripts/serve.mjs';
import { describeInBrowser } from './bench';
import type {} from './playback-page';

/** No simple fraction of any context's rate. */
const RATE = 24_000;
const HZ = 440;
const PCM = 1;
const MU_LAW = 7;

/** `size`: what the header says about the length, true or not. */
function header(size: number, kind = PCM, bytes = 2): Buffer {
  const head = Buffer.alloc(44);
  head.write('RIFF');
  head.writeUInt32LE(0xffffffff, 4);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(kind, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(RATE, 24);
  head.writeUInt32LE(bytes * RATE, 28);
  head.writeUInt16LE(bytes, 32);
  head.writeUInt16LE(8 * bytes, 34);
  head.write('data', 36);
  head.writeUInt32LE(size, 40);
  return head;
}

function samples(seconds: number, value: (at: number) => number): Buffer {
  const body = Buffer.alloc(2 * Math.round(seconds * RATE));
  for (let i = 0; 2 * i < body.length; i++) body.writeInt16LE(Math.round(32_767 * value(i / RATE)), 2 * i);
  return body;
}
const sine = (seconds: number): Buffer => samples(seconds, (at) => 0.5 * Math.sin(2 * Math.PI * HZ * at));
/** Each sample says where in the sound it is: a tenth of its second. */
const ruler = (seconds: number): Buffer => samples(seconds, (at) => at / 10);

const most = (numbers: number[]): number => numbers.reduce((a, b) => Math.max(a, b), 0);
const wait = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** A part at a time, `times` as fast as it sounds. */
async function trickle(response: ServerResponse, body: Buffer, times: number, pause?: [after: number, ms: number]) {
  const part = 3331;
  for (let at = 0; at < body.length && !response.destroyed; at += part) {
    response.write(body.subarray(at, at + part));
    if (pause && at <= pause[0] && at + part > pause[0]) await wait(pause[1]);
    await wait((1000 * part) / (2 * RATE * times));
  }
  response.end();
}

type Answer = (response: ServerResponse) => unknown;
const OPEN = { 'access-control-allow-origin': '*', 'access-control-expose-headers': '*' };
const WAV = { ...OPEN, 'content-type': 'audio/x-wav' };
let endOfBody = 0;
let radios = 0;
const ANSWERS: Record<string, Answer> = {
  '/streamed.wav': async (response) => {
    response.writeHead(200, WAV).write(header(0));
    await trickle(response, sine(2), 1.6);
    endOfBody = performance.now();
  },
  '/pausing.wav': async (response) => {
    response.writeHead(200, WAV).write(header(0xffffffff));
    await trickle(response, sine(2), 4, [RATE, 1500]);
  },
  '/whole.wav': (response) => response.writeHead(200, WAV).end(Buffer.concat([header(2 * 5 * RATE), sine(5)])),
  '/ruler.wav': (response) => response.writeHead(200, WAV).end(Buffer.concat([header(2 * 3 * RATE), ruler(3)])),
  '/packed.wav': (response) =>
    response.writeHead(200, WAV).end(Buffer.concat([header(RATE, MU_LAW, 1), Buffer.alloc(RATE, 0xaa)])),
  '/noise.mp3': (response) =>
    response.writeHead(200, { ...OPEN, 'content-type': 'audio/mpeg' }).end(Buffer.alloc(9000, 0x55)),
  '/closed.wav': (response) =>
    response.writeHead(200, { 'content-type': 'audio/x-wav' }).end(Buffer.concat([header(RATE), sine(0.5)])),
  '/radio': async (response) => {
    radios += 1;
    response.on('close', () => (radios -= 1));
    response.writeHead(200, { ...WAV, 'icy-name': 'Kitchen FM' }).write(header(0xffffffff));
    await trickle(response, sine(60), 2);
  },
};

describeInBrowser('playback', () => {
  let browser: Browser;
  let page: Page;
  let stopPages: () => void;
  let pages = '';
  let files = '';
  let server: Server;

  beforeAll(async () => {
    ({ url: pages, stop: stopPages } = await serve({ page: 'test/browser/playback-page.ts' }));
    server = createServer((request, response) => {
      const answer = ANSWERS[request.url ?? ''];
      if (answer) answer(response);
      else response.writeHead(404, OPEN).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    files = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
    browser = await launchBrowser(['--autoplay-policy=no-user-gesture-required']);
  });
  afterAll(async () => {
    await browser.close();
    stopPages();
    server.closeAllConnections();
    server.close();
  });
  afterEach(async () => {
    await page.close();
  });

  async function play(path: string, options: { silent?: boolean; suspended?: boolean } = {}): Promise<void> {
    page = await browser.newPage();
    await page.goto(`${pages}/test.html`);
    await page.evaluate(
      async ([url, { silent = false, suspended = false }]) => {
        await window.rig.prepare();
        if (suspended) await window.rig.context.suspend();
        window.rig.play(url, { silent });
      },
      [files + path, options] as const,
    );
  }
  const events = (): Promise<Record<string, unknown>[]> => page.evaluate(() => window.rig.events);
  const types = async (): Promise<unknown[]> => (await events()).map(({ type }) => type);
  const level = (): Promise<number> => page.evaluate(() => window.rig.level());
  const over = (): Promise<void> => expect.poll(types, { timeout: 15_000 }).toEqual(['started', 'finished']);

  /** The sounding part of what came out, and how far each of its samples is from going on as the sine did. */
  async function heardSine(): Promise<{ rate: number; sound: number[]; ticks: number[] }> {
    const [rate, all] = await page.evaluate(
      async () => [window.rig.context.sampleRate, await window.rig.recorded()] as const,
    );
    const loud = (sample: number): boolean => Math.abs(sample) > 0.001;
    const sound = all.slice(all.findIndex(loud), all.length - [...all].reverse().findIndex(loud));
    expect(sound.filter(Number.isNaN)).toEqual([]);
    const turn = 2 * Math.cos((2 * Math.PI * HZ) / rate);
    const ticks = sound.map((now, i) => Math.abs((sound[i - 1] ?? 0) * turn - (sound[i - 2] ?? 0) - now));
    return { rate, sound, ticks };
  }

  it('begins before all has come, and has no gap and no tick', async () => {
    endOfBody = 0;
    await play('/streamed.wav');
    await expect.poll(types).toContain('started');
    expect(endOfBody).toBe(0);
    await over();
    const { rate, sound, ticks } = await heardSine();
    expect(sound.length / rate).toBeCloseTo(2, 2);
    const edge = Math.ceil(0.006 * rate);
    expect(most(ticks.slice(edge, -edge))).toBeLessThan(0.001);
    expect((await events())[1]).toMatchObject({ seconds: 2 });
    expect(await page.evaluate(() => window.rig.lips)).toEqual({ rate: RATE, samples: 2 * RATE, ended: true });
  });

  it('waits where the engine pauses, and goes on where it stopped', async () => {
    await play('/pausing.wav');
    await over();
    const { rate, sound, ticks } = await heardSine();
    expect(most(ticks.slice(Math.ceil(0.006 * rate), -Math.ceil(0.006 * rate)))).toBeLessThan(0.01);
    const silence = sound.findIndex((_, i) => i > 0.05 * rate && sound.slice(i, i + 400).every((one) => one === 0));
    expect(silence).toBeGreaterThan(0.3 * rate);
    expect(sound.length / rate).toBeGreaterThan(2.2);
    expect((await events())[1]).toMatchObject({ seconds: 2 });
  });

  it('knows what is heard', async () => {
    await play('/ruler.wav');
    await expect.poll(types).toEqual(['started']);
    const seen = await page.evaluate(async () => {
      const pairs = [];
      for (let i = 0; i < 40; i++) {
        await new Promise((resolve) => setTimeout(resolve, 50));
        pairs.push(window.rig.now());
      }
      return pairs;
    });
    const positions = seen.map(({ position }) => position);
    expect(positions).toEqual([...positions].sort((a, b) => a - b));
    const errors = seen.map(({ sample, position }) => 10 * sample - position).sort((a, b) => a - b);
    // The recorder stands before the loudspeaker, so it is a little ahead.
    expect(errors[20]).toBeGreaterThan(-0.03);
    expect(errors[20]).toBeLessThan(0.1);
    await over();
    expect(await page.evaluate(() => window.rig.playback?.position)).toBe(3);
  });

  it('is silent soon after it was stopped, without a tick', async () => {
    await play('/whole.wav');
    await expect.poll(types).toEqual(['started']);
    await expect.poll(level).toBeGreaterThan(0.4);
    const took = await page.evaluate(async () => {
      const begin = performance.now();
      window.rig.playback?.stop();
      window.rig.playback?.stop();
      while (window.rig.events.length < 2) await new Promise((resolve) => setTimeout(resolve, 2));
      return performance.now() - begin;
    });
    expect(took).toBeLessThan(1000);
    await expect.poll(level).toBe(0);
    expect(await types()).toEqual(['started', 'stopped']);
    const { rate, sound, ticks } = await heardSine();
    expect(most(ticks.slice(Math.ceil(0.006 * rate)))).toBeLessThan(0.01);
    const fading = sound.length - 1 - [...sound].reverse().findIndex((sample) => Math.abs(sample) > 0.45);
    expect((sound.length - fading) / rate).toBeLessThan(0.1);
  });

  it('obeys its volume', async () => {
    await play('/whole.wav');
    await expect.poll(level).toBeGreaterThan(0.45);
    await page.evaluate(() => window.rig.playback?.setVolume(0.25));
    await expect.poll(level).toBeLessThan(0.13);
    expect(await level()).toBeGreaterThan(0.11);
    await page.evaluate(() => window.rig.playback?.setVolume(0));
    await expect.poll(level).toBeLessThan(0.001);
    await page.evaluate(() => window.rig.playback?.setVolume(1));
    await expect.poll(level).toBeGreaterThan(0.45);
  });

  it('takes its time without a sound where nothing is to be heard', async () => {
    await play('/ruler.wav', { silent: true });
    await over();
    const [started, finished] = await events();
    expect((Number(finished?.['at']) - Number(started?.['at'])) / 1000).toBeCloseTo(3, 0);
    expect(await level()).toBe(0);
    expect(await page.evaluate(() => window.rig.lips.samples)).toBe(3 * RATE);
  });

  it('begins silently while sound is blocked, and joins in where it is', async () => {
    await play('/ruler.wav', { suspended: true });
    await expect.poll(() => page.evaluate(() => window.rig.playback?.position)).toBeGreaterThan(0.8);
    await page.evaluate(() => window.rig.context.resume());
    await expect.poll(level).toBeGreaterThan(0.05);
    const { sample, position } = await page.evaluate(() => window.rig.now());
    expect(position).toBeGreaterThan(0.8);
    expect(Math.abs(10 * sample - position)).toBeLessThan(0.1);
    await over();
  });

  it('ends although the context is taken away', async () => {
    await play('/ruler.wav');
    await expect.poll(level).toBeGreaterThan(0.03);
    await page.evaluate(() => window.rig.context.suspend());
    await over();
    expect((await events())[1]).toMatchObject({ seconds: 3 });
  });

  it('unpacks what is not plain', async () => {
    await play('/packed.wav');
    await over();
    expect((await events())[1]?.['seconds']).toBeCloseTo(1, 2);
    expect(await page.evaluate(() => [window.rig.lips.ended, window.rig.playback?.canLipSync])).toEqual([true, true]);
  });

  it('lets an element play what the page may not read', async () => {
    await play('/closed.wav');
    await over();
    expect(await page.evaluate(() => [window.rig.lips.rate, window.rig.playback?.canLipSync])).toEqual([0, false]);
    expect((await events())[1]?.['seconds']).toBeCloseTo(0.5, 1);
  });

  it('lets an element play what never ends, as loud as it should, until it is stopped', async () => {
    await play('/radio');
    await expect.poll(types, { timeout: 10_000 }).toEqual(['started']);
    await page.evaluate(() => window.rig.playback?.setVolume(0.3));
    const element = (): Promise<unknown[]> =>
      page.evaluate(() => window.rig.elements.map(({ volume, muted, paused }) => [volume, muted, paused]));
    expect(await element()).toEqual([[0.3, false, false]]);
    await page.evaluate(() => window.rig.playback?.setVolume(0));
    expect(await element()).toEqual([[0, true, false]]);
    await expect.poll(() => page.evaluate(() => window.rig.playback?.position)).toBeGreaterThan(0.3);
    await page.evaluate(() => window.rig.playback?.stop());
    expect(await types()).toEqual(['started', 'stopped']);
    await expect.poll(() => radios).toBe(0);
  });

  it('says what it could not do', async () => {
    await play('/missing.wav');
    await expect.poll(events).toMatchObject([{ type: 'failed', code: 'fetch', message: 'HTTP 404' }]);
    await page.close();
    await play('/noise.mp3');
    await expect.poll(events).toMatchObject([{ type: 'failed', code: 'decode' }]);
    await page.close();
    files = 'http://127.0.0.1:9';
    await play('/nobody.wav');
    await expect.poll(events).toMatchObject([{ type: 'failed', code: 'fetch' }]);
  });
});
