import { beforeAll, describe, expect, it } from 'vitest';
import scores from '../../../training/lipsync/scores.json';
import { readLips, readLoudness, score, SENTENCES, type Marks } from './lipsync-measures';

/** What a change of the code may cost, or what another processor may round differently. */
const TOLERANCE = 0.03;

describe('lip-sync of a voice that the network never heard', () => {
  let ours: Marks;

  beforeAll(() => {
    ours = score(SENTENCES.map((sentence) => readLips(sentence)));
  }, 60_000);

  it('gets the marks that its weights were committed with', () => {
    expect(Math.abs((ours.shapes ?? 0) - scores.shapes)).toBeLessThan(TOLERANCE);
    expect(Math.abs(ours.jaw - scores.jaw)).toBeLessThan(TOLERANCE);
    expect(ours.lag).toBe(scores.lag);
  });

  it('is better than loudness alone', () => {
    expect(ours.jaw).toBeGreaterThan(score(SENTENCES.map(readLoudness)).jaw + 0.05);
  });

  it('is worse for the speech of another sentence: the marks can tell', () => {
    const tracks = SENTENCES.map((sentence, i) => {
      const { open, group } = readLips(SENTENCES[(i + 1) % SENTENCES.length] ?? sentence);
      const { length } = sentence.truth;
      const fill = Array.from({ length }, (_, row) => row % open.length);
      return { open: fill.map((row) => open[row] as number), group: fill.map((row) => (group ?? [])[row] ?? 'closed') };
    });
    const other = score(tracks);
    expect(other.jaw).toBeLessThan(0.3);
    expect(other.shapes).toBeLessThan(0.4);
  });
});
