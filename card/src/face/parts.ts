/** What looks draw with: plain shapes, the mouth, and the signs around a head. */
import { alpha } from './colors';
import { clamp, type FaceParameters } from './parameters';
import type { Layer, Pen } from './surface';

export const TAU = 2 * Math.PI;
export const SIDES = [-1, 1] as const;

export type Stop = readonly [at: number, color: string];

function stops(gradient: CanvasGradient, list: readonly Stop[]): CanvasGradient {
  for (const [at, color] of list) gradient.addColorStop(at, color);
  return gradient;
}

/** From top to bottom, or between two points. */
export const linear = (
  pen: Pen,
  [x0, y0, x1, y1]: readonly [number, number, number, number],
  ...list: Stop[]
): CanvasGradient => stops(pen.createLinearGradient(x0, y0, x1, y1), list);

/** A light at x, y that reaches `radius` around `cx`, `cy`. */
export const radial = (
  pen: Pen,
  [x, y, inner, cx, cy, radius]: readonly [number, number, number, number, number, number],
  ...list: Stop[]
): CanvasGradient => stops(pen.createRadialGradient(x, y, inner, cx, cy, radius), list);

export function ellipse(pen: Pen, x: number, y: number, rx: number, ry: number, turn = 0): void {
  pen.beginPath();
  pen.ellipse(x, y, Math.max(0, rx), Math.max(0, ry), turn, 0, TAU);
}

/** Around the middle, `x` to either side and `y` up and down. Old web views have no `roundRect`. */
export function roundBox(pen: Pen, x: number, y: number, radius: number): void {
  const r = Math.min(radius, x, y);
  pen.beginPath();
  pen.moveTo(0, -y);
  pen.arcTo(x, -y, x, y, r);
  pen.arcTo(x, y, -x, y, r);
  pen.arcTo(-x, y, -x, -y, r);
  pen.arcTo(-x, -y, x, -y, r);
  pen.closePath();
}

/**
 * A soft spot, or from `inner` of its size on a soft ring; made once: shadows and glows cost too much in every picture.
 */
export function glow(color: string, rx: number, ry: number, strength: number, inner = 0): Layer {
  return {
    box: { x: -rx, y: -ry, width: 2 * rx, height: 2 * ry },
    draw: (pen) => {
      pen.scale(rx, ry);
      pen.fillStyle = radial(
        pen,
        [0, 0, inner, 0, 0, 1],
        [0, alpha(color, strength)],
        [0.35, alpha(color, strength * 0.56)],
        [0.7, alpha(color, strength * 0.16)],
        [1, alpha(color, 0)],
      );
      pen.fillRect(-1, -1, 2, 2);
    },
  };
}

/** The opening of a mouth around its middle, and how thick its lips are. */
export interface MouthForm {
  width: number;
  height: number;
  /** Of the corners. */
  corner: number;
  upper: number;
  lower: number;
  upperLip: number;
  lowerLip: number;
}

export function mouthForm(face: Readonly<FaceParameters>, width: number, height: number, lip: number): MouthForm {
  const { open, wide, press, teeth, smile } = face;
  const round = Math.max(0, -wide);
  const spread = Math.max(0, wide);
  // Teeth need a gap to be seen through.
  const gap = open * (1 - 0.12 * spread + 0.1 * round) + 0.1 * teeth * (1 - press) * (1 - Math.min(1, open * 2));
  const h = height * Math.max(0, gap);
  const calm = 1 - 0.35 * Math.min(1, open);
  const grin = smile * (1 - 0.7 * round);
  return {
    width: width * (1 + 0.24 * spread - 0.47 * round + 0.17 * Math.max(0, grin) - 0.06 * open) * (1 - 0.1 * press),
    height: h,
    corner: -grin * 0.38 * height * calm + 0.2 * h,
    upper: -0.34 * h + (grin > 0 ? 0.07 * calm : 0.03) * height * grin,
    lower: 0.66 * h + 0.18 * height * grin * (1 - 0.6 * Math.min(1, open)),
    upperLip: lip * (0.72 + 0.2 * round - 0.38 * press - 0.1 * spread - 0.1 * Math.min(1, open)),
    lowerLip: lip * (1 + 0.12 * round - 0.5 * press - 0.12 * spread),
  };
}

/** Adds the way from the left corner over the upper (lower) edge to the right one, or back. */
export function mouthEdge(pen: Pen, { width, height, corner }: MouthForm, y: number, back = false): void {
  const s = back ? -width : width;
  // A tall mouth is rounder.
  const bend = 0.84 + 0.1 * Math.min(1, height / width);
  const side = corner + 0.62 * (y - corner);
  pen.bezierCurveTo(-bend * s, side, -0.42 * s, y, 0, y);
  pen.bezierCurveTo(0.42 * s, y, bend * s, side, s, corner);
}

export function mouthOpening(pen: Pen, form: MouthForm): void {
  pen.beginPath();
  pen.moveTo(-form.width, form.corner);
  mouthEdge(pen, form, form.upper);
  mouthEdge(pen, form, form.lower, true);
  pen.closePath();
}

/** Teeth and tongue, inside the opening and nowhere else. */
export function mouthInside(
  pen: Pen,
  form: MouthForm,
  { teeth, tongue }: Readonly<FaceParameters>,
  colors: { mouth: string; teeth: string; tongue: string },
): void {
  const { width, height, upper, lower } = form;
  pen.save();
  mouthOpening(pen, form);
  pen.fillStyle = colors.mouth;
  pen.fill();
  pen.clip();
  const raised = height * (0.2 + 0.42 * tongue);
  pen.fillStyle = colors.tongue;
  ellipse(pen, 0, lower + 0.28 * height - 0.28 * raised, width * (0.6 - 0.08 * tongue), raised);
  pen.fill();
  if (teeth > 0.03) {
    const shown = Math.min(0.62 * height, 0.24 * width + 0.1 * height) * clamp(teeth * 1.15, 0, 1);
    pen.fillStyle = colors.teeth;
    pen.beginPath();
    pen.moveTo(-width, form.corner - 0.5 * height);
    pen.lineTo(-0.86 * width, upper + 0.7 * shown);
    pen.quadraticCurveTo(0, upper + 1.25 * shown, 0.86 * width, upper + 0.7 * shown);
    pen.lineTo(width, form.corner - 0.5 * height);
    pen.lineTo(width, upper - 30);
    pen.lineTo(-width, upper - 30);
    pen.fill();
  }
  pen.restore();
}

/** Three dots on their way around a head; `front` are those before it. */
export function thinkingDots(pen: Pen, face: Readonly<FaceParameters>, color: string, y: number, front: boolean): void {
  if (face.think < 0.02) return;
  pen.fillStyle = color;
  for (const index of [0, 1, 2]) {
    const turn = face.turn - index * 0.62;
    const depth = Math.sin(turn);
    if (depth > 0 !== front) continue;
    pen.globalAlpha = face.think * (0.74 + 0.26 * depth);
    ellipse(pen, 76 * Math.cos(turn), y + 13 * depth, 6.5 + 2 * depth, 6.5 + 2 * depth);
    pen.fill();
  }
  pen.globalAlpha = 1;
}
