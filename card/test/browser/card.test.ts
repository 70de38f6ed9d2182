import type { Locator, Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { describeInBrowser, useBrowser } from './bench';

type Wanted = Parameters<Window['bench']['mount']>[0];

describeInBrowser('the card', () => {
  const bench = useBrowser();

  async function open(wanted: Wanted = {}): Promise<Page> {
    const page = await bench.open();
    await mount(page, wanted);
    return page;
  }
  async function mount(page: Page, wanted: Wanted = {}): Promise<void> {
    await page.evaluate((what) => {
      window.bench.current = window.bench.mount(what);
    }, wanted);
    await card(page).waitFor();
  }
  const card = (page: Page): Locator => page.locator('ha-card');
  const button = (page: Page, name: string): Locator => page.getByRole('button', { name, exact: true });
  const LIVE = { phase: 'live', seat: { mine: true, name: 'Here' } } as const;

  async function openLive(wanted: NonNullable<Wanted> = {}): Promise<Page> {
    const page = await open({ ...wanted, answer: { ...wanted.answer, state: LIVE } });
    await page.evaluate(() => {
      window.bench.emit({ type: 'join', epoch: 'e1', transport: { kind: 'livekit', url: 'wss://x', token: 't' } });
    });
    await page.locator('ha-card.video.is-live').waitFor();
    return page;
  }
  const sent = (page: Page): Promise<Record<string, unknown>[]> =>
    page.evaluate(() => window.bench.current?.bus.sent ?? []);
  const actions = (page: Page): Promise<unknown> => page.evaluate(() => window.bench.current?.bus.actions);

  it('shows the portrait and starts a session', async () => {
    const page = await open();
    await page.getByText('Off', { exact: true }).waitFor();
    await button(page, 'Start').click();
    expect(await actions(page)).toEqual([{ action: 'streaming_avatar.start_session', target: 'media_player.ava' }]);
  });

  it('starts when the picture is tapped only if told to: a touch in passing must cost nothing', async () => {
    const page = await open();
    await page.locator('.scene').click({ position: { x: 200, y: 150 } });
    expect(await actions(page)).toEqual([]);
    const other = await open({ config: { start_on_tap: true } });
    await other.locator('.scene').click({ position: { x: 200, y: 150 } });
    expect(await actions(other)).toHaveLength(1);
  });

  it('starts by the keyboard even without buttons', async () => {
    const page = await open({ config: { controls: 'off', start_on_tap: true } });
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await actions(page)).toHaveLength(1);
  });

  it('reports the way into the room and shows a picture that moves in', async () => {
    const page = await openLive();
    const reports = (await sent(page)).filter(({ type }) => type === 'streaming_avatar/report');
    expect(reports.map(({ kind }) => kind)).toEqual(['joined', 'first_frame']);
    expect(await page.locator('.stage video').evaluate((video: HTMLVideoElement) => video.videoWidth)).toBeGreaterThan(
      0,
    );
  });

  it('stops, interrupts, and mutes', async () => {
    const page = await openLive();
    await page.evaluate(() => window.bench.current?.bus.state({ activity: 'responding' }));
    await button(page, 'Interrupt').click();
    await button(page, 'Mute').click();
    await button(page, 'Unmute').waitFor();
    expect(await page.evaluate(() => window.bench.current?.engines[0]?.muted)).toBe(true);
    await button(page, 'Stop').click();
    expect(await actions(page)).toEqual([
      { action: 'streaming_avatar.interrupt', target: 'media_player.ava' },
      { action: 'streaming_avatar.stop_session', target: 'media_player.ava' },
    ]);
  });

  it('remembers the mute over a reload', async () => {
    const page = await openLive();
    await button(page, 'Mute').click();
    await button(page, 'Unmute').waitFor();
    await page.reload();
    await page.waitForFunction(() => 'bench' in window);
    await mount(page, { answer: { state: LIVE } });
    await button(page, 'Unmute').waitFor();
  });

  it('says what was typed, empties the field and stays open for more', async () => {
    const page = await openLive();
    await button(page, 'Say something').click();
    const field = page.getByRole('textbox');
    expect(await field.evaluate((input) => input.matches(':focus'))).toBe(true);
    await field.fill('  Dinner is ready!  ');
    await field.press('Enter');
    await expect.poll(() => field.inputValue()).toBe('');
    expect(await sent(page)).toContainEqual({
      type: 'streaming_avatar/say',
      attachment: 'attachment-1',
      text: 'Dinner is ready!',
    });
    await field.press('Enter');
    expect((await sent(page)).filter(({ type }) => type === 'streaming_avatar/say')).toHaveLength(1);
    await field.press('Escape');
    await button(page, 'Say something').waitFor();
    expect(await actions(page)).toEqual([]);
  });

  it('keeps a text that was refused and says why', async () => {
    const page = await openLive();
    await page.evaluate(() => window.bench.current?.bus.failing.set('streaming_avatar/say', 'unauthorized'));
    await button(page, 'Say something').click();
    await page.getByRole('textbox').fill('Hello');
    await button(page, 'Send').click();
    await page.getByRole('alert').getByText('It could not be said').waitFor();
    expect(await page.getByRole('textbox').inputValue()).toBe('Hello');
  });

  it('obeys the keyboard while the focus is inside, but for typed letters', async () => {
    const page = await openLive();
    await page.evaluate(() => {
      window.bench.current?.bus.emit({
        type: 'caption',
        utterance: 'u',
        role: 'avatar',
        text: 'Hello there',
        spoken: 5,
        done: false,
      });
    });
    await button(page, 'Stop').focus();
    await page.keyboard.press('m');
    await button(page, 'Unmute').waitFor();
    await page.locator('.caption').waitFor();
    await page.keyboard.press('c');
    await page.locator('.caption').waitFor({ state: 'detached' });
    await page.keyboard.press('Escape');
    expect(await actions(page)).toEqual([{ action: 'streaming_avatar.interrupt', target: 'media_player.ava' }]);
    await button(page, 'Say something').click();
    await page.keyboard.type('mcm');
    expect(await page.getByRole('textbox').inputValue()).toBe('mcm');
    await button(page, 'Unmute').waitFor({ state: 'detached' });
  });

  it('shows captions with the spoken part lit and reads each sentence out once', async () => {
    const page = await openLive();
    const caption = (spoken: number, done: boolean): Promise<void> =>
      page.evaluate(
        ([at, end]) => {
          window.bench.emit({
            type: 'caption',
            utterance: 'u1',
            role: 'avatar',
            text: 'Hello there. Good evening!',
            spoken: at,
            done: end,
          });
        },
        [spoken, done] as const,
      );
    await caption(7, false);
    await page.locator('.caption .spoken', { hasText: 'Hello there.' }).waitFor();
    expect(await page.locator('.caption .rest').textContent()).toBe(' Good evening!');
    expect(await page.getByRole('log').textContent()).not.toContain('Hello');
    await caption(26, true);
    await page.getByRole('log').getByText('Hello there. Good evening!').waitFor({ state: 'attached' });
    expect(await page.getByRole('log').locator('p').count()).toBe(1);
  });

  it('says where the avatar is and brings it here', async () => {
    const page = await open({ answer: { state: { phase: 'live', seat: { mine: false, name: 'Kitchen tablet' } } } });
    await page.getByText('Shown on Kitchen tablet').waitFor();
    await button(page, 'Show here').click();
    expect(await sent(page)).toContainEqual({ type: 'streaming_avatar/take_seat', attachment: 'attachment-1' });
    expect(await button(page, 'Show here').isDisabled()).toBe(true);
  });

  it('goes back to the portrait when told to leave', async () => {
    const page = await openLive();
    await page.evaluate(() => {
      window.bench.emit({ type: 'leave', epoch: 'e1', reason: 'moved' });
      window.bench.current?.bus.state({ seat: { mine: false, name: 'Hall' } });
    });
    await page.getByText('Shown on Hall').waitFor();
    expect(await page.locator('.stage video').count()).toBe(0);
  });

  it('comes back by itself after the line was lost, with the picture all the while', async () => {
    const page = await openLive();
    await page.evaluate(() => window.bench.current?.bus.lose());
    await page.getByText('Reconnecting…').waitFor();
    expect(await page.locator('ha-card.video').count()).toBe(1);
    await page.evaluate(() => window.bench.current?.bus.restore());
    await page.getByText('Ready', { exact: true }).waitFor();
    const reports = (await sent(page)).filter(({ attachment }) => attachment === 'attachment-2');
    expect(reports.map(({ kind }) => kind)).toEqual(['joined', 'first_frame']);
  });

  it('keeps the last picture while it is sent into another room', async () => {
    const page = await openLive();
    const between = await page.evaluate(async () => {
      const { view, bus } = window.bench.current ?? {};
      if (!view || !bus) return null;
      bus.emit({ type: 'join', epoch: 'e2', transport: { kind: 'livekit', url: 'wss://x', token: 't' } });
      const stage = view.shadowRoot?.querySelector('.stage');
      const still = [stage?.querySelectorAll('video').length, stage?.querySelectorAll('canvas').length];
      await view.updateComplete;
      return { still, video: view.shadowRoot?.querySelector('.video') !== null };
    });
    expect(between).toMatchObject({ still: [0, 1], video: true });
    await page.locator('.stage canvas').waitFor({ state: 'detached' });
    await page.locator('ha-card.video.is-live').waitFor();
  });

  it.each([
    ['an avatar that is not there', { entity: null }, 'Avatar not found'],
    ['an unavailable one', { entity: 'unavailable' }, 'Ava is unavailable'],
    ['a user who may not see it', { answer: { refuse: 'unauthorized' } }, 'No permission'],
    ['too many screens', { answer: { refuse: 'too_many' } }, 'Too many screens'],
    ['no credits', { answer: { state: { reason: 'quota' } } }, 'No credits left'],
  ])('says what is wrong: %s', async (_name, wanted, title) => {
    const page = await open(wanted);
    await page.getByRole('alert').getByText(title).waitFor();
  });

  it('forgets a dismissed reason', async () => {
    const page = await open({ answer: { state: { reason: 'busy' } } });
    await button(page, 'Dismiss').click();
    await page.getByRole('alert').waitFor({ state: 'detached' });
  });

  it('is quiet in the preview: no websocket, no session', async () => {
    const page = await open({ preview: true });
    await page.evaluate(() => window.bench.later());
    expect(await sent(page)).toEqual([]);
    expect(await button(page, 'Start').count()).toBe(0);
    await page.evaluate(() => {
      if (window.bench.current) window.bench.current.view.preview = false;
    });
    await button(page, 'Start').waitFor();
  });

  it('hides its buttons over live video, for the pointer only', async () => {
    const page = await bench.open('/test.html', (fresh) => fresh.clock.install());
    await mount(page, { answer: { state: LIVE } });
    await page.evaluate(() => {
      window.bench.emit({ type: 'join', epoch: 'e1', transport: { kind: 'livekit', url: 'wss://x', token: 't' } });
    });
    await page.locator('ha-card.video.is-live').waitFor();
    await page.clock.runFor(5000);
    await page.locator('ha-card.quiet').waitFor();
    await page.keyboard.press('Tab');
    await page.locator('ha-card:not(.quiet)').waitFor();
    await page.clock.runFor(10_000);
    expect(await page.locator('ha-card.quiet').count()).toBe(0);
  });

  it('keeps the session when Home Assistant makes the element anew', async () => {
    const page = await openLive();
    await page.evaluate(() => {
      const { view, bus } = window.bench.current ?? {};
      if (!view || !bus) return;
      const next = document.createElement('streaming-avatar-view');
      next.parts = view.parts;
      next.setConfig({
        entity: 'media_player.ava',
        name: '',
        show_name: true,
        captions: 'auto',
        controls: 'auto',
        fit: 'cover',
        motion: 'auto',
        start_on_tap: false,
        screen: '',
        compact: false,
      });
      next.hass = window.bench.fakeHass(bus, 'idle');
      view.replaceWith(next);
    });
    await page.locator('ha-card.video.is-live').waitFor();
    await page.waitForFunction(() => {
      const video = document.querySelector('streaming-avatar-view')?.shadowRoot?.querySelector('video');
      return video && !video.paused;
    });
    expect((await sent(page)).filter(({ type }) => type === 'streaming_avatar/attach')).toHaveLength(1);
    expect(await page.evaluate(() => window.bench.current?.engines.length)).toBe(1);
  });

  it('lets one avatar of a page sound at a time', async () => {
    const page = await openLive();
    const muted = await page.evaluate(async () => {
      const first = window.bench.current;
      const second = window.bench.mount({ answer: { state: { phase: 'live', seat: { mine: true, name: 'Here' } } } });
      while (second.bus.attachments === 0) await window.bench.later();
      second.bus.emit({ type: 'join', epoch: 'e2', transport: { kind: 'livekit', url: 'wss://x', token: 't' } });
      while (!second.engines[0]?.calls.includes('join e2')) await window.bench.later();
      first?.engines[0]?.emit({ type: 'sound', active: true });
      second.engines[0].emit({ type: 'sound', active: true });
      const during = [first?.engines[0]?.muted, second.engines[0].muted];
      second.engines[0].emit({ type: 'sound', active: false });
      return [during, [first?.engines[0]?.muted, second.engines[0].muted]];
    });
    expect(muted).toEqual([
      [true, false],
      [false, false],
    ]);
  });

  it('describes itself to a screen reader', async () => {
    const page = await openLive({ answer: { name: 'Mia' } });
    await page.getByRole('group', { name: 'Avatar Mia' }).waitFor();
    await page.getByRole('img', { name: 'Mia: Ready' }).waitFor();
    const sizes = await page
      .locator('.bar button')
      .evaluateAll((buttons) =>
        buttons.map((one) => Math.min(one.getBoundingClientRect().width, one.getBoundingClientRect().height)),
      );
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(44);
  });

  it('keeps its buttons within reach on a small wall panel, however high its place', async () => {
    const page = await open();
    await page.setViewportSize({ width: 800, height: 480 });
    const bottom = await page.evaluate(async () => {
      const holder = window.bench.current?.view.parentElement;
      if (holder) holder.style.cssText = 'position:absolute;top:56px;left:0;width:780px;height:640px';
      await window.bench.later();
      return document.querySelector('streaming-avatar-view')?.shadowRoot?.querySelector('.bar')?.getBoundingClientRect()
        .bottom;
    });
    expect(bottom).toBeLessThanOrEqual(480);
  });

  it.each([155, 200, 400, 1000])('fits its words and buttons into %i pixels', async (width) => {
    const page = await open({ answer: { state: { reason: width === 155 ? null : 'join_failed' } } });
    await page.setViewportSize({ width: 1040, height: 700 });
    const outside = await page.evaluate(async (wide) => {
      const view = window.bench.current?.view;
      const holder = view?.parentElement;
      if (!view?.shadowRoot || !holder) return ['no view'];
      holder.style.cssText = `width:${String(wide)}px;height:${wide < 300 ? '248' : '376'}px`;
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
      while (view.style.visibility === 'hidden') await window.bench.later();
      await view.updateComplete;
      const frame = view.getBoundingClientRect();
      return [...view.shadowRoot.querySelectorAll('button, .title, .notice')].flatMap((element) => {
        const at = element.getBoundingClientRect();
        const inside =
          at.left >= frame.left && at.right <= frame.right && at.top >= frame.top && at.bottom <= frame.bottom;
        return inside ? [] : [element.className];
      });
    }, width);
    expect(outside).toEqual([]);
  });
});
