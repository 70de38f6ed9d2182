import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import type { AvatarFace } from '../../src/card/face-element';
import { describeInBrowser, useBrowser, type Bench } from './bench';
import { listenIn, wav } from './sounds';

const TEXT = 'Good evening! Someone is waiting at the front door.';
/** Open for a second, closed for a second and a half, open for a second. */
const SPEECH = wav(1, 1.5, 1);
const SHORT = wav(0.6);
const LONG = wav(8);
/** Below this a loudspeaker is silent. */
const SILENCE = 0.002;
const ALLOWED = ['--autoplay-policy=no-user-gesture-required'];

type Message = Record<string, unknown>;

/** A page with the built-in avatar's card, as a dashboard would load it. */
async function openFace(bench: Bench, before?: (page: Page) => Promise<unknown>): Promise<Page> {
  const page = await bench.open('/test.html?card=face', async (fresh) => {
    await listenIn(fresh, { 'speech.wav': SPEECH, 'short.wav': SHORT, 'long.wav': LONG });
    await before?.(fresh);
  });
  await page.locator('streaming-avatar-face canvas').waitFor();
  return page;
}

async function play(page: Page, url: string, change: Message = {}): Promise<void> {
  await page.evaluate(
    ([path, text, more]) => {
      window.bench.built?.bus.emit({
        type: 'play',
        id: 'p1',
        utterance: 'u1',
        url: path,
        role: 'voice',
        text,
        emotion: null,
        speech: true,
        ...more,
      });
    },
    [url, TEXT, change] as const,
  );
}

const reports = (page: Page, kind: string): Promise<Message[]> =>
  page.evaluate((wanted) => window.bench.built?.bus.reports(wanted) ?? [], kind);
const loudness = (page: Page): Promise<number> => page.evaluate(() => window.loudness());
const mouth = (page: Page): Promise<number> =>
  page.locator('streaming-avatar-face').evaluate((element) => (element as AvatarFace).face?.state.open ?? -1);

/** Loudness and mouth, some thirty times a second, until the sound has been reported finished. */
async function record(page: Page): Promise<{ at: number; loud: number; open: number }[]> {
  return page.evaluate(async () => {
    const face = document
      .querySelector('streaming-avatar-card')
      ?.firstElementChild?.shadowRoot?.querySelector('streaming-avatar-face');
    const samples = [];
    const bus = window.bench.built?.bus;
    while (bus?.reports('playback_started').length === 0) await window.bench.later();
    const begin = performance.now();
    while (bus?.reports('playback_finished').length === 0) {
      await new Promise((resolve) => setTimeout(resolve, 33));
      const at = (performance.now() - begin) / 1000;
      samples.push({ at, loud: window.loudness(), open: face?.face?.state.open ?? -1 });
    }
    return samples;
  });
}

