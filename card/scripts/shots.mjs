/**
 * Takes a picture of every state of the card: light and dark, in three widths.
 * Usage: npm run shots [-- folder [scene...]]
 */
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { launchBrowser } from './browser.mjs';
import { serve } from './serve.mjs';

const SIZES = [
  [200, 248],
  [400, 376],
  [400, 120],
  [220, 120],
  [400, 184],
  [1000, 640],
];
const [folder = 'shots', ...only] = process.argv.slice(2);
const page = await serve({ demo: 'demo/main.ts' });
const browser = await launchBrowser(['--autoplay-policy=no-user-gesture-required']);
try {
  await mkdir(resolve(folder), { recursive: true });
  for (const theme of ['light', 'dark']) {
    for (const [width, height] of SIZES) {
      const tab = await browser.newPage({ viewport: { width: Math.max(1000, width * 5 + 96), height: 900 } });
      tab.on('pageerror', (error) => console.error(error.message));
      await tab.goto(`${page.url}/?theme=${theme}&scene=none`);
      const scenes = only.length > 0 ? only : await tab.evaluate(() => window.demo.scenes);
      for (const scene of scenes) {
        await tab.evaluate(
          ([name, w, h]) => window.demo.show(name, w, h).then(() => undefined),
          [scene, width, height],
        );
      }
      await tab.evaluate(() => window.demo.wake());
      // Fades begin with the next frame, and have ended when nothing moves but what loops.
      await tab.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
      await tab.waitForFunction(() =>
        document
          .getAnimations()
          .every((a) => a.playState === 'finished' || a.effect?.getComputedTiming().iterations === Infinity),
      );
      const cards = await tab.locator('figure').all();
      for (const [index, card] of cards.entries()) {
        await card.screenshot({ path: join(resolve(folder), `${scenes[index]}-${theme}-${width}x${height}.png`) });
      }
      await tab.screenshot({ path: join(resolve(folder), `_sheet-${theme}-${width}x${height}.png`), fullPage: true });
      await tab.close();
    }
  }
} finally {
  await browser.close();
  page.stop();
}
