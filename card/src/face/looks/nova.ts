/** Nova: a glossy robot in the colour of the theme, with a face of light behind a dark visor. */
import { ACCENTS, alpha, blend, brightness, darker, lighter } from '../colors';
import type { FaceParameters } from '../parameters';
import {
  ellipse,
  glow,
  linear,
  mouthForm,
  mouthInside,
  mouthOpening,
  radial,
  roundBox,
  SIDES,
  thinkingDots,
} from '../parts';
import type { Layer, Pen } from '../surface';
import type { Look, LookTheme, Moment, PaintedLook } from './look';

const RADIUS = 138;
const EYES = { x: 47, y: -20, width: 31, height: 29 };

interface Palette {
  body: string;
  light: string;
  deep: string;
  /** Its face of light. */
  glow: string;
  core: string;
  visor: string;
  mouth: string;
  rim: number;
  shadow: string;
}

function palette(accent: string, { dark }: LookTheme): Palette {
  // A theme may be nearly black or white; a ball of it must still have a light and a dark side.
  const bright = brightness(accent);
  const body = bright < 0.16 ? lighter(accent, 0.28) : bright > 0.82 ? darker(accent, 0.3) : accent;
  const glow = blend(lighter(body, 0.62), '#7ff0ff', 0.45);
  return {
    body,
    light: lighter(body, 0.62),
    deep: blend(body, '#140a3c', 0.6),
    glow,
    core: lighter(glow, 0.72),
    visor: blend(body, '#070816', 0.88),
    mouth: blend(body, '#04040c', 0.93),
    rim: dark ? 0.7 : 0.45,
    shadow: dark ? '#000000' : blend(body, '#10122c', 0.7),
  };
}

const ball = (pen: Pen): void => {
  ellipse(pen, 0, 0, RADIUS + 3, RADIUS);
};

function shell({ body, light, deep, rim }: Palette): Layer {
  return {
    box: { x: -172, y: -172, width: 344, height: 344 },
    draw: (pen) => {
      // A breath of light around it.
      pen.fillStyle = radial(
        pen,
        [0, 0, RADIUS - 4, 0, 0, 172],
        [0, alpha(body, 0.22)],
        [0.4, alpha(body, 0.07)],
        [1, alpha(body, 0)],
      );
      pen.fillRect(-172, -172, 344, 344);
      ball(pen);
      pen.fillStyle = radial(
        pen,
        [-46, -74, 6, -8, -4, 152],
        [0, light],
        [0.34, blend(light, body, 0.6)],
        [0.62, body],
        [1, deep],
      );
      pen.fill();
      // Light that the ground throws back, and the rims.
      pen.fillStyle = radial(pen, [14, 128, 4, 10, 118, 112], [0, alpha(lighter(body, 0.4), 0.6)], [1, alpha(body, 0)]);
      pen.fill();
      pen.lineWidth = 5;
      pen.strokeStyle = linear(
        pen,
        [-100, -120, 110, 130],
        [0, alpha('#ffffff', 0.5)],
        [0.3, alpha('#ffffff', 0)],
        [0.62, alpha('#ffffff', 0)],
        [1, alpha(light, rim)],
      );
      ellipse(pen, 0, 0, RADIUS + 0.5, RADIUS - 2.5);
      pen.stroke();
      pen.fillStyle = linear(pen, [-60, -128, -40, -84], [0, alpha('#ffffff', 0.85)], [1, alpha('#ffffff', 0.05)]);
      ellipse(pen, -50, -105, 46, 15, -0.4);
      pen.fill();
    },
  };
}

function visorPath(pen: Pen, grow: number): void {
  const [w, top, bottom] = [106 + grow, -80 - grow, 88 + grow];
  pen.beginPath();
  pen.moveTo(-w, -4);
  pen.bezierCurveTo(-w, -66, -62, top, 0, top);
  pen.bezierCurveTo(62, top, w, -66, w, -4);
  pen.bezierCurveTo(w, 66, 58, bottom, 0, bottom);
  pen.bezierCurveTo(-58, bottom, -w, 66, -w, -4);
  pen.closePath();
}

function visor({ visor, body, deep, light }: Palette): Layer {
  return {
    box: { x: -116, y: -92, width: 232, height: 192 },
    draw: (pen) => {
      visorPath(pen, 7);
      pen.fillStyle = linear(pen, [0, -88, 0, 96], [0, deep], [0.5, blend(deep, body, 0.5)], [1, light]);
      pen.fill();
      visorPath(pen, 2.5);
      pen.fillStyle = darker(visor, 0.5);
      pen.fill();
      visorPath(pen, 0);
      pen.fillStyle = radial(
        pen,
        [0, 40, 10, 0, 10, 130],
        [0, blend(visor, body, 0.3)],
        [0.6, visor],
        [1, darker(visor, 0.35)],
      );
      pen.fill();
      pen.save();
      pen.clip();
      pen.fillStyle = linear(pen, [-40, -84, 10, 10], [0, alpha('#ffffff', 0.26)], [1, alpha('#ffffff', 0.02)]);
      pen.beginPath();
      pen.moveTo(-120, -100);
      pen.lineTo(90, -100);
      pen.bezierCurveTo(60, -44, -40, -34, -112, -8);
      pen.fill();
      pen.restore();
    },
  };
}

function ear({ body, light, deep }: Palette): Layer {
  return {
    box: { x: -22, y: -42, width: 44, height: 84 },
    draw: (pen) => {
      roundBox(pen, 18, 38, 18);
      pen.fillStyle = linear(pen, [0, -38, 0, 38], [0, light], [0.35, body], [1, deep]);
      pen.fill();
    },
  };
}

