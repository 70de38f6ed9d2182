/** The parts of Mira that never change: hair, clothes, head. */
import { alpha, blend, darker, lighter } from '../colors';
import { ellipse, linear, radial, SIDES } from '../parts';
import type { Layer, Pen } from '../surface';
import type { Palette } from './mira-colors';

export function fill(pen: Pen, data: string, style: Pen['fillStyle']): void {
  pen.fillStyle = style;
  pen.fill(new Path2D(data));
}

/** The same on both sides. */
function mirrored(pen: Pen, draw: (side: number) => void): void {
  for (const side of SIDES) {
    pen.save();
    pen.scale(side, 1);
    draw(side);
    pen.restore();
  }
}

export function strand(pen: Pen, data: string, color: Pen['strokeStyle'], width: number): void {
  pen.strokeStyle = color;
  pen.lineWidth = width;
  pen.lineCap = 'round';
  pen.stroke(new Path2D(data));
}

const BACK =
  'M-97-38C-106-158 106-158 97-38C104 26 122 78 112 126C100 152 52 148 40 128L-40 128C-52 148-100 152-112 126C-122 78-104 26-97-38Z';
const TORSO =
  'M-42 116C-62 128-104 138-130 152C-158 168-172 206-178 262L-190 440L190 440L178 262C172 206 158 168 130 152C104 138 62 128 42 116Z';

/** What hangs behind neck and cheeks. */
export function backHair({ hair, hairDark, hairLight, dark }: Palette): Layer {
  return {
    box: { x: -120, y: -132, width: 240, height: 288 },
    draw: (pen) => {
      fill(pen, BACK, linear(pen, [0, -130, 0, 140], [0, hair], [0.45, blend(hair, hairDark, 0.6)], [1, hairDark]));
      // Light from behind, or dark hair would be lost in the dark.
      if (dark) strand(pen, BACK, linear(pen, [0, -10, 0, 60], [0, alpha(hair, 0)], [1, alpha(hairLight, 0.5)]), 2.5);
    },
  };
}

export function body({ cloth, skin, skinLight, skinShade, accent, dark }: Palette): Layer {
  const deep = darker(cloth, 0.42);
  const lit = lighter(cloth, 0.2);
  return {
    box: { x: -196, y: 50, width: 392, height: 392 },
    draw: (pen) => {
      fill(pen, TORSO, linear(pen, [-120, 120, 120, 330], [0, lit], [0.4, cloth], [1, deep]));
      if (dark) strand(pen, TORSO, linear(pen, [0, 120, 0, 260], [0, lit], [1, alpha(cloth, 0)]), 2.5);
      // The blouse.
      fill(
        pen,
        'M-46 118C-40 150-22 190 0 300C22 190 40 150 46 118Z',
        linear(pen, [0, 120, 0, 300], [0, '#fffdfb'], [1, '#e3e3ee']),
      );
      // Neck, and the skin down to the blouse.
      fill(
        pen,
        'M-33 56C-33 84-34 100-42 114C-38 140-20 164 0 176C20 164 38 140 42 114C34 100 33 84 33 56Z',
        linear(
          pen,
          [0, 60, 0, 170],
          [0, skinShade],
          [0.42, blend(skin, skinShade, 0.55)],
          [0.75, skin],
          [1, blend(skinLight, skin, 0.5)],
        ),
      );
      fill(
        pen,
        'M-34 60L-34 96C-22 124 26 128 36 92L34 60Z',
        linear(pen, [0, 74, 0, 128], [0, alpha(skinShade, 0.85)], [1, alpha(skinShade, 0)]),
      );
      strand(pen, 'M-26 134C-18 139-12 143-8 150M26 134C18 139 12 143 8 150', alpha(skinShade, 0.55), 2.2);
      fill(
        pen,
        'M-44 122C-38 146-20 170 0 182C20 170 38 146 44 122C38 152 22 178 0 194C-22 178-38 152-44 122Z',
        alpha('#8a8aa8', 0.28),
      );
      mirrored(pen, (side) => {
        // Lapels, lit from the left.
        const front = side < 0 ? blend(cloth, lit, 0.75) : blend(cloth, lit, 0.25);
        fill(
          pen,
          'M48 114C74 140 90 164 94 196L76 206L90 218C66 262 40 300 4 340L0 300C14 220 34 160 44 116Z',
          alpha(deep, 0.5),
        );
        fill(
          pen,
          'M46 112C70 136 84 160 88 190L70 200L84 211C62 254 36 292 0 334L0 296C14 216 32 158 41 118Z',
          linear(pen, [40, 120, 60, 300], [0, front], [1, blend(front, deep, 0.45)]),
        );
        strand(pen, 'M88 190L70 200L84 211', alpha(deep, 0.7), 1.8);
        strand(pen, 'M41 120C32 160 14 218 1 292', alpha(deep, 0.45), 1.6);
      });
      // A pin in the accent colour.
      pen.fillStyle = darker(accent, 0.25);
      ellipse(pen, -57, 172, 6.4, 6.4);
      pen.fill();
      pen.fillStyle = linear(pen, [-62, 166, -52, 178], [0, lighter(accent, 0.45)], [1, accent]);
      ellipse(pen, -57.4, 171.4, 5.2, 5.2);
      pen.fill();
    },
  };
}

const HEAD =
  'M0-110C50-110 79-74 79-24C79 14 72 44 54 67C40 85 21 99 0 99C-21 99-40 85-54 67C-72 44-79 14-79-24C-79-74-50-110 0-110Z';

