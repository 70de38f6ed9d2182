import type { ConsoleMessage, Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { describeInBrowser, useBrowser } from './bench';

/** Counts what a page holds on to. */
function countResources(): void {
  const counts = { contexts: 0, listeners: 0 };
  const timers = new Set<number>();
  Object.assign(window, { resources: () => ({ ...counts, timers: timers.size }) });
  const { AudioContext: Original } = window;
  window.AudioContext = class extends Original {
    constructor() {
      super();
      counts.contexts += 1;
    }
  };
  const { setInterval: start, clearInterval: stop, setTimeout: wait, clearTimeout: cancel } = window;
  window.setInterval = ((...args: Parameters<typeof start>) => {
    const id = start(...args);
    timers.add(id);
    return id;
  }) as typeof start;
  window.clearInterval = (id): void => {
    timers.delete(id as unknown as number);
    stop(id);
  };
  window.setTimeout = ((run: () => void, ...rest: [number?]) => {
    const id: number = wait(
      () => {
        timers.delete(id);
        run();
      },
      ...rest,
    );
    timers.add(id);
    return id;
  }) as typeof wait;
  window.clearTimeout = (id): void => {
    timers.delete(id as unknown as number);
    cancel(id);
  };
  for (const target of [window, document]) {
    const add = target.addEventListener.bind(target);
    const remove = target.removeEventListener.bind(target);
    target.addEventListener = (
      type: string,
      listener: EventListener,
      options?: boolean | AddEventListenerOptions,
    ): void => {
      counts.listeners += 1;
      add(type, listener, options);
    };
    target.removeEventListener = (
      type: string,
      listener: EventListener,
      options?: boolean | EventListenerOptions,
    ): void => {
      counts.listeners -= 1;
      remove(type, listener, options);
    };
  }
}

describeInBrowser('the built card', () => {
  // Sound is blocked here, as in a browser that nobody has touched yet.
  const bench = useBrowser();
  const sent = (page: Page): Promise<Record<string, unknown>[]> =>
    page.evaluate(() => window.bench.built?.bus.sent ?? []);

  it('registers at once, with what the card picker needs', async () => {
    const page = await bench.open('/test.html');
    await page.addScriptTag({ type: 'module', url: '/www/card.js?v=1' });
    // A page that loads it twice under two addresses must not break.
    await page.addScriptTag({ type: 'module', url: '/www/card.js?v=2' });
    const card = await page.evaluate(async () => {
      const made = customElements.get('streaming-avatar-card') as unknown as {
        getConfigForm: () => Promise<{ schema: unknown[] }>;
        getStubConfig: (hass: unknown) => unknown;
      };
      const element = document.createElement('streaming-avatar-card') as unknown as {
        getCardSize: () => number;
        getGridOptions: () => unknown;
      };
      const page = window as unknown as Record<'customCards' | 'customCardFeatures', { type: string }[]>;
      return {
        fields: (await made.getConfigForm()).schema.length,
        stub: made.getStubConfig(window.bench.fakeHass(new window.bench.FakeBus())),
        size: element.getCardSize(),
        grid: element.getGridOptions(),
        entry: { ...page.customCards[0] },
        features: page.customCardFeatures.map((feature) => ({ ...feature })),
      };
    });
    expect(card).toMatchObject({
      fields: 9,
      stub: { entity: 'media_player.ava' },
      size: 7,
      grid: { columns: 12, rows: 6, min_columns: 6, min_rows: 4 },
      entry: {
        type: 'streaming-avatar-card',
        name: 'Streaming Avatar',
        description: 'A live avatar that speaks on this screen',
        preview: true,
      },
    });
  });

  it('refuses a bad configuration with words', async () => {
    const page = await bench.open('/test.html');
    await page.addScriptTag({ type: 'module', url: '/www/card.js' });
    const message = await page.evaluate(() => {
      const card = document.createElement('streaming-avatar-card') as unknown as {
        setConfig: (config: unknown) => void;
      };
      try {
        card.setConfig({ entity: 'light.kitchen' });
        return '';
      } catch (error) {
        return (error as Error).message;
      }
    });
    expect(message).toContain('media player of a streaming avatar');
  });

  it('offers a reload when its code is gone', async () => {
    bench.expectErrors(/404|Failed/);
    const page = await bench.open('/test.html?card', (fresh) =>
      fresh.route('**/chunks/**', (route) => route.fulfill({ status: 404 })),
    );
    const reloaded = page.waitForEvent('load');
    await page.getByRole('button', { name: 'Update ready · Reload' }).click();
    await reloaded;
  });

  it('offers a reload when the code for the room is gone', async () => {
    bench.expectErrors(/404|Failed/);
    const page = await bench.open('/test.html?card', (fresh) =>
      fresh.route('**/chunks/livekit*', (route) => route.fulfill({ status: 404 })),
    );
    await page.locator('ha-card').waitFor();
    await expect.poll(() => page.evaluate(() => window.bench.built?.bus.attachments)).toBe(1);
    await page.evaluate(() => {
      window.bench.built?.bus.emit({
        type: 'join',
        epoch: 'e1',
        transport: { kind: 'livekit', url: 'wss://x', token: 't' },
      });
    });
    await page.getByRole('button', { name: 'Reload' }).waitFor();
    expect(await sent(page)).toContainEqual(expect.objectContaining({ kind: 'error', code: 'chunk_missing' }));
  });

  it('tells a room that cannot be joined', async () => {
    bench.expectErrors(/WebSocket|Failed|ERR_/);
    const page = await bench.open('/test.html?card');
    await expect.poll(() => page.evaluate(() => window.bench.built?.bus.attachments)).toBe(1);
    await page.evaluate(() => {
      const transport = { kind: 'livekit', url: 'ws://127.0.0.1:9', token: 'secret-token' };
      window.bench.built?.bus.emit({ type: 'join', epoch: 'e1', transport });
    });
    await page.getByRole('alert').getByText('Cannot open the picture').waitFor();
    expect(await sent(page)).toContainEqual(
      expect.objectContaining({ kind: 'error', code: 'join_failed', epoch: 'e1' }),
    );
    expect(JSON.stringify(await sent(page))).not.toContain('secret-token');
  });

  it('says that sound is blocked, and sounds after a tap', async () => {
    let attached: Promise<ConsoleMessage> | undefined;
    const page = await bench.open('/test.html?card', (fresh) => {
      attached = fresh.waitForEvent('console', (message) => message.text().startsWith('attached'));
      return Promise.resolve();
    });
    expect((await attached)?.text()).toBe('attached with audio blocked');
    const chip = page.getByRole('button', { name: 'Tap for sound' });
    await chip.waitFor();
    await chip.click();
    await chip.waitFor({ state: 'detached' });
    expect(await sent(page)).toContainEqual(expect.objectContaining({ kind: 'visible', audio: 'ok' }));
  });

  it('keeps its id over a reload', async () => {
    const page = await bench.open('/test.html?card');
    const id = async (): Promise<unknown> => {
      await expect.poll(() => page.evaluate(() => window.bench.built?.bus.attachments)).toBe(1);
      return ((await sent(page))[0]?.['client'] as { id: string }).id;
    };
    const first = await id();
    await page.reload();
    expect(await id()).toBe(first);
  });

  it.each(['cloud', 'face'])('leaves nothing behind after fifty mounts: %s', async (kind) => {
    const page = await bench.open('/test.html', async (fresh) => {
      await fresh.clock.install();
      await fresh.addInitScript(countResources);
    });
    await page.addScriptTag({ type: 'module', url: '/www/card.js' });
    type Resources = Record<'contexts' | 'listeners' | 'timers', number>;
    const resources = (): Promise<Resources> =>
      page.evaluate(() => (window as unknown as { resources: () => Resources }).resources());
    const round = async (): Promise<void> => {
      await page.evaluate((which) => {
        window.bench.built = window.bench.mountBuilt({ answer: window.bench.answers[which] ?? {} });
      }, kind);
      await expect
        .poll(async () => {
          await page.clock.runFor(400);
          return page.evaluate(() => window.bench.built?.bus.attachments);
        })
        .toBe(1);
      if (kind === 'face') await page.locator('streaming-avatar-face canvas').waitFor();
      expect((await resources()).timers).toBeGreaterThan(0);
      await page.evaluate(() => {
        window.bench.built?.card.remove();
      });
      await page.clock.runFor(11_000);
      const left = await page.evaluate(() => [
        window.bench.built?.bus.subscriptions,
        window.bench.built?.bus.listenerCount,
      ]);
      expect(left).toEqual([0, 0]);
    };
    await round();
    const after = await resources();
    expect(after).toMatchObject({ contexts: 1, timers: 0 });
    for (let i = 1; i < 50; i += 1) await round();
    expect(await resources()).toEqual(after);
  });
});
