/** Sounds to play in the tests, and what a page really gives to its loudspeaker. */
import type { Page } from 'playwright-core';

const RATE = 22_050;
const VOICE_HZ = 120;
/** Centre and width in Hz of what makes a vowel an "ah". */
const FORMANTS = [
  [730, 90],
  [1090, 110],
  [2440, 160],
] as const;

/** A spoken "ah" of that many seconds: pulses of the voice through the resonances of an open mouth. */
function ah(seconds: number): Float32Array {
  const samples = Float32Array.from({ length: Math.round(seconds * RATE) }, (_, i) =>
    i % Math.round(RATE / VOICE_HZ) === 0 ? 1 : 0,
  );
  for (const [centre, width] of FORMANTS) resonate(samples, centre, width);
  const peak = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
  return samples.map((sample) => (0.5 * sample) / peak);
}

function resonate(samples: Float32Array, centre: number, width: number): void {
  const decay = Math.exp((-Math.PI * width) / RATE);
  const turn = 2 * decay * Math.cos((2 * Math.PI * centre) / RATE);
  let [before, last] = [0, 0];
  samples.forEach((sample, i) => {
    const now = (1 - decay) * sample + turn * last - decay * decay * before;
    [before, last] = [last, now];
    samples[i] = now;
  });
}

/** A WAV file: seconds of "ah" and of silence in turn. */
export function wav(...seconds: number[]): Buffer {
  const parts = seconds.map((length, i) => (i % 2 === 0 ? ah(length) : new Float32Array(Math.round(length * RATE))));
  const samples = parts.flatMap((part) => [...part]);
  const file = Buffer.alloc(44 + 2 * samples.length);
  file.write('RIFF', 0);
  file.writeUInt32LE(file.length - 8, 4);
  file.write('WAVEfmt ', 8);
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(1, 22);
  file.writeUInt32LE(RATE, 24);
  file.writeUInt32LE(2 * RATE, 28);
  file.writeUInt16LE(2, 32);
  file.writeUInt16LE(16, 34);
  file.write('data', 36);
  file.writeUInt32LE(2 * samples.length, 40);
  samples.forEach((sample, i) => file.writeInt16LE(Math.round(32_767 * sample), 44 + 2 * i));
  return file;
}

declare global {
  interface Window {
    /** Root mean square of what the loudspeaker gets just now. */
    loudness: () => number;
    /** Of each context that has a way to the loudspeaker. */
    contexts: () => AudioContextState[];
  }
}

/** Listens in at every way to the loudspeaker. */
function tapLoudspeaker(): void {
  const taps = new Map<BaseAudioContext, AnalyserNode>();
  const connect = AudioNode.prototype.connect as (this: AudioNode, ...to: unknown[]) => AudioNode;
  AudioNode.prototype.connect = function (this: AudioNode, ...to: unknown[]): AudioNode {
    if (to[0] instanceof AudioDestinationNode) {
      const tap = taps.get(this.context) ?? this.context.createAnalyser();
      taps.set(this.context, tap);
      connect.call(this, tap);
    }
    return connect.call(this, ...to);
  };
  window.contexts = (): AudioContextState[] => [...taps.keys()].map(({ state }) => state);
  window.loudness = (): number => {
    let sum = 0;
    for (const [context, tap] of taps) {
      if (context.state !== 'running') continue;
      const samples = new Float32Array(tap.fftSize);
      tap.getFloatTimeDomainData(samples);
      sum += samples.reduce((total, sample) => total + sample * sample, 0) / samples.length;
    }
    return Math.sqrt(sum);
  };
}

export async function listenIn(page: Page, files: Record<string, Buffer>): Promise<void> {
  await page.addInitScript(tapLoudspeaker);
  for (const [name, body] of Object.entries(files)) {
    await page.route(`**/${name}`, (route) => route.fulfill({ body, contentType: 'audio/x-wav' }));
  }
}
