import { describe, expect, it } from 'vitest';
import { WavError, WavStream } from '../../src/audio/wav-stream';
import { bytesOf, chunk, pcm16, wav } from './wav';

/** What comes out when the file arrives in these parts. */
function read(...parts: Uint8Array[]): { stream: WavStream; channels: number[][] } {
  const stream = new WavStream();
  const channels: number[][] = [];
  for (const part of parts) {
    for (const [i, samples] of (stream.push(part) ?? []).entries()) (channels[i] ??= []).push(...samples);
  }
  return { stream, channels };
}

const SOUND = [0, 0.5, -0.5, 0.25, -1, 0.75];
const LIST = chunk('LIST', bytesOf('INFOISFT', [4, 0, 0, 0], 'Lavf'));
const ODD = chunk('junk', [1, 2, 3]);

describe('a WAV file', () => {
  it('reads the same wherever it is cut', () => {
    const file = wav(pcm16(SOUND), { channels: 2, before: [LIST, ODD], after: [LIST] });
    for (let a = 0; a <= file.length; a++) {
      for (let b = a; b <= file.length; b += 5) {
        const { channels, stream } = read(file.subarray(0, a), file.subarray(a, b), file.subarray(b));
        expect(channels).toEqual([
          [0, -0.5, -1],
          [0.5, 0.25, 0.75],
        ]);
        expect(stream.format).toEqual({ sampleRate: 16_000, channels: 2, frames: 3 });
      }
    }
  });

  it('reads the same byte by byte', () => {
    const file = wav(pcm16(SOUND), { before: [ODD, LIST], rate: 22_050 });
    expect(read(...Array.from(file, (byte) => Uint8Array.of(byte))).channels).toEqual([SOUND]);
  });

  it.each([
    ['8 bits', { bits: 8 }, [0x80, 0xc0, 0x00], [0, 0.5, -1]],
    ['16 bits', { bits: 16 }, [0x00, 0x40, 0x00, 0x80], [0.5, -1]],
    ['24 bits', { bits: 24 }, [0x00, 0x00, 0x40, 0x01, 0x00, 0x80], [0.5, -1 + 2 ** -23]],
    ['32 bits', { bits: 32 }, [0, 0, 0, 0x40, 0, 0, 0, 0x80], [0.5, -1]],
    ['an extensible header', { bits: 16, kind: 0xfffe }, [0x00, 0x40], [0.5]],
    ['floats', { bits: 32, kind: 3 }, new Uint8Array(Float32Array.of(0.5, -0.25, NaN).buffer), [0.5, -0.25, 0]],
    ['long floats', { bits: 64, kind: 3 }, new Uint8Array(Float64Array.of(0.5, -0.25).buffer), [0.5, -0.25]],
  ])('has %s', (_, shape, sound, samples) => {
    expect(read(wav(sound, shape)).channels).toEqual([samples]);
  });

  it.each([0, 0xffffffff, 0x7fffffff, 0x7fffffff - 36, 4])('goes on to its end when its length says %d', (size) => {
    const { channels, stream } = read(wav(pcm16(SOUND), { size }));
    expect(channels).toEqual([SOUND]);
    expect(stream.format?.frames).toBeNull();
  });

  it('may end before its length', () => {
    const { channels, stream } = read(wav(pcm16(SOUND), { size: 1000 }));
    expect(channels).toEqual([SOUND]);
    expect(stream.format?.frames).toBe(500);
  });

  it('does not play what stands after its sound', () => {
    expect(read(wav(pcm16(SOUND), { after: [LIST, ODD] })).channels).toEqual([SOUND]);
    expect(read(wav([0x80, 0xc0, 0x80], { bits: 8, after: [LIST] })).channels).toEqual([[0, 0.5, 0]]);
  });

  it('may follow another one', () => {
    const { channels, stream } = read(wav(pcm16(SOUND)), wav(pcm16(SOUND)));
    expect(channels).toEqual([[...SOUND, ...SOUND]]);
    expect(stream.format?.frames).toBeNull();
    expect(() => read(wav(pcm16(SOUND)), wav(pcm16(SOUND), { rate: 8000 }))).toThrow(WavError);
  });

  it('may have no sound at all', () => {
    expect(read(wav([])).channels).toEqual([]);
    expect(read(wav([])).stream.format?.frames).toBeNull();
  });

  it.each([
    ['something else', bytesOf('ID3', new Array<number>(20).fill(0))],
    ['packed', wav([1, 2], { kind: 7, bits: 8 })],
    ['of no rate', wav(pcm16(SOUND), { rate: 0 })],
    ['of no channel', wav(pcm16(SOUND), { channels: 0 })],
    ['of unknown samples', wav(pcm16(SOUND), { bits: 40 })],
    ['without a header', bytesOf('RIFF', [0, 0, 0, 0], 'WAVEdata', [4, 0, 0, 0, 1, 2, 3, 4])],
    ['with a broken header', bytesOf('RIFF', [0, 0, 0, 0], 'WAVEfmt ', [4, 0, 0, 0, 1, 2, 3, 4])],
  ])('is refused when it is %s', (_, file) => {
    expect(() => read(file)).toThrow(WavError);
  });
});
