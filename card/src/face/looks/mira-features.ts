/** The parts of Mira that move: eyes, brows, nose, lips. */
import { alpha, blend, lighter } from '../colors';
import { type FaceParameters, mix } from '../parameters';
import { ellipse, linear, mouthEdge, type MouthForm, radial } from '../parts';
import type { Layer, Pen } from '../surface';
import type { Moment } from './look';
import type { Palette } from './mira-colors';
import { fill, strand } from './mira-layers';

export const EYE = { x: 33, y: -10, width: 19.5, up: 18, down: 10 };

/** Drawn as the right eye; the left one is its mirror image. */
export function eye({ pen, face, layer }: Moment, colors: Palette, irisLayer: Layer, side: number): void {
  const open = Math.min(1.16, side < 0 ? face.eyeL : face.eyeR);
  const { width: w, up, down } = EYE;
  const low = down - 4.5 * Math.max(0, face.smile - 0.35) * Math.min(1, open);
  const top = mix(low + 3, -up, open);
  const upper = (y: number, wing = 0): void => {
    pen.bezierCurveTo(-0.55 * w, y, 0.4 * w, y - 1.5, w + wing, -1 - wing * 0.8);
  };
  pen.lineCap = 'round';
  if (open > 0.06) {
    pen.save();
    pen.beginPath();
    pen.moveTo(-w, 3);
    upper(top);
    pen.bezierCurveTo(0.62 * w, low, -0.5 * w, low + 1.5, -w, 3);
    pen.fillStyle = '#fdfaf8';
    pen.fill();
    pen.clip();
    const x = side * 6.4 * face.gx;
    const y = 4.6 * face.gy - 1.6;
    pen.translate(x, y);
    layer('iris', irisLayer);
    // The window stays on its side in both eyes.
    pen.fillStyle = '#ffffff';
    ellipse(pen, side * -3.8, -4.2, 3.3, 3.5);
    pen.fill();
    pen.globalAlpha = 0.55;
    ellipse(pen, side * 3.8, 4.2, 1.8, 1.8);
    pen.fill();
    pen.globalAlpha = 1;
    pen.translate(-x, -y);
    // The shadow of the lid.
    pen.strokeStyle = alpha('#3a2230', 0.24);
    pen.lineWidth = 7;
    pen.beginPath();
    pen.moveTo(-w, 3);
    upper(top + 1);
    pen.stroke();
    pen.restore();
  }
  // The lid's edge with its lashes: fine at the nose, strong outside.
  const wing = mix(1.2, 5, Math.min(1, open));
  pen.fillStyle = colors.lash;
  pen.beginPath();
  pen.moveTo(-w - 0.5, 3.6);
  pen.bezierCurveTo(
    -0.6 * w,
    top - 4.4,
    0.45 * w,
    top - 6.4,
    w + wing,
    -1 - wing * mix(-0.35, 0.95, Math.min(1, open)),
  );
  pen.bezierCurveTo(w + 1, 0.5, w, 0.5, w - 1, 0.6);
  pen.bezierCurveTo(0.4 * w, top + 0.4, -0.5 * w, top + 0.2, -w - 0.5, 3.6);
  pen.fill();
  pen.strokeStyle = alpha(colors.skinShade, mix(0.14, 0.75, Math.min(1, open)));
  pen.lineWidth = 1.8;
  // The fold above, and the rim below.
  pen.beginPath();
  pen.moveTo(-0.78 * w, mix(-1, -5, open));
  pen.bezierCurveTo(-0.4 * w, -up - mix(-7, 2, open), 0.4 * w, -up - mix(-5, 3.4, open), w + 1, mix(-2, -8, open));
  pen.stroke();
  pen.strokeStyle = alpha(colors.lash, 0.34);
  pen.lineWidth = 1.4;
  if (open > 0.25) {
    pen.beginPath();
    pen.moveTo(0.86 * w, 2.6);
    pen.bezierCurveTo(0.5 * w, low - 0.2, -0.3 * w, low + 1.2, -0.66 * w, 5);
    pen.stroke();
  }
}

