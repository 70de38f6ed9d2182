/** What `scripts/bench lipsync` measures: ours, loudness alone and wawa-lipsync on the same sentences. */
import { ANTICIPATION_SECONDS, LipSync } from '../../src/lipsync/lip-sync';
import { MOUTHS } from '../../src/lipsync/visemes';
import { VisemeReader } from '../../src/lipsync/viseme-reader';
import {
  RATE,
  ROWS_PER_SECOND,
  SENTENCES,
  blended,
  groupOf,
  likeliestGroup,
  readLips,
  readLoudness,
  score,
  type Marks,
  type Sentence,
  type Track,
} from './lipsync-measures';
import { readWithWawa } from './wawa-reader';

/** Sound comes in parts of that length, and is played as soon as so much of it is there. */
const PART_SECONDS = 0.05;
const LEAD_SECONDS = 0.15;
/** What the card reads in one go. */
const SLICE_SECONDS = 0.5;
const ROUNDS = 5;
const FRAMES_PER_SECOND = 60;

export interface Line extends Marks {
  method: string;
}

export interface Speed {
  /** Seconds of sound that are read and drawn in a second, at 60 frames a second. */
  realTime: number;
  /** Milliseconds that half a second of sound keeps the page busy at most. */
  slice: number;
}

export function marks(): Line[] {
  return [
    line('ours, whole', (sentence) => readLips(sentence)),
    line('ours, streamed at twice its speed', (sentence) => streamed(sentence, 2)),
    line('ours, streamed as it is spoken', (sentence) => streamed(sentence, 1)),
    line('loudness alone', readLoudness),
    wawa(),
  ];
}

function line(method: string, read: (sentence: Sentence) => Track): Line {
  return { method, ...score(SENTENCES.map(read)) };
}

/** What is seen at each moment, of a sound that comes that many times as fast as it is played. */
function streamed({ samples, truth }: Sentence, pace: number): Track {
  const reader = new VisemeReader(RATE);
  const lips = new LipSync(RATE);
  const part = PART_SECONDS * RATE;
  let at = 0;
  const receive = (end: number): void => {
    for (; at < samples.length && at + part <= end; at += part) {
      const piece = samples.subarray(at, at + part);
      lips.push(piece);
      reader.push(piece);
    }
    if (at < samples.length) return;
    lips.finish();
    reader.finish();
  };
  const rows = truth.map((_, row) => {
    const now = row / ROWS_PER_SECOND;
    // Whoever asks for a shape asks ahead of what is heard.
    receive((LEAD_SECONDS + (now - ANTICIPATION_SECONDS) * pace) * RATE);
    return { open: lips.shapeAt(now - ANTICIPATION_SECONDS).open, group: likeliestGroup(reader.visemes(row)) };
  });
  return { open: rows.map(({ open }) => open), group: rows.map(({ group }) => group) };
}

/** Its shapes are marked as if they came in time: generous, because in truth they are late. */
function wawa(): Line {
  const tracks = SENTENCES.map(({ samples, truth }) => {
    const moments = truth.map((_, row) => row / ROWS_PER_SECOND);
    const visemes = readWithWawa(samples, RATE, moments);
    return { open: blended(visemes.map((viseme) => MOUTHS[viseme].open)), group: visemes.map(groupOf) };
  });
  const { jaw, lag } = score(tracks);
  const rows = (lag * ROWS_PER_SECOND) / 1000;
  const inTime = tracks.map(({ open, group }) => ({
    open,
    group: group.map((_, row) => group[Math.min(group.length - 1, Math.max(0, row + rows))] ?? 'closed'),
  }));
  return { method: 'wawa-lipsync 0.0.2', shapes: score(inTime).shapes, jaw, lag };
}

/**
 * Over all sentences; the best of some rounds, because the first ones are slower. `spent` tells the milliseconds that
 * this process has had of a processor: other programs are not our doing.
 */
export function speed(spent: () => number): Speed {
  const slice = SLICE_SECONDS * RATE;
  const seconds = SENTENCES.reduce((sum, { samples }) => sum + samples.length / RATE, 0);
  const rounds = Array.from({ length: ROUNDS }, () => {
    let longest = 0;
    const start = spent();
    for (const { samples } of SENTENCES) {
      const lips = new LipSync(RATE);
      for (let at = 0; at < samples.length; at += slice) {
        const before = spent();
        lips.push(samples.subarray(at, at + slice));
        longest = Math.max(longest, spent() - before);
      }
      lips.finish();
      for (let frame = 0; frame < (samples.length / RATE) * FRAMES_PER_SECOND; frame++) {
        lips.shapeAt(frame / FRAMES_PER_SECOND);
      }
    }
    return { realTime: (1000 * seconds) / (spent() - start), slice: longest };
  });
  return {
    realTime: Math.max(...rounds.map(({ realTime }) => realTime)),
    slice: Math.min(...rounds.map((round) => round.slice)),
  };
}
