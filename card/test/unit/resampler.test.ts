import { describe, expect, it } from 'vitest';
import { Resampler } from '../../src/audio/resampler';

const sine = (hertz: number, rate: number, seconds: number): Float32Array =>
  Float32Array.from({ length: Math.round(rate * seconds) }, (_, i) => Math.sin((2 * Math.PI * hertz * i) / rate));

/** Resampled in parts of that many samples. */
function resampled(input: Float32Array, from: number, to: number, part = input.length): number[] {
  const resampler = new Resampler(from, to, 1);
  const output: number[] = [];
  for (let at = 0; at < input.length; at += part) {
    output.push(...(resampler.push([input.subarray(at, at + part)])[0] ?? []));
  }
  return [...output, ...(resampler.finish()[0] ?? [])];
}

const loudest = (samples: number[]): number => samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
const decibels = (amplitude: number): number => 20 * Math.log10(amplitude);

describe('another sample rate', () => {
  it.each([
    [22_050, 48_000],
    [16_000, 44_100],
    [24_000, 48_000],
    [48_000, 44_100],
    [96_000, 48_000],
    [8000, 48_000],
    [11_111, 48_000],
  ])('turns a tone of %d Hz into the same tone at %d Hz, at the same time', (from, to) => {
    const output = resampled(sine(440, from, 0.1), from, to);
    const wanted = sine(440, to, 0.1);
    expect(Math.abs(output.length - wanted.length)).toBeLessThanOrEqual(1);
    // The edges are cut off suddenly, which no filter can follow.
    const errors = output.map((sample, i) => sample - (wanted[i] ?? 0)).slice(400, -400);
    expect(errors.length).toBeGreaterThan(3000);
    expect(decibels(loudest(errors))).toBeLessThan(-50);
  });

  it('does not depend on the cuts', () => {
    const input = sine(300, 22_050, 0.1);
    const whole = resampled(input, 22_050, 48_000);
    for (const part of [1, 2, 7, 100, 147, 1000]) expect(resampled(input, 22_050, 48_000, part)).toEqual(whole);
  });

  it('lets nothing through that the new rate cannot hold', () => {
    const output = resampled(sine(30_000, 96_000, 0.1), 96_000, 48_000);
    expect(decibels(loudest(output.slice(200, -200)))).toBeLessThan(-60);
  });

  it('makes no mirror tones above those that were there', () => {
    // A tone of 5 kHz at 16 kHz would be mirrored at 11 kHz.
    const output = resampled(sine(5000, 16_000, 0.2), 16_000, 48_000).slice(600, 8600);
    const sums = output.reduce<[number, number]>(
      ([re, im], sample, i) => {
        const window = 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / 8000);
        const angle = (2 * Math.PI * 11_000 * i) / 48_000;
        return [re + window * sample * Math.cos(angle), im + window * sample * Math.sin(angle)] as [number, number];
      },
      [0, 0],
    );
    expect(decibels(Math.hypot(...sums) / 2000)).toBeLessThan(-60);
  });

  it('keeps the channels apart', () => {
    const resampler = new Resampler(24_000, 48_000, 2);
    const [left, right] = resampler.push([new Float32Array(500).fill(0.5), new Float32Array(500)]);
    expect(left?.[500]).toBeCloseTo(0.5, 3);
    expect(loudest([...(right ?? [])])).toBe(0);
  });
});
