/** Mouth shapes and the sounds that make them. The names are Oculus', with one more for breath. */
import type { MouthShape } from './mouth';

/** In the order of the network's outputs. */
export const VISEMES = [
  ...(['sil', 'PP', 'FF', 'TH', 'DD', 'kk', 'CH', 'SS'] as const),
  ...(['nn', 'RR', 'aa', 'E', 'I', 'O', 'U', 'hh'] as const),
];
export type Viseme = (typeof VISEMES)[number];

/** Lips closed: m, b, p. */
export const CLOSURE = VISEMES.indexOf('PP');

const shape = (open: number, wide: number, press: number, teeth: number, tongue: number): MouthShape => ({
  open,
  wide,
  press,
  teeth,
  tongue,
});

export const MOUTHS: Readonly<Record<Viseme, Readonly<MouthShape>>> = {
  sil: shape(0, 0, 0, 0, 0),
  PP: shape(0, 0, 1, 0, 0),
  FF: shape(0.1, 0.1, 0.2, 1, 0),
  TH: shape(0.22, 0.1, 0, 0.6, 1),
  DD: shape(0.22, 0.15, 0, 0.6, 0.7),
  kk: shape(0.3, 0.05, 0, 0.4, 0.2),
  CH: shape(0.24, -0.55, 0, 0.8, 0.1),
  SS: shape(0.12, 0.5, 0, 1, 0.1),
  nn: shape(0.2, 0.15, 0, 0.5, 0.8),
  RR: shape(0.25, -0.35, 0, 0.4, 0.4),
  aa: shape(1, 0.05, 0, 0.55, 0.35),
  E: shape(0.62, 0.45, 0, 0.6, 0.3),
  I: shape(0.35, 0.8, 0, 0.8, 0.2),
  O: shape(0.7, -0.65, 0, 0.2, 0.2),
  U: shape(0.32, -1, 0, 0, 0.1),
  hh: shape(0.3, 0.1, 0, 0.4, 0.2),
};
