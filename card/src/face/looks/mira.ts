/** Mira: an illustrated presenter, head and shoulders. */
import { blend } from '../colors';
import { glow, mouthForm, mouthInside, SIDES, thinkingDots } from '../parts';
import type { Look, PaintedLook } from './look';
import { palette } from './mira-colors';
import { brow, EYE, eye, lips, nose } from './mira-features';
import { backHair, body, frontHair, head, iris } from './mira-layers';

const MOUTH_Y = 53;

export const mira: Look = {
  id: 'mira',
  paint(chosen, theme): PaintedLook {
    const colors = palette(chosen, theme);
    const layers = {
      halo: glow(colors.accent, 178, 178, 0.7, 0.55),
      back: backHair(colors),
      body: body(colors),
      head: head(colors),
      front: frontHair(colors),
      iris: iris(colors),
      blush: glow(blend(colors.lips, '#ff6a60', 0.55), 30, 21, 0.54),
    };
    const inside = { mouth: '#4a0f1e', teeth: '#fffaf6', tongue: '#d9677a' };
    return (moment) => {
      const { pen, face, layer } = moment;
      const { yaw, pitch, roll, breath } = face;
      const x = 16 * yaw;
      const y = 9 * pitch;
      pen.save();
      if (face.halo > 0.01) {
        pen.globalAlpha = face.halo;
        pen.translate(0, -20);
        layer('halo', layers.halo);
        pen.translate(0, 20);
        pen.globalAlpha = 1;
      }
      thinkingDots(pen, face, colors.accent, -150, false);
      pen.save();
      pen.translate(-0.35 * x, -0.3 * y - 0.8 * breath);
      pen.rotate(0.05 * roll);
      layer('back', layers.back);
      pen.restore();
      pen.save();
      pen.translate(0, -2.2 * breath);
      layer('body', layers.body);
      pen.restore();

      pen.save();
      pen.translate(0, 74 - 1.4 * breath);
      pen.rotate(0.1 * roll);
      pen.translate(0.3 * x, -74 + 0.3 * y);
      layer('head', layers.head);
      pen.save();
      pen.translate(0.7 * x, 0.7 * y);
      for (const side of SIDES) {
        pen.save();
        pen.translate(side * 48, 26);
        pen.globalAlpha = face.blush;
        layer('blush', layers.blush);
        pen.restore();
        pen.save();
        // The side that turns away gets narrower.
        pen.translate(side * EYE.x, EYE.y);
        pen.scale(side * (1 - 0.1 * Math.max(0, side * yaw)), 1);
        eye(moment, colors, layers.iris, side);
        pen.fillStyle = blend(colors.hair, colors.hairDark, 0.45);
        brow(pen, face);
        pen.restore();
      }
      nose(pen, colors, yaw);
      pen.translate(0.15 * x, MOUTH_Y);
      const form = mouthForm(face, 26, 35, 8);
      lips(pen, form, colors);
      if (form.height > 2) mouthInside(pen, form, face, inside);
      pen.restore();
      pen.translate(0.25 * x, 0.2 * y);
      layer('front', layers.front);
      pen.restore();
      thinkingDots(pen, face, colors.accent, -150, true);
      pen.restore();
    };
  },
};
