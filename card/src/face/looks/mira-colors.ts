/** The colours that can be chosen for Mira. */
import { ACCENTS, blend, darker } from '../colors';
import type { LookTheme } from './look';

type Tone = readonly [light: string, base: string, shade: string, lips: string, iris: string];
const SKINS: Readonly<Record<string, Tone>> = {
  porcelain: ['#fff0e6', '#fbdccb', '#e5ad98', '#d97b80', '#5b8db0'],
  light: ['#ffe5d2', '#f8c9a9', '#de9a78', '#cd6468', '#4f8a72'],
  medium: ['#f9d2ae', '#e8b083', '#c17f55', '#b9575a', '#7a5a34'],
  olive: ['#eac79a', '#d2a271', '#a3734a', '#a8545a', '#6c5a30'],
  brown: ['#c98f62', '#a96d44', '#784627', '#8f4144', '#4e2f1c'],
  deep: ['#91603f', '#6d4329', '#442515', '#7c3a40', '#38211a'],
};
const HAIR: Readonly<Record<string, string>> = {
  black: '#2b2730',
  brown: '#583a31',
  chestnut: '#7d4630',
  blonde: '#d3a763',
  red: '#a94a2a',
  silver: '#b3b7c2',
};
const OUTFITS: Readonly<Record<string, string>> = {
  navy: '#34497f',
  teal: '#1f7a7a',
  burgundy: '#86304a',
  forest: '#2f6a4c',
  charcoal: '#474c58',
  sand: '#c9ad84',
};

export interface Palette {
  skin: string;
  skinLight: string;
  skinShade: string;
  lips: string;
  lipsDark: string;
  iris: string;
  hair: string;
  hairLight: string;
  hairDark: string;
  lash: string;
  cloth: string;
  accent: string;
  dark: boolean;
}

export function palette(chosen: Readonly<Record<string, string>>, theme: LookTheme): Palette {
  const pick = <T>(from: Readonly<Record<string, T>>, key: string, fallback: string): T =>
    (from[chosen[key] ?? ''] ?? from[fallback]) as T;
  const [skinLight, skin, skinShade, lips, iris] = pick(SKINS, 'skin', 'light');
  const hair = pick(HAIR, 'hair', 'brown');
  return {
    skin,
    skinLight,
    skinShade,
    lips,
    lipsDark: blend(lips, '#4a1020', 0.42),
    iris,
    hair,
    hairLight: blend(hair, '#ffdcb4', 0.34),
    hairDark: darker(hair, 0.5),
    lash: blend(darker(hair, 0.72), '#1c1018', 0.6),
    cloth: pick(OUTFITS, 'outfit', 'navy'),
    accent: ACCENTS[chosen['accent'] ?? ''] ?? theme.primary,
    dark: theme.dark,
  };
}