function eye(pen: Pen, { core, glow }: Palette, face: Readonly<FaceParameters>, side: number): void {
  const open = side < 0 ? face.eyeL : face.eyeR;
  const happy = Math.max(0, face.smile - 0.5);
  const height = Math.max(3.2, EYES.height * open * (1 - 0.25 * happy));
  const { width } = EYES;
  pen.fillStyle = linear(pen, [0, -height, 0, height], [0, core], [1, glow]);
  if (open < 0.12) {
    // Closed eyes are calm arcs.
    pen.strokeStyle = glow;
    pen.lineWidth = 6;
    pen.beginPath();
    pen.moveTo(-0.56 * width, -1);
    pen.quadraticCurveTo(0, 9, 0.56 * width, -1);
    pen.stroke();
    return;
  }
  roundBox(pen, width / 2, height, width / 2);
  pen.fill();
  if (open < 0.4) return;
  pen.fillStyle = '#ffffff';
  ellipse(pen, -4 + 2 * face.gx, -0.45 * height, 5, 6);
  pen.fill();
}

function brow(pen: Pen, face: Readonly<FaceParameters>, side: number): void {
  const y = EYES.y - 38 - 9 * face.browOut;
  pen.beginPath();
  pen.moveTo(side * (EYES.x - 17), y + 3 - 9 * face.browIn);
  pen.quadraticCurveTo(side * (EYES.x + 1), y - 5 - 2 * face.browOut, side * (EYES.x + 18), y + 4 + 2 * face.browIn);
  pen.stroke();
}

function features(moment: Moment, colors: Palette, glow: Layer, blush: Layer): void {
  const { pen, face, layer } = moment;
  const lit = 1 - 0.45 * face.sleep;
  for (const side of SIDES) {
    // The side that turns away gets narrower.
    const x = side * EYES.x * (1 - 0.12 * Math.max(0, side * face.yaw)) + 7 * face.gx;
    pen.save();
    pen.translate(x, EYES.y + 6 * face.gy);
    pen.globalAlpha = lit * (0.35 + 0.65 * Math.min(1, side < 0 ? face.eyeL : face.eyeR));
    layer('glow', glow);
    pen.globalAlpha = lit;
    eye(pen, colors, face, side);
    pen.restore();
    if (face.blush > 0.02) {
      pen.save();
      pen.globalAlpha = 0.75 * face.blush;
      pen.translate(side * 70, 24);
      layer('blush', blush);
      pen.restore();
    }
    pen.globalAlpha = 0.85 * lit;
    pen.strokeStyle = colors.glow;
    pen.lineWidth = 5.5;
    brow(pen, face, side);
  }
  pen.globalAlpha = lit;
  pen.translate(0, 39);
  const form = mouthForm(face, 35, 47, 7);
  pen.save();
  pen.scale((form.width + 18) / 46, (form.height + 26) / 92);
  pen.translate(0, 6);
  pen.globalAlpha = 0.6 * lit;
  layer('glow', glow);
  pen.restore();
  pen.globalAlpha = lit;
  pen.strokeStyle = linear(pen, [0, form.upper - 4, 0, form.lower + 6], [0, colors.core], [1, colors.glow]);
  pen.lineWidth = 0.55 * (form.upperLip + form.lowerLip) - 0.5;
  if (form.height > 2) {
    mouthInside(pen, form, face, { mouth: colors.mouth, teeth: lighter(colors.glow, 0.55), tongue: '#ff7a9c' });
    mouthOpening(pen, form);
  } else {
    pen.beginPath();
    pen.moveTo(-form.width, form.corner);
    pen.quadraticCurveTo(0, 2 * form.lower - form.corner, form.width, form.corner);
  }
  pen.stroke();
  pen.globalAlpha = 1;
}

export const nova: Look = {
  id: 'nova',
  paint(chosen, theme): PaintedLook {
    const colors = palette(ACCENTS[chosen['accent'] ?? ''] ?? theme.primary, theme);
    const layers = {
      shadow: glow(colors.shadow, 118, 17, theme.dark ? 0.75 : 0.5),
      aura: glow(colors.body, 196, 196, 1, 0.66),
      shell: shell(colors),
      visor: visor(colors),
      ear: ear(colors),
      glow: glow(colors.glow, 46, 46, 0.55),
      blush: glow('#ff6f9f', 26, 17, 0.6),
    };
    return (moment) => {
      const { pen, face, layer } = moment;
      const { yaw, pitch, breath } = face;
      const float = -3.5 * breath + 8 * face.sleep;
      pen.lineCap = pen.lineJoin = 'round';
      pen.save();
      pen.translate(0, 180);
      pen.scale(1 + 0.02 * breath, 1);
      layer('shadow', layers.shadow);
      pen.restore();
      pen.translate(0, 8 + float);
      if (face.halo > 0.01) {
        pen.globalAlpha = 0.87 * face.halo;
        layer('aura', layers.aura);
        pen.globalAlpha = 1;
      }
      thinkingDots(pen, face, theme.dark ? colors.glow : colors.body, -148, false);
      pen.save();
      pen.rotate(0.12 * face.roll);
      for (const side of SIDES) {
        pen.save();
        pen.translate(side * (RADIUS + 2) - 6 * yaw, 4 - 3 * pitch);
        layer('ear', layers.ear);
        pen.restore();
      }
      layer('shell', layers.shell);
      pen.translate(11 * yaw, 8 * pitch + 4);
      layer('visor', layers.visor);
      pen.translate(10 * yaw, 8 * pitch);
      features(moment, colors, layers.glow, layers.blush);
      pen.restore();
      thinkingDots(pen, face, theme.dark ? colors.glow : colors.body, -148, true);
    };
  },
};
