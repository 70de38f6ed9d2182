/**
 * What the network sees of a sound: 13 numbers for each 10 ms, the outline of the loudness over the pitch that is heard
 * (mel-frequency cepstral coefficients). training/lipsync/features.py computes the same.
 */

/** Of the sound that is taken, in Hz. */
export const RATE = 16_000;
/** Samples from one row to the next. */
export const HOP = 160;
export const ROWS_PER_SECOND = RATE / HOP;
export const COEFFICIENTS = 13;

const FRAME = 400;
const SIZE = 512;
const BANDS = 26;
const LOWEST_HZ = 60;
const HIGHEST_HZ = 7600;
const PRE_EMPHASIS = 0.95;
/** Below it lies what 16 bits cannot hold. */
const FLOOR = 1e-5;

interface Band {
  first: number;
  weights: Float32Array;
}

/** Row n describes the sound around its sample 160 n. The rows do not depend on how the sound is cut. */
export class Mfcc {
  /** Half a frame of silence lies before the sound. */
  private _sound = new Float32Array(FRAME / 2);
  private _before = 0;
  private readonly _real = new Float32Array(SIZE);
  private readonly _imaginary = new Float32Array(SIZE);
  private readonly _levels = new Float32Array(BANDS);

  /** The row that is given is a new one. */
  push(samples: Float32Array, take: (row: Float32Array) => void): void {
    const sound = new Float32Array(this._sound.length + samples.length);
    sound.set(this._sound);
    for (let i = 0, at = this._sound.length; i < samples.length; i++, at++) {
      const sample = samples[i] as number;
      sound[at] = sample - PRE_EMPHASIS * this._before;
      this._before = sample;
    }
    let at = 0;
    for (; at + FRAME <= sound.length; at += HOP) take(this._row(sound, at));
    this._sound = sound.slice(at);
  }

  finish(take: (row: Float32Array) => void): void {
    this.push(new Float32Array(FRAME / 2), take);
  }

  private _row(sound: Float32Array, at: number): Float32Array {
    const { _real: real, _imaginary: imaginary, _levels: levels } = this;
    real.fill(0);
    imaginary.fill(0);
    for (let i = 0; i < FRAME; i++) real[REVERSED[i] as number] = (sound[at + i] as number) * (WINDOW[i] as number);
    transform(real, imaginary);
    for (let band = 0; band < BANDS; band++) {
      const { first, weights } = BANK[band] as Band;
      let sum = 0;
      for (let i = 0; i < weights.length; i++) {
        const re = real[first + i] as number;
        const im = imaginary[first + i] as number;
        sum += (re * re + im * im) * (weights[i] as number);
      }
      levels[band] = Math.log(sum + FLOOR);
    }
    const row = new Float32Array(COEFFICIENTS);
    for (let k = 0; k < COEFFICIENTS; k++) {
      let sum = 0;
      for (let band = 0; band < BANDS; band++) sum += (levels[band] as number) * (COSINES[k * BANDS + band] as number);
      row[k] = sum;
    }
    return row;
  }
}

const WINDOW = Float32Array.from({ length: FRAME }, (_, i) => 0.54 - 0.46 * Math.cos((2 * Math.PI * i) / (FRAME - 1)));

const COSINES = Float32Array.from({ length: COEFFICIENTS * BANDS }, (_, i) => {
  const k = Math.floor(i / BANDS);
  const band = i % BANDS;
  return Math.cos((Math.PI * k * (2 * band + 1)) / (2 * BANDS)) * Math.sqrt((k === 0 ? 1 : 2) / BANDS);
});

/** Triangles side by side, equally wide to the ear. */
const BANK: Band[] = Array.from({ length: BANDS }, (_, band) => {
  const [low, middle, high] = [0, 1, 2].map((step) => corner(band + step)) as [number, number, number];
  const bin = RATE / SIZE;
  const first = Math.ceil(low / bin);
  const weights = Float32Array.from({ length: Math.floor(high / bin) - first + 1 }, (_unused, i) => {
    const hertz = (first + i) * bin;
    return Math.max(0, Math.min((hertz - low) / (middle - low), (high - hertz) / (high - middle)));
  });
  return { first, weights };
});

function corner(step: number): number {
  const mel = (hertz: number): number => 2595 * Math.log10(1 + hertz / 700);
  const low = mel(LOWEST_HZ);
  const pitch = low + ((mel(HIGHEST_HZ) - low) * step) / (BANDS + 1);
  return 700 * (10 ** (pitch / 2595) - 1);
}

const REVERSED = Uint16Array.from({ length: SIZE }, (_, i) => {
  let reversed = 0;
  for (let bit = 1; bit < SIZE; bit <<= 1) reversed = (reversed << 1) | (i & bit ? 1 : 0);
  return reversed;
});
const COSINE = Float32Array.from({ length: SIZE / 2 }, (_, i) => Math.cos((2 * Math.PI * i) / SIZE));
const SINE = Float32Array.from({ length: SIZE / 2 }, (_, i) => Math.sin((2 * Math.PI * i) / SIZE));

/** Fourier transform in place, of numbers that stand in bit-reversed order. */
function transform(real: Float32Array, imaginary: Float32Array): void {
  for (let size = 2; size <= SIZE; size <<= 1) {
    const half = size >> 1;
    const step = SIZE / size;
    for (let block = 0; block < SIZE; block += size) {
      for (let i = 0; i < half; i++) {
        const a = block + i;
        const b = a + half;
        const cosine = COSINE[i * step] as number;
        const sine = SINE[i * step] as number;
        const re = (real[b] as number) * cosine + (imaginary[b] as number) * sine;
        const im = (imaginary[b] as number) * cosine - (real[b] as number) * sine;
        real[b] = (real[a] as number) - re;
        imaginary[b] = (imaginary[a] as number) - im;
        real[a] = (real[a] as number) + re;
        imaginary[a] = (imaginary[a] as number) + im;
      }
    }
  }
}
