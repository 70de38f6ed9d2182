import type { Locator, Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { describeInBrowser, useBrowser } from './bench';

interface Feature extends HTMLElement {
  setConfig: (config: unknown) => void;
  hass: unknown;
  context: unknown;
}

/** What of a page with tiles only is looked at here. */
interface Tiles {
  features: Feature[];
  calls: unknown[][];
  failing: boolean;
  show: (state: string, language?: string) => void;
}

describeInBrowser('the rows of a tile card', () => {
  const bench = useBrowser();

  /** As Home Assistant's tile puts them in: the configuration first, the state later and again and again. */
  async function open(state = 'idle'): Promise<Page> {
    const page = await bench.open();
    await page.addScriptTag({ type: 'module', url: '/www/card.js?v=1' });
    await page.evaluate((first) => {
      const tiles: Tiles = {
        features: [],
        calls: [],
        failing: false,
        show: (now, language = 'en') => {
          const hass = {
            states: { 'media_player.ava': { state: now, attributes: {} } },
            entities: { 'media_player.ava': { platform: 'streaming_avatar' } },
            locale: { language },
            callService: (...call: unknown[]) => {
              tiles.calls.push(call);
              return tiles.failing ? Promise.reject(new Error('no')) : Promise.resolve();
            },
          };
          for (const feature of tiles.features) feature.hass = hass;
        },
      };
      const all = (window as unknown as { customCardFeatures: { type: string }[] }).customCardFeatures;
      for (const { type } of all) {
        const feature = document.createElement(type) as Feature;
        feature.setConfig({ type: `custom:${type}` });
        feature.context = { entity_id: 'media_player.ava' };
        feature.style.cssText = 'width:320px;margin:12px';
        document.body.append(feature);
        tiles.features.push(feature);
      }
      Object.assign(window, { tiles });
      tiles.show(first);
    }, state);
    await page.getByRole('textbox').waitFor();
    return page;
  }
  const tiles = <T>(page: Page, look: (tiles: Tiles) => T): Promise<T> =>
    page.evaluate(`(${look.toString()})(window.tiles)`);
  const calls = (page: Page): Promise<unknown[][]> => tiles(page, (all) => all.calls);
  const button = (page: Page, name: string): Locator => page.getByRole('button', { name, exact: true });
  const TARGET = { entity_id: 'media_player.ava' };

  it('are offered for avatars only', async () => {
    const page = await open();
    const offered = await page.evaluate(() => {
      const all = (
        window as unknown as {
          customCardFeatures: { name: string; isSupported: (hass: unknown, context: unknown) => boolean }[];
        }
      ).customCardFeatures;
      const hass = {
        entities: {
          'media_player.ava': { platform: 'streaming_avatar' },
          'media_player.tv': { platform: 'cast' },
          'sensor.ava': { platform: 'streaming_avatar' },
        },
      };
      const supported = (entity?: string): boolean[] => all.map((one) => one.isSupported(hass, { entity_id: entity }));
      return {
        names: all.map(({ name }) => name),
        support: [supported('media_player.ava'), supported('media_player.tv'), supported('sensor.ava'), supported()],
      };
    });
    expect(offered).toEqual({
      names: ['Avatar: start, stop and interrupt', 'Avatar: say something'],
      support: [
        [true, true],
        [false, false],
        [false, false],
        [false, false],
      ],
    });
  });

  it('start, stop and interrupt, and a tap on them is none on the tile', async () => {
    const page = await open('off');
    const taps = await page.evaluateHandle(() => {
      const counted = { taps: 0 };
      document.body.addEventListener('click', () => (counted.taps += 1));
      return counted;
    });
    expect(await button(page, 'Interrupt').isDisabled()).toBe(true);
    await button(page, 'Start').click();
    await tiles(page, (all) => {
      all.show('playing');
    });
    await button(page, 'Interrupt').click();
    await button(page, 'Stop').click();
    expect(await calls(page)).toEqual([
      ['streaming_avatar', 'start_session', {}, TARGET],
      ['streaming_avatar', 'interrupt', {}, TARGET],
      ['streaming_avatar', 'stop_session', {}, TARGET],
    ]);
    expect(await taps.evaluate(({ taps: count }) => count)).toBe(0);
    await tiles(page, (all) => {
      all.show('unavailable');
    });
    expect(await button(page, 'Stop').isDisabled()).toBe(true);
    expect(await page.getByRole('textbox').isDisabled()).toBe(true);
  });

  it('say what is typed, and keep it if that fails', async () => {
    const page = await open('off');
    const field = page.getByRole('textbox', { name: 'Say something' });
    await field.press('Enter');
    expect(await calls(page)).toEqual([]);
    await field.fill('  Dinner is ready  ');
    await field.press('Enter');
    expect(await calls(page)).toEqual([['streaming_avatar', 'speak', { text: 'Dinner is ready' }, TARGET]]);
    await expect.poll(() => field.inputValue()).toBe('');
    await tiles(page, (all) => {
      all.failing = true;
    });
    await field.fill('Again');
    await button(page, 'Send').click();
    await expect.poll(() => field.getAttribute('aria-invalid')).toBe('true');
    expect(await field.inputValue()).toBe('Again');
  });

  it('speak the language of the user, and load nothing of the card', async () => {
    const page = await open();
    await tiles(page, (all) => {
      all.show('idle', 'de-CH');
    });
    await button(page, 'Beenden').waitFor();
    await page.getByPlaceholder('Etwas sagen lassen').waitFor();
    const loaded = await page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name));
    expect(loaded.filter((name) => name.includes('/www/') && name.includes('avatar-view'))).toEqual([]);
  });
});