export function brow(pen: Pen, face: Readonly<FaceParameters>): void {
  const { browIn, browOut } = face;
  const y = -29 - 7 * browOut;
  const inner = y + 4 - 8 * browIn;
  pen.beginPath();
  pen.moveTo(-17, inner + 3.2);
  pen.bezierCurveTo(-18.5, inner, -17, inner - 3, -14, inner - 3.4);
  pen.bezierCurveTo(-4, y - 5.5 - 1.5 * browIn, 10, y - 7.5 - 2.4 * browOut, 23, y + 5 + 1.5 * browIn);
  pen.bezierCurveTo(10, y - 2 - 2.4 * browOut, -4, y + 0.5 - 1.5 * browIn, -17, inner + 3.2);
  pen.fill();
}

export function nose(pen: Pen, { skinShade, skinLight }: Palette, yaw: number): void {
  pen.save();
  pen.translate(5 * yaw, 0);
  fill(
    pen,
    'M2-14C4 2 12 14 11.5 22C11 27 4 29 0 28.5Z',
    linear(pen, [-1, 0, 13, 5], [0, alpha(skinShade, 0)], [1, alpha(skinShade, 0.34)]),
  );
  pen.fillStyle = radial(pen, [-1.5, 18, 0, -1.5, 17, 8], [0, alpha(skinLight, 0.9)], [1, alpha(skinLight, 0)]);
  ellipse(pen, -1.5, 17, 6, 8);
  pen.fill();
  strand(pen, 'M-9 25C-8 28-4 27-2.4 28.6C-1 29.6 1 29.6 2.4 28.6C4 27 8 28 9 25', alpha(skinShade, 0.95), 2.2);
  pen.restore();
}

export function lips(pen: Pen, form: MouthForm, { lips, lipsDark, skinShade }: Palette): void {
  const { width: w, corner, upper, lower, upperLip, lowerLip, height } = form;
  const bow = upper - upperLip;
  const base = lower + lowerLip;
  const bend = 0.74 + 0.24 * Math.min(1, height / w);
  /** The edge of the lower lip, which runs out into the corners. */
  const lowerEdge = (y: number): void => {
    pen.bezierCurveTo((bend + 0.1) * w, mix(corner, y, 0.6), 0.5 * w, y, 0, y);
    pen.bezierCurveTo(-0.5 * w, y, -(bend + 0.1) * w, mix(corner, y, 0.6), -w, corner);
  };
  // The upper lip with its bow, the lower one fuller and lighter.
  pen.fillStyle = blend(lips, lipsDark, 0.3);
  pen.beginPath();
  pen.moveTo(-w - 2, corner - 0.6);
  pen.bezierCurveTo(-bend * w, mix(corner, bow, 0.66) - 0.6, -0.4 * w, bow - 1.4, -0.18 * w, bow - 1);
  pen.quadraticCurveTo(0, bow + 0.5 * upperLip, 0.18 * w, bow - 1);
  pen.bezierCurveTo(0.4 * w, bow - 1.4, bend * w, mix(corner, bow, 0.66) - 0.6, w + 2, corner - 0.6);
  lowerEdge(lower + 1);
  pen.fill();
  pen.fillStyle = linear(
    pen,
    [0, lower - 1, 0, base],
    [0, lips],
    [0.5, lighter(lips, 0.12)],
    [1, blend(lips, lipsDark, 0.2)],
  );
  pen.beginPath();
  pen.moveTo(-w, corner);
  mouthEdge(pen, form, lower);
  lowerEdge(base);
  pen.fill();
  pen.fillStyle = alpha('#ffffff', 0.26);
  ellipse(pen, -0.1 * w, lower + 0.46 * lowerLip, 0.3 * w, 0.16 * lowerLip);
  pen.fill();
  pen.strokeStyle = alpha(skinShade, 0.5);
  pen.lineWidth = 2.2;
  pen.beginPath();
  pen.moveTo(-0.3 * w, base + 5);
  pen.quadraticCurveTo(0, base + 7, 0.3 * w, base + 5);
  pen.stroke();
  if (height > 2) return;
  pen.strokeStyle = lipsDark;
  pen.lineWidth = 1.9;
  pen.beginPath();
  pen.moveTo(-w - 1.5, corner - 0.5);
  mouthEdge(pen, { ...form, width: w + 1.5, corner: corner - 0.5 }, mix(upper, lower, 0.5));
  pen.stroke();
}
