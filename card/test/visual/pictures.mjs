/**
 * Draws the sheets of all faces: every look x emotion x mouth, and every pose, light and dark.
 * Usage: node test/visual/pictures.mjs [baselines|docs]: writes the pictures that tests compare with, or those of docs/.
 */
import { Buffer } from 'node:buffer';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { launchBrowser } from '../../scripts/browser.mjs';
import { serve } from '../../scripts/serve.mjs';

const here = dirname(fileURLToPath(import.meta.url));
export const BASELINES = join(here, 'baselines');
const DOCS = join(here, '../../../docs/images');
export const LOOKS = ['mira', 'nova'];
export const THEMES = ['light', 'dark'];
export const CELL = 88;

/** A page that can draw sheets. */
export async function openStudio() {
  const server = await serve({ visual: 'test/visual/sheet.ts' });
  const browser = await launchBrowser();
  const page = await browser.newPage({ deviceScaleFactor: 1 });
  await page.goto(`${server.url}/test/visual/sheet.html`);
  await page.waitForFunction(() => 'faces' in window);
  return {
    page,
    close: async () => {
      await browser.close();
      server.stop();
    },
  };
}

const bytes = (dataUrl) => Buffer.from(dataUrl.slice(dataUrl.indexOf(',') + 1), 'base64');

async function writeBaselines(page) {
  await mkdir(BASELINES, { recursive: true });
  for (const look of LOOKS) {
    for (const theme of THEMES) {
      const picture = await page.evaluate(
        ([name, light, size]) => window.faces.drawSheet(window.faces.everyFace(name, light), size, size).toDataURL(),
        [look, theme, CELL],
      );
      await writeFile(join(BASELINES, `${look}-${theme}.png`), bytes(picture));
    }
  }
}

async function writeDocs(page) {
  // With their soft light these would be a megabyte each as PNG.
  const pictures = await page.evaluate(() => {
    const { drawSheet, showcase, THEME_NAMES } = window.faces;
    return THEME_NAMES.map((theme) => [theme, drawSheet(showcase(theme), 200, 200).toDataURL('image/webp', 0.9)]);
  });
  for (const [theme, picture] of pictures) await writeFile(join(DOCS, `face-${theme}.webp`), bytes(picture));
  const sheet = await page.evaluate(() => window.faces.drawSheet(window.faces.mouths(), 120, 120).toDataURL());
  await writeFile(join(DOCS, 'face-sheet.png'), bytes(sheet));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const studio = await openStudio();
  try {
    await (process.argv[2] === 'docs' ? writeDocs : writeBaselines)(studio.page);
  } finally {
    await studio.close();
  }
}
