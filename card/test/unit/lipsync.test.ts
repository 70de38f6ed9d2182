import { describe, expect, it } from 'vitest';
import golden from '../../../training/lipsync/golden.json';
import { LipSync } from '../../src/lipsync/lip-sync';
import { Mfcc, RATE } from '../../src/lipsync/mfcc';
import { CLOSED_MOUTH, type MouthShape } from '../../src/lipsync/mouth';
import { VisemeReader } from '../../src/lipsync/viseme-reader';
import { SENTENCES } from './lipsync-measures';

const SPEECH = (SENTENCES[0] as (typeof SENTENCES)[number]).samples;
const SECONDS = SPEECH.length / RATE;
/** Samples between two looks at the mouth: 2 ms. */
const STEP = 32;

function tone(hertz: number, rate: number, seconds: number, amplitude = 0.5): Float32Array {
  return Float32Array.from(
    { length: rate * seconds },
    (_, i) => amplitude * Math.sin((2 * Math.PI * hertz * i) / rate),
  );
}

function pushed(samples: Float32Array, chunk = samples.length, rate = RATE): LipSync {
  const lips = new LipSync(rate);
  for (let at = 0; at < samples.length; at += chunk) lips.push(samples.subarray(at, at + chunk));
  return lips;
}

function finished(samples: Float32Array, chunk = samples.length, rate = RATE): LipSync {
  const lips = pushed(samples, chunk, rate);
  lips.finish();
  return lips;
}

function shapes(lips: LipSync, until: number): MouthShape[] {
  return Array.from({ length: Math.floor(until * 60) }, (_, frame) => lips.shapeAt(frame / 60));
}

describe('what is seen of a sound', () => {
  const sound = Float32Array.from(
    { length: 640 },
    (_, n) =>
      0.5 * Math.sin((2 * Math.PI * 220 * n) / RATE) + (0.2 * Math.sin((2 * Math.PI * 1900 * n) / RATE) * n) / 640,
  );

  it.each([640, 1, 333])('is what the training saw of it, in parts of %i samples', (chunk) => {
    const rows: Float32Array[] = [];
    const mfcc = new Mfcc();
    for (let at = 0; at < sound.length; at += chunk) mfcc.push(sound.subarray(at, at + chunk), (row) => rows.push(row));
    mfcc.finish((row) => rows.push(row));

    expect(rows).toHaveLength(golden.rows.length);
    golden.rows.flat().forEach((value, i) => {
      expect(rows[Math.floor(i / 13)]?.[i % 13]).toBeCloseTo(value, 2);
    });
  });
});

describe('the mouth', () => {
  it('opens and closes while somebody speaks', () => {
    const open = shapes(finished(SPEECH), SECONDS).map((shape) => shape.open);
    expect(Math.max(...open)).toBeGreaterThan(0.6);
    expect(Math.min(...open)).toBeLessThan(0.05);
  });

  it.each([
    ['silence', new Float32Array(RATE)],
    ['what is hardly there', tone(220, RATE, 1, 1e-4)],
  ])('stays closed in %s', (_, samples) => {
    for (const shape of shapes(finished(samples), 1)) expect(shape.open).toBeLessThan(0.05);
  });

  it('stays within its limits', () => {
    for (const { open, wide, press, teeth, tongue } of shapes(finished(SPEECH), SECONDS)) {
      for (const part of [open, press, teeth, tongue]) {
        expect(part).toBeGreaterThanOrEqual(0);
        expect(part).toBeLessThanOrEqual(1 + 1e-6);
      }
      expect(Math.abs(wide)).toBeLessThanOrEqual(1 + 1e-6);
    }
  });

  it('closes where nothing is known: before, after, and ahead of what has arrived', () => {
    const lips = pushed(SPEECH.subarray(0, RATE));
    expect(lips.shapeAt(-1)).toEqual(CLOSED_MOUTH);
    expect(lips.shapeAt(lips.analysed + 0.5)).toEqual(CLOSED_MOUTH);
    expect(finished(SPEECH).shapeAt(SECONDS + 1)).toEqual(CLOSED_MOUTH);
    expect(new LipSync(RATE).shapeAt(0)).toEqual(CLOSED_MOUTH);
  });

  it('gets there without a jump', () => {
    const lips = pushed(SPEECH.subarray(0, RATE));
    const open = Array.from({ length: 600 }, (_, i) => lips.shapeAt(lips.analysed - 0.3 + i / 1000).open);
    expect(open[open.length - 1]).toBe(0);
    open.slice(1).forEach((value, i) => {
      expect(Math.abs(value - (open[i] as number))).toBeLessThan(0.12);
    });
  });

  it('keeps lips together for 60 ms around m, b and p', () => {
    const closures = SENTENCES.slice(0, 6).flatMap(({ samples }) => {
      const lips = finished(samples);
      const press = Array.from(
        { length: (samples.length + 0.2 * RATE) / STEP },
        (_, i) => lips.shapeAt((i * STEP) / RATE - 0.1).press,
      );
      return runs(press, 0.5).filter((run) => Math.max(...run) > 0.95);
    });
    expect(closures.length).toBeGreaterThan(2);
    expect(Math.min(...closures.map((run) => run.length * STEP))).toBeGreaterThanOrEqual(0.06 * RATE);
  }, 30_000);
});

