/**
 * wawa-lipsync on a sound, as a page would run it: at each frame it asks an AnalyserNode for the spectrum of what was
 * just heard. Here the node is counted by the rules of the Web Audio specification, and the clock is that of the sound.
 */
import { Lipsync } from 'wawa-lipsync';
import { Resampler } from '../../src/audio/resampler';
import type { Viseme } from '../../src/lipsync/visemes';

/** What most devices play at. */
const PAGE_RATE = 48_000;
const FRAMES_PER_SECOND = 60;

/** The viseme that is shown at each of these seconds. */
export function readWithWawa(samples: Float32Array, rate: number, moments: readonly number[]): Viseme[] {
  const node = new FakeAnalyser(resampled(samples, rate));
  let second = 0;
  const restore = inPage(node, () => 1000 * second);
  try {
    const lips = new Lipsync();
    let frame = 0;
    return moments.map((moment) => {
      for (; frame <= moment * FRAMES_PER_SECOND; frame++) {
        second = frame / FRAMES_PER_SECOND;
        node.heard = Math.round(second * PAGE_RATE);
        lips.processAudio();
      }
      return lips.viseme.replace('viseme_', '') as Viseme;
    });
  } finally {
    restore();
  }
}

class FakeAnalyser {
  fftSize = 2048;
  /** Samples that were heard so far. */
  heard = 0;
  private _smoothed = new Float64Array(0);

  constructor(private readonly _sound: Float32Array) {}

  get frequencyBinCount(): number {
    return this.fftSize / 2;
  }

  getByteFrequencyData(bytes: Uint8Array): void {
    const size = this.fftSize;
    const real = Float64Array.from({ length: size }, (_, i) => {
      const angle = (2 * Math.PI * i) / size;
      const blackman = 0.42 - 0.5 * Math.cos(angle) + 0.08 * Math.cos(2 * angle);
      return blackman * (this._sound[this.heard - size + i] ?? 0);
    });
    const imaginary = new Float64Array(size);
    transform(real, imaginary);
    if (this._smoothed.length === 0) this._smoothed = new Float64Array(bytes.length);
    for (let bin = 0; bin < bytes.length; bin++) {
      const magnitude = Math.hypot(real[bin] as number, imaginary[bin] as number) / size;
      const smoothed = 0.8 * (this._smoothed[bin] as number) + 0.2 * magnitude;
      this._smoothed[bin] = smoothed;
      const decibels = 20 * Math.log10(smoothed);
      bytes[bin] = Math.max(0, Math.min(255, Math.floor((255 / 70) * (decibels + 100))));
    }
  }
}

/** Lets a script find what it expects of a page; returns how to take it away. */
function inPage(analyser: FakeAnalyser, now: () => number): () => void {
  const before = { window: globalThis.window, performance: globalThis.performance };
  class AudioContext {
    readonly sampleRate = PAGE_RATE;
    readonly createAnalyser = (): FakeAnalyser => analyser;
  }
  const put = (values: object): void => {
    for (const [name, value] of Object.entries(values)) {
      Object.defineProperty(globalThis, name, { value: value as unknown, configurable: true, writable: true });
    }
  };
  put({ window: { AudioContext }, performance: { now } });
  return () => {
    put(before);
  };
}

function resampled(samples: Float32Array, rate: number): Float32Array {
  const resampler = new Resampler(rate, PAGE_RATE, 1);
  return Float32Array.from([...(resampler.push([samples])[0] ?? []), ...(resampler.finish()[0] ?? [])]);
}

/** Fourier transform in place: the even and the odd samples first, then both together. */
function transform(real: Float64Array, imaginary: Float64Array): void {
  const size = real.length;
  if (size === 1) return;
  const half = size / 2;
  const every = (values: Float64Array, first: number): Float64Array => values.filter((_, i) => i % 2 === first);
  const [evenReal, evenImaginary, oddReal, oddImaginary] = [
    every(real, 0),
    every(imaginary, 0),
    every(real, 1),
    every(imaginary, 1),
  ] as [Float64Array, Float64Array, Float64Array, Float64Array];
  transform(evenReal, evenImaginary);
  transform(oddReal, oddImaginary);
  for (let i = 0; i < half; i++) {
    const cos = Math.cos((2 * Math.PI * i) / size);
    const sin = Math.sin((2 * Math.PI * i) / size);
    const re = (oddReal[i] as number) * cos + (oddImaginary[i] as number) * sin;
    const im = (oddImaginary[i] as number) * cos - (oddReal[i] as number) * sin;
    real[i] = (evenReal[i] as number) + re;
    imaginary[i] = (evenImaginary[i] as number) + im;
    real[i + half] = (evenReal[i] as number) - re;
    imaginary[i + half] = (evenImaginary[i] as number) - im;
  }
}