describeInBrowser('the voice of the card', () => {
  const bench = useBrowser(ALLOWED);

  it('lets the loudspeaker rest in silence, and loses nothing of the next word', async () => {
    const page = await openFace(bench);
    const lasted: number[] = [];
    for (const id of ['p1', 'p2']) {
      await play(page, '/short.wav', { id });
      const samples = await record(page);
      const loud = samples.filter((one) => one.loud > SILENCE).map(({ at }) => at);
      lasted.push(Math.max(...loud) - Math.min(...loud));
      await expect.poll(() => page.evaluate(() => window.contexts()), { timeout: 10_000 }).toEqual(['suspended']);
      await page.evaluate(() => {
        const bus = window.bench.built?.bus;
        bus?.sent.splice(0, bus.sent.length, ...bus.sent.filter(({ kind }) => kind === 'playback_blocked'));
      });
    }
    expect(await reports(page, 'playback_blocked')).toEqual([]);
    expect(lasted[1]).toBeGreaterThan(0.4);
    expect(Math.abs((lasted[0] ?? 0) - (lasted[1] ?? 0))).toBeLessThan(0.15);
  });

  it('is heard, and moves the mouth as it sounds', async () => {
    const page = await openFace(bench);
    await play(page, '/speech.wav');
    const samples = await record(page);
    const between = (from: number, to: number): typeof samples => samples.filter(({ at }) => at > from && at < to);
    const most = (part: typeof samples, key: 'loud' | 'open'): number => Math.max(...part.map((one) => one[key]));
    expect(most(between(0.2, 0.9), 'loud')).toBeGreaterThan(0.02);
    expect(most(between(0.2, 0.9), 'open')).toBeGreaterThan(0.25);
    expect(most(between(1.4, 2.2), 'loud')).toBeLessThan(SILENCE);
    expect(most(between(1.6, 2.2), 'open')).toBeLessThan(0.1);
    expect(most(between(2.8, 3.3), 'open')).toBeGreaterThan(0.25);
    expect(await reports(page, 'playback_started')).toMatchObject([{ playback: 'p1' }]);
    const [finished] = await reports(page, 'playback_finished');
    expect(finished).toMatchObject({ playback: 'p1', stopped: false });
    expect(finished?.['seconds']).toBeCloseTo(3.5, 1);
    expect(await mouth(page)).toBeLessThan(0.1);
  });

  it('carries the caption along', async () => {
    const page = await openFace(bench);
    await play(page, '/speech.wav');
    await expect.poll(() => reports(page, 'playback_started')).toHaveLength(1);
    await page.evaluate((text) => {
      window.bench.built?.bus.emit({
        type: 'caption',
        utterance: 'u1',
        role: 'avatar',
        text,
        spoken: null,
        done: false,
      });
    }, TEXT);
    const lit = (): Promise<number> =>
      page.locator('.caption .spoken').evaluate((element) => element.textContent.length);
    await page.locator('.caption').waitFor();
    const lengths: number[] = [];
    while ((await reports(page, 'playback_finished')).length === 0) {
      lengths.push(await lit());
      await page.waitForTimeout(100);
    }
    await expect.poll(lit).toBe(TEXT.length);
    expect(lengths).toEqual([...lengths].sort((a, b) => a - b));
    expect(new Set(lengths).size).toBeGreaterThan(3);
  });

  it('is silenced at once', async () => {
    const page = await openFace(bench);
    await play(page, '/long.wav');
    await expect.poll(() => loudness(page)).toBeGreaterThan(SILENCE);
    const took = await page.evaluate(async (silence) => {
      const begin = performance.now();
      window.bench.built?.bus.emit({ type: 'stop_playback', id: 'p1' });
      while (window.loudness() > silence) await new Promise((resolve) => setTimeout(resolve, 5));
      return performance.now() - begin;
    }, SILENCE);
    expect(took).toBeLessThan(1000);
    await expect.poll(() => mouth(page)).toBeLessThan(0.05);
    expect(await reports(page, 'playback_finished')).toMatchObject([{ playback: 'p1', stopped: true }]);
  });

  it('moves to another screen and back in mid-sentence', async () => {
    const page = await openFace(bench);
    await play(page, '/long.wav', { role: 'mimic' });
    await expect.poll(() => mouth(page)).toBeGreaterThan(0.2);
    expect(await loudness(page)).toBeLessThan(SILENCE);
    await play(page, '/long.wav', { role: 'voice' });
    await expect.poll(() => loudness(page)).toBeGreaterThan(0.02);
    await play(page, '/long.wav', { role: 'mimic' });
    await expect.poll(() => loudness(page)).toBeLessThan(SILENCE);
    expect(await mouth(page)).toBeGreaterThan(0.2);
    expect(await reports(page, 'playback_started')).toHaveLength(1);
  });

  it('obeys the volume of the media player, and every mute', async () => {
    const page = await openFace(bench);
    await play(page, '/long.wav');
    await expect.poll(() => loudness(page)).toBeGreaterThan(0.02);
    const full = await loudness(page);
    await page.evaluate(() => window.bench.built?.bus.state({ volume: 0.25 }));
    await expect.poll(() => loudness(page)).toBeLessThan(full / 2);
    expect(await loudness(page)).toBeGreaterThan(SILENCE);
    await page.evaluate(() => window.bench.built?.bus.state({ muted: true }));
    await expect.poll(() => loudness(page)).toBeLessThan(SILENCE);
    await page.evaluate(() => window.bench.built?.bus.state({ muted: false, volume: 1 }));
    await expect.poll(() => loudness(page)).toBeGreaterThan(full / 2);
    await page.getByRole('button', { name: 'Mute' }).click();
    await expect.poll(() => loudness(page)).toBeLessThan(SILENCE);
  });

  it('goes on while the line is cut, and is told when it is back', async () => {
    const page = await openFace(bench);
    await play(page, '/speech.wav');
    await expect.poll(() => reports(page, 'playback_started')).toHaveLength(1);
    await page.evaluate(() => window.bench.built?.bus.lose());
    await expect.poll(() => loudness(page)).toBeGreaterThan(0.02);
    await page.evaluate(() => window.bench.built?.bus.restore());
    await expect.poll(() => reports(page, 'playback_started')).toHaveLength(2);
    const attaches = await page.evaluate(() =>
      window.bench.built?.bus.sent.filter(({ type }) => type === 'streaming_avatar/attach'),
    );
    expect(attaches?.map((attach) => (attach['client'] as Message)['playback'])).toEqual([null, 'p1']);
    await expect
      .poll(() => reports(page, 'playback_finished'), { timeout: 10_000 })
      .toMatchObject([{ playback: 'p1', stopped: false, attachment: 'attachment-2' }]);
  });

  it('says why it cannot speak', async () => {
    bench.expectErrors(/404/);
    const page = await openFace(bench);
    await play(page, '/missing.wav');
    await expect.poll(() => reports(page, 'playback_failed')).toMatchObject([{ playback: 'p1', code: 'fetch' }]);
  });

  it.each(['face-element', 'mira'])('offers a reload when the code of its face is gone: %s', async (chunk) => {
    bench.expectErrors(/404|Failed/);
    const page = await bench.open('/test.html?card=face', (fresh) =>
      fresh.route(`**/chunks/${chunk}*`, (route) => route.fulfill({ status: 404 })),
    );
    await page.getByRole('button', { name: 'Reload' }).waitFor();
  });

  it('offers a reload when its code is gone', async () => {
    bench.expectErrors(/404|Failed/);
    const page = await openFace(bench, (fresh) =>
      fresh.route('**/chunks/spoken-sound*', (route) => route.fulfill({ status: 404 })),
    );
    await play(page, '/short.wav');
    await page.getByRole('button', { name: 'Reload' }).waitFor();
    expect(await reports(page, 'playback_failed')).toMatchObject([{ playback: 'p1', code: 'chunk_missing' }]);
  });

  it('stops with its card', async () => {
    const page = await openFace(bench, (fresh) => fresh.clock.install());
    await play(page, '/long.wav');
    await expect
      .poll(async () => {
        await page.clock.runFor(50);
        return loudness(page);
      })
      .toBeGreaterThan(0.02);
    await page.evaluate(() => window.bench.built?.card.remove());
    await page.clock.runFor(10_500);
    await expect.poll(() => loudness(page)).toBeLessThan(SILENCE);
  });
});

