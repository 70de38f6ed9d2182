/** WAV files for the tests, made by hand. */
export interface WavShape {
  kind?: number;
  bits?: number;
  channels?: number;
  rate?: number;
  /** What the header says; else the truth. */
  size?: number;
  /** Chunks between the header and the sound, and after it. */
  before?: Uint8Array[];
  after?: Uint8Array[];
}

export function bytesOf(...parts: (string | number[] | Uint8Array)[]): Uint8Array<ArrayBuffer> {
  const pieces = parts.map((part) =>
    typeof part === 'string' ? Uint8Array.from(part, (letter) => letter.charCodeAt(0)) : Uint8Array.from(part),
  );
  const all = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

const little = (value: number, bytes: number): number[] =>
  Array.from({ length: bytes }, (_, i) => Math.floor(value / 256 ** i) % 256);

export function chunk(id: string, body: number[] | Uint8Array): Uint8Array {
  return bytesOf(id, little(body.length, 4), body, body.length % 2 ? [0] : []);
}

export function wav(sound: number[] | Uint8Array, shape: WavShape = {}): Uint8Array<ArrayBuffer> {
  const { kind = 1, bits = 16, channels = 1, rate = 16_000, size = sound.length, before = [], after = [] } = shape;
  const frame = (channels * bits) / 8;
  const plain = [...little(channels, 2), ...little(rate, 4), ...little(rate * frame, 4), ...little(frame, 2)];
  const extended = [...little(22, 2), ...little(bits, 2), ...little(0, 4), ...little(1, 2), ...little(0, 14)];
  const format = [...little(kind, 2), ...plain, ...little(bits, 2), ...(kind === 0xfffe ? extended : [])];
  const pad = after.length > 0 && sound.length % 2 ? [0] : [];
  const parts = [chunk('fmt ', format), ...before, bytesOf('data', little(size, 4)), sound, pad, ...after];
  return bytesOf('RIFF', little(0xffffffff, 4), 'WAVE', ...parts);
}

/** 16 bits each. */
export function pcm16(samples: number[]): Uint8Array {
  return new Uint8Array(Int16Array.from(samples, (sample) => Math.round(sample * 0x8000)).buffer);
}