/** What stays at or above a level, piece by piece. */
function runs(values: number[], level: number): number[][] {
  const found: number[][] = [[]];
  for (const value of values) {
    if (value >= level) found[found.length - 1]?.push(value);
    else if (found[found.length - 1]?.length) found.push([]);
  }
  return found;
}

describe('sound that arrives', () => {
  it.each([1, 777, 8000])('in parts of %i samples gives the same mouth in the end', (chunk) => {
    const samples = chunk === 1 ? SPEECH.subarray(0, RATE / 2) : SPEECH;
    const seconds = samples.length / RATE;
    expect(shapes(finished(samples, chunk), seconds)).toEqual(shapes(finished(samples), seconds));
  });

  it('gives the same mouth on the way, too', () => {
    const half = SPEECH.subarray(0, 1.5 * RATE);
    expect(shapes(pushed(half, 501), 1.5)).toEqual(shapes(pushed(half), 1.5));
  });

  it('is read at once, but for the little that the network looks ahead', () => {
    const lips = new LipSync(RATE);
    for (let at = 0; at < RATE; at += RATE / 20) {
      lips.push(SPEECH.subarray(at, at + RATE / 20));
      expect(lips.analysed).toBeGreaterThan((at + RATE / 20) / RATE - 0.1);
    }
  });

  it.each([8000, 22_050, 24_000, 44_100, 48_000])('at %i samples a second is read whole', (rate) => {
    const lips = finished(tone(300, rate, 1), 1000, rate);
    expect(lips.analysed).toBeCloseTo(1, 1);
    expect(lips.loudnessAt(0.5)).toBeGreaterThan(0.9);
  });
});

describe('a higher rate', () => {
  function heard(hertz: number, rate: number): number {
    const reader = new VisemeReader(rate);
    reader.push(tone(hertz, rate, 1));
    reader.finish();
    return reader.loudness(50);
  }

  it.each([
    [44_100, 9000],
    [44_100, 14_000],
    [48_000, 9000],
    [48_000, 15_500],
    [48_000, 20_000],
  ])('of %i samples a second does not fold %i Hz into the speech, by 60 dB', (rate, hertz) => {
    expect(heard(hertz, rate)).toBeLessThan(heard(1000, rate) / 1000);
  });

  it('keeps what speech has', () => {
    expect(heard(5000, 48_000)).toBeCloseTo(heard(1000, 48_000), 2);
  });
});

describe('loudness', () => {
  it('is nothing in silence and most at the loudest sound', () => {
    const samples = new Float32Array(2 * RATE);
    samples.set(tone(200, RATE, 0.5), RATE);
    const lips = finished(samples);
    expect(lips.loudnessAt(0.5)).toBe(0);
    expect(lips.loudnessAt(1.25)).toBeGreaterThan(0.95);
    expect(lips.loudnessAt(1.9)).toBe(0);
  });

  it('does not make speech of noise', () => {
    expect(finished(tone(200, RATE, 1, 1e-4)).loudnessAt(0.5)).toBe(0);
  });
});
