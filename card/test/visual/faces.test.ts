import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findBrowser } from '../../scripts/browser.mjs';
import { BASELINES, CELL, LOOKS, openStudio, THEMES } from './pictures.mjs';

/** The share of the pixels of any one face that may differ from the committed picture. */
const TOLERANCE = 0.002;

describe.skipIf(!findBrowser())('the faces look as they did', () => {
  let studio: { page: Page; close: () => Promise<void> };

  beforeAll(async () => {
    studio = await openStudio();
  });
  afterAll(async () => {
    await studio.close();
  });

  const difference = (drawn: string, theme: string, baseline: string): Promise<number> =>
    studio.page.evaluate(
      ([look = '', light = '', url = '', size = '']) => {
        const { drawSheet, everyFace, difference: compare } = window.faces;
        const cell = Number(size);
        return compare(drawSheet(everyFace(look, light as 'light'), cell, cell), url, cell);
      },
      [drawn, theme, baseline, String(CELL)],
    );
  const baseline = async (look: string, theme: string): Promise<string> => {
    const bytes = await readFile(join(BASELINES, `${look}-${theme}.png`));
    return `data:image/png;base64,${bytes.toString('base64')}`;
  };

  it('all of them', async () => {
    expect(await studio.page.evaluate(() => window.faces.LOOKS)).toEqual(LOOKS);
  });

  for (const look of LOOKS) {
    for (const theme of THEMES) {
      it(`${look}, ${theme}: every emotion with every mouth, and every pose`, async () => {
        expect(await difference(look, theme, await baseline(look, theme))).toBeLessThanOrEqual(TOLERANCE);
      });
    }
  }

  it('and one mouth that is another is seen', async () => {
    const other = await studio.page.evaluate((size) => {
      const { drawSheet, everyFace } = window.faces;
      const faces = everyFace('mira', 'light');
      // One mouth of ninety.
      faces[0] = [...(faces[0] ?? []).slice(0, 10), { ...faces[0]?.[11] }, ...(faces[0] ?? []).slice(11)];
      return drawSheet(faces, size, size).toDataURL();
    }, CELL);
    expect(await difference('mira', 'light', other)).toBeGreaterThan(TOLERANCE);
  });
});
