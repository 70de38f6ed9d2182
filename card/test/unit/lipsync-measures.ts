/**
 * Marks for lip-sync, on sentences of a neural voice that the network never heard (training/lipsync/held_out.json).
 * The benchmark and the training give the same marks with it.
 */
import heldOut from '../../../training/lipsync/held_out.json';
import { ANTICIPATION_SECONDS, LipSync } from '../../src/lipsync/lip-sync';
import { MOUTHS, VISEMES, type Viseme } from '../../src/lipsync/visemes';
import { VisemeReader } from '../../src/lipsync/viseme-reader';

export const ROWS_PER_SECOND = 100;
export const RATE = heldOut.rate;
/** Rows that the truth is blended over, as a mouth blends: 70 ms. */
const BLEND = 7;
/** Rows that a delay is looked for in, to both sides. */
const LONGEST_LAG = 30;

/** Shapes that a viewer tells apart. */
const GROUPS = ['closed', 'teeth', 'mid', 'round', 'wide', 'wide open', 'open'] as const;
type Group = (typeof GROUPS)[number];
const GROUP_OF: Readonly<Record<Viseme, Group>> = {
  ...{ sil: 'closed', PP: 'closed', FF: 'teeth', TH: 'mid', DD: 'mid', kk: 'mid', CH: 'round', SS: 'wide' },
  ...{ nn: 'mid', RR: 'round', aa: 'open', E: 'wide open', I: 'wide', O: 'round', U: 'round', hh: 'mid' },
};

export interface Sentence {
  samples: Float32Array;
  /** At each hundredth of a second. */
  truth: Viseme[];
}

/** What a method saw in one sentence, at each hundredth of a second. */
export interface Track {
  open: number[];
  /** Undefined: the method knows no shapes. */
  group?: Group[];
}

export interface Marks {
  /** Share of speech with the right one of seven shapes. */
  shapes: number | null;
  /** Correlation of the opening with the truth. */
  jaw: number;
  /** Milliseconds by which the opening is late. */
  lag: number;
}

export const SENTENCES: Sentence[] = heldOut.sentences.map(({ ends, visemes, sound }) => {
  const samples = expanded(sound);
  const count = Math.floor((samples.length / RATE) * ROWS_PER_SECOND) + 1;
  const truth = Array.from({ length: count }, (_, row) => {
    const index = ends.findIndex((end) => end > row / ROWS_PER_SECOND);
    return (visemes[index] ?? 'sil') as Viseme;
  });
  return { samples, truth };
});

/** Ours, as the card shows it, but without its head start. `chunk`: samples that arrive together; 0: all at once. */
export function readLips({ samples, truth }: Sentence, chunk = 0): Track {
  const reader = new VisemeReader(RATE);
  const lips = new LipSync(RATE);
  for (let at = 0; at < samples.length; at += chunk || samples.length) {
    const part = samples.subarray(at, at + (chunk || samples.length));
    lips.push(part);
    reader.push(part);
  }
  lips.finish();
  reader.finish();
  return {
    open: truth.map((_, row) => lips.shapeAt(row / ROWS_PER_SECOND - ANTICIPATION_SECONDS).open),
    group: truth.map((_, row) => likeliestGroup(reader.visemes(row))),
  };
}

/** Louder is wider: what a mouth does without knowing anything. */
export function readLoudness({ samples, truth }: Sentence): Track {
  const lips = new LipSync(RATE);
  lips.push(samples);
  lips.finish();
  return { open: truth.map((_, row) => lips.loudnessAt(row / ROWS_PER_SECOND)) };
}

export function groupOf(viseme: Viseme): Group {
  return GROUP_OF[viseme];
}

export function likeliestGroup(visemes: Float32Array | undefined): Group {
  const shares = GROUPS.map((group) =>
    VISEMES.reduce((sum, viseme, i) => sum + (GROUP_OF[viseme] === group ? (visemes?.[i] ?? 0) : 0), 0),
  );
  return GROUPS[shares.indexOf(Math.max(...shares))] ?? 'closed';
}

/** One track for each sentence. */
export function score(tracks: readonly Track[]): Marks {
  const truth = SENTENCES.flatMap((sentence) => blended(sentence.truth.map((viseme) => MOUTHS[viseme].open)));
  const open = tracks.flatMap((track) => track.open);
  const lags = Array.from({ length: 2 * LONGEST_LAG + 1 }, (_, i) => i - LONGEST_LAG);
  const agreements = lags.map((lag) => agreement(open, truth, lag));
  const best = lags[agreements.indexOf(Math.max(...agreements))] as number;
  return {
    shapes: tracks.every(({ group }) => group) ? shapes(tracks) : null,
    jaw: agreement(open, truth, 0),
    lag: (best * 1000) / ROWS_PER_SECOND,
  };
}

function shapes(tracks: readonly Track[]): number {
  let right = 0;
  let all = 0;
  SENTENCES.forEach(({ truth }, sentence) => {
    truth.forEach((viseme, row) => {
      if (viseme === 'sil') return;
      all++;
      if (tracks[sentence]?.group?.[row] === GROUP_OF[viseme]) right++;
    });
  });
  return right / all;
}

/** Pearson's correlation, of what comes `lag` rows later with the truth. */
function agreement(late: readonly number[], truth: readonly number[], lag: number): number {
  const first = Math.max(0, lag);
  const a = late.slice(first, late.length + Math.min(0, lag));
  const b = truth.slice(first - lag, first - lag + a.length);
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  let both = 0;
  let onlyA = 0;
  let onlyB = 0;
  a.forEach((value, i) => {
    const x = value - meanA;
    const y = (b[i] as number) - meanB;
    both += x * y;
    onlyA += x * x;
    onlyB += y * y;
  });
  return both / Math.sqrt(onlyA * onlyB);
}

export function blended(values: readonly number[]): number[] {
  const weights = Array.from({ length: BLEND }, (_, i) => 1 - Math.cos((2 * Math.PI * (i + 1)) / (BLEND + 1)));
  const half = (BLEND - 1) / 2;
  return values.map((_, row) => {
    const near = weights.map((weight, i) => {
      const at = Math.min(values.length - 1, Math.max(0, row + i - half));
      return weight * (values[at] as number);
    });
    return near.reduce((sum, value) => sum + value) / (BLEND + 1);
  });
}

/** From eight bits for each sample, by the mu law of ITU-T G.711. */
function expanded(base64: string): Float32Array {
  return Float32Array.from(atob(base64), (character) => {
    const code = 255 - character.charCodeAt(0);
    const magnitude = ((((code & 15) << 3) + 132) << ((code >> 4) & 7)) - 132;
    return (code & 128 ? -magnitude : magnitude) / 32768;
  });
}
