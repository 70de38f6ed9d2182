/**
 * Draws sheets of faces, the same to the last pixel every time: a clock that only goes when told, seeded chance, no
 * fonts. For the comparison with the committed pictures, for docs/images, and to look at while drawing.
 */
import { type Emotion, Face, type FaceOptions, type FacePose, LOOKS } from '../../src/face/face';
import { loadLook } from '../../src/face/looks';
import type { MouthShape } from '../../src/lipsync/mouth';
import { MOUTHS } from '../../src/lipsync/visemes';
import { SteppedClock } from '../unit/face-clock';

export const EMOTIONS: readonly Emotion[] = ['friendly', 'excited', 'serious', 'soothing', 'broadcaster'];
export const POSES: readonly FacePose[] = ['idle', 'listening', 'thinking', 'speaking', 'error', 'sleep'];
const THEMES = {
  light: { primary: '#009ac7', background: '#ffffff', text: '#141414', dark: false },
  dark: { primary: '#009ac7', background: '#1c1c1c', text: '#e1e1e1', dark: true },
};
export type ThemeName = keyof typeof THEMES;
const THEME_NAMES = Object.keys(THEMES) as ThemeName[];
const COLORS = [
  { skin: 'porcelain', hair: 'red', outfit: 'forest', accent: 'orange' },
  { skin: 'medium', hair: 'chestnut', outfit: 'charcoal', accent: 'green' },
  { skin: 'olive', hair: 'black', outfit: 'sand', accent: 'violet' },
  { skin: 'brown', hair: 'silver', outfit: 'burgundy', accent: 'blue' },
  { skin: 'deep', hair: 'black', outfit: 'teal', accent: 'pink' },
];
const ACCENTS = ['blue', 'violet', 'green', 'orange', 'pink'];
/** Of 255. */
const SAME_WITHIN = 24;

export interface Cell extends Partial<Omit<FaceOptions, 'theme'>> {
  theme?: ThemeName;
  pose?: FacePose;
  mouth?: MouthShape;
  gaze?: readonly [number, number];
  /** How long it has been so. */
  ms?: number;
}

/** One face on a canvas of its own. */
function drawCell(cell: Cell, width: number, height: number): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.style.cssText = `position:absolute;left:0;top:0;width:${String(width)}px;height:${String(height)}px`;
  document.body.append(canvas);
  const clock = new SteppedClock();
  const { theme = 'light', pose, mouth, gaze, ms = 1500, ...rest } = cell;
  const face = new Face(
    canvas,
    { look: 'mira', colors: {}, emotion: 'friendly', motion: 'full', theme: THEMES[theme], ...rest },
    clock,
  );
  if (pose) face.setPose(pose);
  if (mouth) face.setMouth({ shape: () => mouth, loudness: () => 0.5 });
  if (gaze) face.lookAt(...gaze);
  clock.run(ms);
  face.destroy();
  canvas.remove();
  return canvas;
}

export function drawSheet(rows: readonly (readonly Cell[])[], width: number, height: number): HTMLCanvasElement {
  const sheet = document.createElement('canvas');
  sheet.width = Math.max(...rows.map((row) => row.length)) * width;
  sheet.height = rows.length * height;
  const pen = sheet.getContext('2d');
  if (!pen) throw new Error('No canvas here');
  for (const [y, row] of rows.entries()) {
    for (const [x, cell] of row.entries()) {
      pen.fillStyle = THEMES[cell.theme ?? 'light'].background;
      pen.fillRect(x * width, y * height, width, height);
      pen.drawImage(drawCell(cell, width, height), x * width, y * height);
    }
  }
  return sheet;
}

/** Every mouth in every emotion, and every pose. */
export function everyFace(look: string, theme: ThemeName): Cell[][] {
  const mouths = EMOTIONS.map((emotion) => Object.values(MOUTHS).map((mouth) => ({ look, theme, emotion, mouth })));
  const poses: Cell[] = POSES.map((pose) => ({ look, theme, pose }));
  const others: Cell[] = EMOTIONS.map((emotion) => ({ look, theme, emotion }));
  return [...mouths, [...poses, ...others]];
}

/** The mouths of each look, as docs/face.md shows them. */
export function mouths(): Cell[][] {
  return LOOKS.flatMap((look) => {
    const row = Object.values(MOUTHS).map((mouth) => ({ look, mouth }));
    return [row.slice(0, 8), row.slice(8)];
  });
}

/** Emotions, poses and colours of each look. */
export function showcase(theme: ThemeName): Cell[][] {
  const emotions = LOOKS.map((look) => EMOTIONS.map((emotion) => ({ look, theme, emotion })));
  const poses = LOOKS.map((look) => POSES.slice(1).map((pose) => ({ look, theme, pose, ms: 2600 })));
  return [
    ...emotions,
    ...poses,
    COLORS.map((colors) => ({ theme, colors })),
    ACCENTS.map((accent) => ({ look: 'nova', theme, colors: { accent } })),
  ];
}

/** Of the cell that differs most from the picture at `url`: the share of pixels that are not (nearly) the same. */
export async function difference(drawn: HTMLCanvasElement, url: string, cell: number): Promise<number> {
  const image = new Image();
  image.src = url;
  await image.decode();
  const { width, height } = drawn;
  if (image.width !== width || image.height !== height) return 1;
  const other = document.createElement('canvas');
  other.width = width;
  other.height = height;
  const [ours, theirs] = [drawn, other].map((canvas) => canvas.getContext('2d', { willReadFrequently: true }));
  if (!ours || !theirs) return 1;
  theirs.drawImage(image, 0, 0);
  let most = 0;
  for (let y = 0; y < height; y += cell) {
    for (let x = 0; x < width; x += cell) {
      const a = ours.getImageData(x, y, cell, cell).data;
      const b = theirs.getImageData(x, y, cell, cell).data;
      most = Math.max(most, differentPixels(a, b) / cell ** 2);
    }
  }
  return most;
}

function differentPixels(a: Uint8ClampedArray, b: Uint8ClampedArray): number {
  let different = 0;
  for (let i = 0; i < a.length; i += 4) {
    const away = [0, 1, 2, 3].map((part) => Math.abs((a[i + part] ?? 0) - (b[i + part] ?? 0)));
    // Edges are softened a little differently by different builds of a browser.
    if (Math.max(...away) > SAME_WITHIN) different++;
  }
  return different;
}

const faces = { LOOKS, THEME_NAMES, MOUTHS, EMOTIONS, POSES, drawSheet, everyFace, mouths, showcase, difference };

declare global {
  interface Window {
    faces: typeof faces;
  }
}
void Promise.all(LOOKS.map(loadLook)).then(() => {
  window.faces = faces;
});
