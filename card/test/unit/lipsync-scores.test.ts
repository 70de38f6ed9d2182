import { expect, it } from 'vitest';
import { SENTENCES, readLips, readLoudness, score } from './lipsync-measures';
it('x', () => {
  for (const chunk of [0, 8000, 777]) console.log(chunk, score(SENTENCES.map((s) => readLips(s, chunk))));
  console.log(score(SENTENCES.map(readLoudness)));
  expect(1).toBe(1);
});
