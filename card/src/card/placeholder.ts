/** A neutral portrait in the colours of the theme, for an avatar that has none. Lazy: most have one, or a face. */
import { placeholderStyles } from './styles-placeholder';

const FACE = 'M200 96c42 0 64 31 64 74 0 50-29 90-64 90s-64-40-64-90c0-43 22-74 64-74Z';
const NECK = 'M166 226v46c0 22 15 36 34 36s34-14 34-36v-46Z';
const SHOULDERS =
  'M40 408c2-66 24-100 74-114 22-6 40-12 54-22 8 20 18 30 32 30s24-10 32-30c14 10 32 16 54 22 50 14 72 48 74 114Z';
const COLLAR = 'M168 272c8 20 18 30 32 30s24-10 32-30l14 10-46 64-46-64Z';
const HAIR =
  'M133 196c-15-34-15-75 7-98 15-21 39-30 65-27 35-3 63 21 67 60 2 22-1 44-6 64-4-27-14-49-34-63-28 16-60 18-84 12-9 15-13 33-15 52Z';

/** Plain text: a template would make this file drag all of Lit into a place of its own. */
export const PLACEHOLDER = `<svg viewBox="0 0 400 400" preserveAspectRatio="xMidYMax meet">
  <style>${placeholderStyles}</style>
  <defs>
    <linearGradient id="cloth" x1="0.3" y1="0" x2="0.6" y2="1">
      <stop offset="0" class="tone-cloth" /><stop offset="1" class="tone-cloth end" />
    </linearGradient>
    <linearGradient id="hair" x1="0.2" y1="0" x2="0.8" y2="1">
      <stop offset="0" class="tone-hair" /><stop offset="1" class="tone-hair end" />
    </linearGradient>
    <clipPath id="in-neck"><path d="${NECK}" /></clipPath>
  </defs>
  <g class="rings"><circle cx="200" cy="180" r="132" /><circle cx="200" cy="180" r="170" /><circle cx="200" cy="180" r="212" /></g>
  <path d="${NECK}" class="ground" /><path d="${NECK}" class="neck" /><path d="${NECK}" class="light" />
  <ellipse cx="200" cy="240" rx="52" ry="34" class="shadow" clip-path="url(#in-neck)" />
  <path d="${SHOULDERS}" class="ground" /><path d="${SHOULDERS}" fill="url(#cloth)" />
  <path d="${COLLAR}" class="collar" />
  <path d="${FACE}" class="ground" /><path d="${FACE}" class="face" /><path d="${FACE}" class="light" />
  <path d="${HAIR}" class="ground" /><path d="${HAIR}" fill="url(#hair)" />
</svg>`;
