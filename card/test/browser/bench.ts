import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect } from 'vitest';
import { findBrowser, launchBrowser } from '../../scripts/browser.mjs';
import { serve } from '../../scripts/serve.mjs';
import type {} from './page';

if (findBrowser() === undefined) {
  const hint = 'No Chromium found: install it (apt-get install chromium) or set CHROMIUM to its path.';
  if (process.env['CI'] === 'true') throw new Error(hint);
  process.stderr.write(`Browser tests skipped. ${hint}\n`);
}

export const describeInBrowser = findBrowser() === undefined ? describe.skip : describe;

export interface Bench {
  browser: Browser;
  url: string;
  /** A fresh page, with its own storage. Whatever goes wrong in it fails the test. */
  open: (path?: string, before?: (page: Page) => Promise<unknown>) => Promise<Page>;
  /** Errors that a test expects. */
  expectErrors: (pattern: RegExp) => void;
}

/** `host`: another name for this machine; with the right flag it is no secure origin. */
export function useBrowser(flags: string[] = [], host = '127.0.0.1'): Bench {
  const bench = { errors: [] as string[], expected: undefined as RegExp | undefined } as Bench & {
    errors: string[];
    expected: RegExp | undefined;
  };
  let stop: () => void;

  beforeAll(async () => {
    const server = await serve({ page: 'test/browser/page.ts' });
    bench.url = server.url.replace('127.0.0.1', host);
    stop = server.stop;
    bench.browser = await launchBrowser(flags);
  });
  afterAll(async () => {
    await bench.browser.close();
    stop();
  });
  afterEach(async () => {
    const unexpected = bench.errors.filter((error) => !bench.expected?.test(error));
    bench.errors = [];
    bench.expected = undefined;
    await Promise.all(bench.browser.contexts().map((context) => context.close()));
    expect(unexpected).toEqual([]);
  });

  bench.expectErrors = (pattern): void => {
    bench.expected = pattern;
  };
  bench.open = async (path = '/test.html', before): Promise<Page> => {
    const context = await bench.browser.newContext({ viewport: { width: 800, height: 600 } });
    const page = await context.newPage();
    page.setDefaultTimeout(15_000);
    page.on('pageerror', (error) => bench.errors.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') bench.errors.push(message.text());
    });
    await before?.(page);
    await page.goto(bench.url + path);
    // Asking a page from outside counts as a user's gesture, and then sound is no longer blocked.
    if (!path.includes('?')) await page.waitForFunction(() => 'bench' in window);
    return page;
  };
  return bench;
}