describeInBrowser('a card on plain http', () => {
  const bench = useBrowser(
    [...ALLOWED, '--host-resolver-rules=MAP homeassistant.local 127.0.0.1'],
    'homeassistant.local',
  );

  it('speaks and moves its mouth all the same', async () => {
    const page = await openFace(bench);
    expect(await page.evaluate(() => window.isSecureContext)).toBe(false);
    await play(page, '/speech.wav');
    const samples = await record(page);
    expect(Math.max(...samples.map(({ loud }) => loud))).toBeGreaterThan(0.02);
    expect(Math.max(...samples.map(({ open }) => open))).toBeGreaterThan(0.25);
    expect(await reports(page, 'playback_finished')).toMatchObject([{ playback: 'p1', stopped: false }]);
  });
});

describeInBrowser('a browser that blocks sound', () => {
  const bench = useBrowser(['--autoplay-policy=document-user-activation-required']);

  it('plays silently, says so, and sounds from where it is after a tap', async () => {
    // Asking the page counts as a gesture; so it plays by itself, and tells by its console.
    let blocked: Promise<unknown> | undefined;
    const page = await bench.open('/test.html?card=face&play=long.wav', async (fresh) => {
      blocked = fresh.waitForEvent('console', (message) => message.text() === 'blocked while playing');
      await listenIn(fresh, { 'long.wav': LONG });
    });
    await blocked;
    const chip = page.getByRole('button', { name: 'Tap for sound' });
    await chip.waitFor();
    await chip.click();
    await expect.poll(() => loudness(page)).toBeGreaterThan(0.02);
    expect(await reports(page, 'playback_blocked')).toMatchObject([{ playback: 'p1' }]);
    await expect.poll(() => reports(page, 'playback_finished'), { timeout: 15_000 }).toHaveLength(1);
    const [finished] = await reports(page, 'playback_finished');
    expect(finished).toMatchObject({ stopped: false });
  });
});
