import { expect, it } from 'vitest';
import { hex, luminance, rgb } from '../../src/card/theme-colors';

it.each([
  ['rgb(0, 154, 199)', '#009ac7'],
  ['rgba(255, 255, 255, 0.5)', '#ffffff'],
  ['color(srgb 0 0.6 0.78 / 0.5)', '#0099c7'],
])('reads %s', (computed, expected) => {
  expect(hex(rgb(computed))).toBe(expected);
});

it('weighs colours as the eye does', () => {
  expect(luminance([255, 255, 255])).toBeCloseTo(1);
  expect(luminance([28, 28, 28])).toBeLessThan(0.2);
  expect(luminance([0, 255, 0])).toBeGreaterThan(luminance([0, 0, 255]));
});
