/** What a look draws from: every number of the rig, mostly -1 to 1 or 0 to 1. */
import type { MouthShape } from '../lipsync/mouth';

export interface FaceParameters extends MouthShape {
  /** -1 sad to 1 beaming. */
  smile: number;
  /** Inner ends of the brows: -1 stern to 1 worried. */
  browIn: number;
  /** -1 lowered to 1 raised brows. */
  browOut: number;
  /** 0 closed, 1 open, more is wide open. */
  eyeL: number;
  eyeR: number;
  /** Where the eyes look: right and down are positive. */
  gx: number;
  gy: number;
  /** Turned to the right, nodding down, leaning to the right. */
  yaw: number;
  pitch: number;
  roll: number;
  blush: number;
  /** -1 breathed out to 1 breathed in. */
  breath: number;
  /** How much of the listening ring shows. */
  halo: number;
  /** How much of the thinking dots shows, and how far round they are (radians). */
  think: number;
  turn: number;
  /** 0 awake to 1 asleep. */
  sleep: number;
}

const REST =
  'open wide press teeth tongue smile browIn browOut gx gy yaw pitch roll blush breath halo think turn sleep';

/** Each of `names` as zero. */
export const zeros = <K extends string>(names: string): Record<K, number> =>
  Object.fromEntries(names.split(' ').map((name) => [name, 0])) as Record<K, number>;

export const neutral = (): FaceParameters => ({ ...zeros<keyof FaceParameters>(REST), eyeL: 1, eyeR: 1 });

export const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));
export const mix = (from: number, to: number, share: number): number => from + (to - from) * share;
