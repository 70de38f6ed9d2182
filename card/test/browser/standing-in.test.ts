import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { describeInBrowser, useBrowser } from './bench';

type Wanted = NonNullable<Parameters<Window['bench']['mount']>[0]>;

const MIRA = { look: 'mira', colors: {}, emotion: 'friendly' };
const PORTRAIT = 'data:image/svg+xml,<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"/>';
const HERE = { mine: true, name: 'Here' };

describeInBrowser('the face that stands in for a cloud avatar', () => {
  const bench = useBrowser();

  async function open(wanted: Wanted): Promise<Page> {
    const page = await bench.open();
    await page.evaluate((what) => {
      window.bench.current = window.bench.mount(what);
    }, wanted);
    await page.locator('ha-card').waitFor();
    return page;
  }
  const join = (page: Page): Promise<void> =>
    page.evaluate(() => {
      window.bench.emit({ type: 'join', epoch: 'e1', transport: { kind: 'livekit', url: 'wss://x', token: 't' } });
    });
  const face = 'streaming-avatar-face canvas';
  const faces = (page: Page): Promise<number> => page.locator(face).count();
  const opacity = (page: Page, selector: string): Promise<number> =>
    page.locator(selector).evaluate((element) => Number(getComputedStyle(element).opacity));

  it('is nowhere while the portrait has nothing to say', async () => {
    const page = await open({ answer: { face: MIRA, portrait: PORTRAIT } });
    await page.locator('.portrait').waitFor();
    expect(await faces(page)).toBe(0);
    expect(await opacity(page, '.portrait')).toBe(1);
  });

  it('takes the place of a portrait that is missing, and gives way to the video without a gap', async () => {
    const page = await open({ answer: { face: MIRA, state: { phase: 'connecting', seat: HERE } } });
    await page.locator(face).waitFor();
    await expect.poll(() => opacity(page, 'streaming-avatar-face')).toBe(1);
    await join(page);
    await page.locator('ha-card.video').waitFor();
    // The picture comes through over a face that is still there.
    expect(await opacity(page, 'streaming-avatar-face')).toBe(1);
    await expect.poll(() => opacity(page, '.place')).toBe(1);
    await expect.poll(() => faces(page)).toBe(0);
    await page.evaluate(() => {
      window.bench.emit({ type: 'leave', epoch: 'e1', reason: 'ended' });
    });
    await page.locator(face).waitFor();
    // The last picture of the room fades over it.
    expect(await page.locator('.stage canvas').count()).toBe(1);
    await page.locator('.stage canvas').waitFor({ state: 'detached' });
  });

  it('comes over the portrait to speak, and goes', async () => {
    const page = await open({ answer: { face: MIRA, portrait: PORTRAIT, state: { phase: 'starting' } } });
    await page.evaluate(() => window.bench.current?.bus.state({ stand_in: true, activity: 'processing' }));
    await page.locator(face).waitFor();
    await expect.poll(() => opacity(page, '.portrait')).toBe(0);
    await page.evaluate(() => window.bench.current?.bus.state({ stand_in: false, activity: 'idle' }));
    await expect.poll(() => opacity(page, '.portrait')).toBe(1);
    await expect.poll(() => faces(page)).toBe(0);
  });

  it('draws nothing while nobody can see it', async () => {
    const page = await open({ answer: { face: MIRA, state: { phase: 'live', provider_face: true, seat: HERE } } });
    await page.locator(face).waitFor();
    const drawn = (): Promise<number> =>
      page.evaluate(async () => {
        const context = Object.getPrototypeOf(document.createElement('canvas').getContext('2d')) as {
          clearRect: () => void;
        };
        const original = context.clearRect;
        let count = 0;
        context.clearRect = function (...args: []): void {
          count += 1;
          original.apply(this, args);
        };
        await new Promise((resolve) => setTimeout(resolve, 700));
        context.clearRect = original;
        return count;
      });
    expect(await drawn()).toBeGreaterThan(2);
    await page.evaluate(() => {
      const holder = window.bench.current?.view.parentElement;
      if (holder) holder.style.marginTop = '3000px';
    });
    await expect.poll(drawn).toBe(0);
  });

  it('moves calmly where motion is not wanted', async () => {
    const page = await bench.open('/test.html', (fresh) => fresh.emulateMedia({ reducedMotion: 'reduce' }));
    await page.evaluate(
      ([look, here]) => {
        const state = { phase: 'live', provider_face: true, seat: here } as const;
        window.bench.current = window.bench.mount({ answer: { face: look, state } });
      },
      [MIRA, HERE] as const,
    );
    await page.locator('ha-card.still').waitFor();
    await page.locator(face).waitFor();
    // One picture still fades into another.
    const fading = await page.locator('.place').evaluate((element) => getComputedStyle(element).transitionDuration);
    expect(fading).toBe('0.6s');
  });

  it('follows the theme', async () => {
    const page = await open({
      answer: { face: { ...MIRA, look: 'nova' }, state: { phase: 'live', provider_face: true } },
    });
    await page.locator(face).waitFor();
    const colours = (): Promise<string> =>
      page.locator(face).evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());
    await page.evaluate(() => {
      const view = window.bench.current?.view;
      if (view)
        Object.assign(view, { _config: { ...(view as unknown as { _config: object })._config, motion: 'reduced' } });
    });
    const before = await colours();
    await page.evaluate(() => {
      document.documentElement.style.setProperty('--primary-color', '#b00020');
      const { view, bus } = window.bench.current ?? {};
      if (view && bus) view.hass = Object.assign(window.bench.fakeHass(bus, 'idle'), { themes: { darkMode: true } });
    });
    await expect.poll(async () => (await colours()) !== before).toBe(true);
  });

  it('is remembered, and there before the integration answers', async () => {
    const page = await open({ answer: { face: MIRA, state: { phase: 'live', provider_face: true } } });
    await page.locator(face).waitFor();
    await page.reload();
    await page.waitForFunction(() => 'bench' in window);
    await page.evaluate(() => {
      window.bench.current = window.bench.mount({ answer: { refuse: 'not_ready' } });
    });
    await page.locator(face).waitFor();
    await page.locator('ha-card.is-loading').waitFor();
  });
});
