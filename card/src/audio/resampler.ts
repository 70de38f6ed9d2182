/**
 * From one sample rate to another, as the sound arrives. The context could resample each buffer itself, but does so
 * without knowing its neighbours, which leaves a tick at every border; here the result does not depend on the cuts.
 */

/** Zero crossings of the low pass on each side: what is folded back lies 60 dB and more below. */
const CROSSINGS = 16;
/** Rates without a common measure are rounded to this many places between two samples. */
const PHASES = 1024;
/** Share of the band that passes; the rest is the slope of the filter. */
const PASS = 0.9;
const BETA = 7;

export class Resampler {
  /** `up` samples come out for `down` that go in. */
  private readonly _up: number;
  private readonly _down: number;
  /** Input samples that an output sample sees on each side. */
  private readonly _reach: number;
  private readonly _filters: Float32Array[];
  private _input: Float32Array[];
  /** Of the next output sample in `_input`: the sample before it, and how far after that, in parts of `up`. */
  private _at: number;
  private _phase = 0;

  constructor(from: number, to: number, channels: number) {
    const common = greatestCommon(from, to);
    this._up = to / common;
    this._down = from / common;
    const cutoff = PASS * Math.min(1, to / from);
    this._reach = Math.ceil(CROSSINGS / cutoff);
    this._filters = filters(Math.min(this._up, PHASES), this._reach, cutoff);
    // Silence lies before the first sample.
    this._at = this._reach - 1;
    this._input = Array.from({ length: channels }, () => new Float32Array(this._reach - 1));
  }

  push(channels: readonly Float32Array[]): Float32Array[] {
    this._input = this._input.map((before, i) => joined(before, channels[i] ?? new Float32Array(0)));
    const ready = this._input[0]?.length ?? 0;
    const { _up: up, _down: down, _reach: reach } = this;
    // The output sample n lies at n * down / up; the last one still sees `reach` samples after it.
    const count = Math.max(0, Math.ceil(((ready - reach - this._at) * up - this._phase) / down));
    const output = this._input.map((input) => this._filter(input, count));
    const passed = this._phase + count * down;
    this._phase = passed % up;
    const next = this._at + Math.floor(passed / up);
    const first = next - reach + 1;
    this._input = this._input.map((input) => input.slice(first));
    this._at = next - first;
    return output;
  }

  /** The last samples, which waited for what follows them: silence. */
  finish(): Float32Array[] {
    return this.push(this._input.map(() => new Float32Array(this._reach)));
  }

  private _filter(input: Float32Array, count: number): Float32Array {
    const { _up: up, _down: down, _reach: reach, _filters: all } = this;
    const output = new Float32Array(count);
    let at = this._at;
    let phase = this._phase;
    for (let n = 0; n < count; n++) {
      const filter = all[Math.floor((phase * all.length) / up)] as Float32Array;
      const first = at - reach + 1;
      let sum = 0;
      for (let tap = 0; tap < 2 * reach; tap++) sum += (input[first + tap] as number) * (filter[tap] as number);
      output[n] = sum;
      phase += down;
      at += Math.floor(phase / up);
      phase %= up;
    }
    return output;
  }
}

/** For each place between two samples the weights of the samples around it: a sinc under a Kaiser window. */
function filters(phases: number, reach: number, cutoff: number): Float32Array[] {
  return Array.from({ length: phases }, (_, phase) => {
    const weights = Array.from({ length: 2 * reach }, (_unused, tap) => {
      const distance = tap - reach + 1 - phase / phases;
      const window = bessel(BETA * Math.sqrt(Math.max(0, 1 - (distance / reach) ** 2)));
      const angle = Math.PI * cutoff * distance;
      return window * (angle === 0 ? 1 : Math.sin(angle) / angle);
    });
    const sum = weights.reduce((total, weight) => total + weight);
    return Float32Array.from(weights, (weight) => weight / sum);
  });
}

/** Modified Bessel function of the first kind, order 0. */
function bessel(x: number): number {
  let term = 1;
  let sum = 1;
  for (let k = 1; term > 1e-9 * sum; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

function greatestCommon(a: number, b: number): number {
  return b === 0 ? a : greatestCommon(b, a % b);
}

function joined(first: Float32Array, second: Float32Array): Float32Array {
  const both = new Float32Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