export function head({ skin, skinLight, skinShade }: Palette): Layer {
  const shape = new Path2D(HEAD);
  return {
    box: { x: -82, y: -112, width: 164, height: 214 },
    draw: (pen) => {
      pen.fillStyle = radial(
        pen,
        [-20, -26, 10, -4, -10, 128],
        [0, skinLight],
        [0.45, blend(skinLight, skin, 0.55)],
        [0.8, skin],
        [1, blend(skin, skinShade, 0.5)],
      );
      pen.fill(shape);
      pen.save();
      pen.clip(shape);
      // The far side, and what the hair throws.
      pen.fillStyle = linear(pen, [34, 0, 84, 12], [0, alpha(skinShade, 0)], [1, alpha(skinShade, 0.5)]);
      pen.fillRect(20, -110, 70, 220);
      pen.fillStyle = linear(pen, [0, -100, 0, -34], [0, alpha(skinShade, 0.75)], [1, alpha(skinShade, 0)]);
      pen.fillRect(-90, -112, 180, 90);
      pen.fillStyle = linear(pen, [-80, 0, -58, 4], [0, alpha(skinShade, 0.45)], [1, alpha(skinShade, 0)]);
      pen.fillRect(-84, -60, 40, 150);
      pen.fillStyle = radial(
        pen,
        [0, 30, 40, 0, 10, 96],
        [0, alpha(skinShade, 0)],
        [0.78, alpha(skinShade, 0)],
        [1, alpha(skinShade, 0.42)],
      );
      pen.fillRect(-84, 30, 168, 80);
      pen.restore();
    },
  };
}

const SWEEP =
  'M26-128C-4-148-74-143-97-72C-108-40-104 20-108 62C-111 92-112 112-106 128C-96 142-78 138-68 124C-78 98-80 62-77 26C-76 4-77-16-73-38C-70-50-56-54-40-62C-12-76 12-94 26-128Z';
const FALL =
  'M18-128C60-143 103-108 101-44C102 10 108 40 110 72C112 96 112 114 106 128C96 142 78 138 68 124C78 98 80 62 77 26C76-4 76-30 66-54C58-80 44-104 18-128Z';

/** The parting, what falls to both sides of the face, and its strands. */
export function frontHair({ hair, hairLight, hairDark, dark }: Palette): Layer {
  return {
    box: { x: -118, y: -156, width: 236, height: 304 },
    draw: (pen) => {
      fill(
        pen,
        FALL,
        linear(
          pen,
          [-30, -140, 10, 130],
          [0, blend(hair, hairLight, 0.4)],
          [0.4, hair],
          [1, blend(hair, hairDark, 0.6)],
        ),
      );
      pen.fill(new Path2D(SWEEP));
      pen.save();
      pen.clip(new Path2D(SWEEP + FALL));
      // What hangs down begins out of sight.
      const fade = (color: string, strength: number): CanvasGradient =>
        linear(pen, [0, -60, 0, 50], [0, alpha(color, 0)], [1, alpha(color, strength)]);
      mirrored(pen, () => {
        strand(pen, 'M74-60C88 10 88 60 88 150', fade(hairDark, 0.45), 5);
        strand(pen, 'M96-60C98 10 103 70 101 150', fade(hairDark, 0.25), 4);
        strand(pen, 'M78-60C84 10 82 70 84 150M86-90C98-30 92 70 98 150', fade(hairLight, 0.34), 2);
      });
      // The shade under the sweep, and its strands.
      strand(pen, 'M26-128C12-90-14-72-42-59C-68-49-79-30-79 150', alpha(hairDark, 0.42), 7);
      strand(pen, 'M27-128C-14-114-62-92-84-30C-90 10-86 70-90 150', alpha(hairDark, 0.24), 4.5);
      strand(pen, 'M20-132C-16-108-58-86-80-44C-92-10-88 70-94 150', alpha(hairLight, 0.3), 2);
      // The fall goes under it.
      strand(pen, 'M26-130C56-114 72-76 77-30C85 20 84 80 86 150', alpha(hairDark, 0.3), 5);
      // Where the light lies on the round of the head.
      fill(
        pen,
        'M-92-50C-84-104-42-132 10-128C-32-116-66-92-92-50ZM46-119C72-108 92-80 92-34C84-72 68-98 46-119Z',
        alpha(hairLight, 0.4),
      );
      fill(pen, 'M-78-76C-66-106-40-121-10-122C-38-113-60-100-78-76Z', alpha(lighter(hairLight, 0.4), 0.36));
      pen.restore();
      if (dark) strand(pen, 'M-97-72C-74-143-4-148 26-128M22-129C62-141 103-108 101-44', alpha(hairLight, 0.5), 1.6);
    },
  };
}

export function iris({ iris }: Palette): Layer {
  return {
    box: { x: -13, y: -13, width: 26, height: 26 },
    draw: (pen) => {
      pen.fillStyle = radial(
        pen,
        [0, 5, 1, 0, 0, 12],
        [0, lighter(iris, 0.5)],
        [0.55, iris],
        [0.86, darker(iris, 0.45)],
        [1, darker(iris, 0.75)],
      );
      ellipse(pen, 0, 0, 12, 12.4);
      pen.fill();
      pen.fillStyle = '#150c16';
      ellipse(pen, 0, 0, 5.6, 5.9);
      pen.fill();
    },
  };
}
