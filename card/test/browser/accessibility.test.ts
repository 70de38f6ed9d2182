import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { describeInBrowser, useBrowser } from './bench';

type Wanted = NonNullable<Parameters<Window['bench']['mount']>[0]>;

const LIVE = { phase: 'live', provider_face: true, seat: { mine: true, name: 'Here' } } as const;

describeInBrowser('the card without eyes and hands', () => {
  const bench = useBrowser();

  async function open(wanted: Wanted = {}): Promise<Page> {
    const page = await bench.open();
    await page.evaluate((what) => {
      window.bench.current = window.bench.mount(what);
    }, wanted);
    await page.locator('ha-card').waitFor();
    return page;
  }
  /** What a screen reader has, as Chromium tells it, without what only groups. */
  async function tree(page: Page): Promise<{ role: string; name: string; live?: string }[]> {
    const browser = await page.context().newCDPSession(page);
    const { nodes } = await browser.send('Accessibility.getFullAXTree');
    return nodes
      .filter(
        ({ ignored, role }) => !ignored && !/^(generic|none|InlineTextBox|RootWebArea)$/.test(String(role?.value)),
      )
      .map(({ role, name, properties }) => {
        const live = properties?.find((one) => one.name === 'live')?.value.value as string | undefined;
        return { role: String(role?.value), name: String(name?.value ?? ''), ...(live !== undefined && { live }) };
      });
  }
  const focused = (page: Page): Promise<string | null> =>
    page.evaluate(() => {
      const inside = document.activeElement?.shadowRoot?.activeElement;
      return inside ? (inside.getAttribute('aria-label') ?? inside.textContent.trim()) : null;
    });

  it('has a name for everything that can be used, and says each thing once', async () => {
    const page = await open({ answer: { state: { ...LIVE, activity: 'responding', reason: 'speech_failed' } } });
    await page.getByRole('alert').waitFor();
    const all = await tree(page);
    const controls = all.filter(({ role }) => role === 'button' || role === 'textbox');
    expect(controls.map(({ name }) => name).sort()).toEqual([
      'Captions',
      'Details',
      'Dismiss',
      'Interrupt',
      'Mute',
      'Say something',
    ]);
    expect(all.filter(({ role }) => role === 'group').map(({ name }) => name)).toEqual(['Avatar Ava']);
    const told = all.filter(({ role, live }) => role === 'alert' || live === 'polite' || live === 'assertive');
    // The notice, and what was said. The status is silent as long as the notice speaks.
    expect(told.map(({ role }) => role).sort()).toEqual(['alert', 'log']);
  });

  it('tells its state politely while nothing is wrong', async () => {
    const page = await open({ answer: { state: LIVE } });
    const status = page.getByRole('status').filter({ hasText: 'Ready' });
    await status.waitFor();
    expect(await status.getAttribute('aria-live')).toBe('polite');
    await page.evaluate(() => window.bench.current?.bus.state({ activity: 'listening' }));
    await page.getByRole('status').filter({ hasText: 'Listening' }).waitFor();
    expect(await page.getByRole('status').count()).toBe(1);
  });

  it('lets the keyboard reach every control, and shows where it is', async () => {
    const page = await open({ answer: { state: { ...LIVE, activity: 'responding' } } });
    const way = [];
    for (let i = 0; i < 5; i++) {
      await page.keyboard.press('Tab');
      way.push(await focused(page));
      const outline = await page.evaluate(() => {
        const inside = document.activeElement?.shadowRoot?.activeElement;
        return inside ? getComputedStyle(inside).outlineStyle : 'none';
      });
      expect(outline).toBe('solid');
    }
    expect(way).toEqual(['Interrupt', 'Mute', 'Captions', 'Say something', 'Details']);
    // Hidden until the keyboard comes to it, and in sight then.
    const details = page.locator('.details');
    const seen = (): Promise<string> => details.evaluate((element) => getComputedStyle(element).opacity);
    expect(await seen()).toBe('1');
    await page.keyboard.press('Tab');
    expect(await seen()).toBe('0');
  });

  it('is interrupted by Escape, silenced by M, and its captions go with C', async () => {
    const page = await open({ answer: { state: { ...LIVE, activity: 'responding' } } });
    await page.getByRole('button', { name: 'Mute', exact: true }).focus();
    await page.keyboard.press('Escape');
    expect(await page.evaluate(() => window.bench.current?.bus.actions.map(({ action }) => action))).toEqual([
      'streaming_avatar.interrupt',
    ]);
    await page.keyboard.press('m');
    await page.getByRole('button', { name: 'Unmute', exact: true }).waitFor();
    await page.keyboard.press('c');
    await expect.poll(() => page.getByRole('button', { name: 'Captions' }).getAttribute('aria-pressed')).toBe('false');
  });

  it('keeps the focus when the control that had it goes', async () => {
    const page = await open({ answer: { state: { phase: 'off' } } });
    await page.getByRole('button', { name: 'Start' }).focus();
    await page.evaluate(() => window.bench.current?.bus.state({ phase: 'live', seat: { mine: true, name: 'Here' } }));
    await expect.poll(() => focused(page)).toBe('Stop');
    await page.getByRole('button', { name: 'Say something' }).press('Enter');
    await expect.poll(() => focused(page)).toBe('What should Ava say?');
    await page.keyboard.press('Escape');
    await expect.poll(() => focused(page)).toBe('Say something');
    // It takes nobody's focus, though.
    await page.evaluate(() => {
      (document.activeElement as HTMLElement).blur();
      window.bench.current?.bus.state({ phase: 'off' });
    });
    await page.getByRole('button', { name: 'Start' }).waitFor();
    expect(await focused(page)).toBeNull();
  });

  it('moves little where less motion is wanted', async () => {
    const page = await open({ answer: { state: { phase: 'connecting' } } });
    const moving = (): Promise<number> =>
      page.evaluate(() => {
        const all = window.bench.current?.view.shadowRoot?.getAnimations() ?? [];
        return all.filter((one) => one.effect?.getComputedTiming().iterations === Infinity).length;
      });
    await expect.poll(moving).toBeGreaterThan(0);
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await page.locator('ha-card.still').waitFor();
    await expect.poll(moving).toBe(0);
  });
});
