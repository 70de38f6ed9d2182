/**
 * A WAV file, read as it arrives, cut anywhere. What is still being made when its header is sent has no true length
 * there (0, the largest number, or that of its first sentence): the sound then goes on to the end of the body.
 */
export interface WavFormat {
  /** Frames a second. */
  sampleRate: number;
  channels: number;
  /** As the header says; null: it does not know. */
  frames: number | null;
}

/** No WAV file, or one that is packed in a way that only the browser can unpack. */
export class WavError extends Error {}

type Decode = (bytes: DataView, at: number) => number;
type State = 'riff' | 'chunk' | 'skip' | 'data' | 'after' | 'ignore';

const PCM = 1;
const FLOAT = 3;
const EXTENSIBLE = 0xfffe;
const FORMAT_BYTES = 16;
/** An extensible header has 40; more is no header any more. */
const FORMAT_LIMIT = 1024;
/** Encoders that stream write the largest number, signed or not, sometimes less the header. */
const NO_LENGTH = 0x7fffff00;
/** What may follow the sound. Anything else there is more sound. */
const TRAILERS = /^(LIST|id3 |ID3 |fact|cue |smpl|inst|plst|labl|note|bext|iXML|axml|PEAK|JUNK|PAD |_PMX|afsp)$/;

const INTEGERS: Record<number, Decode> = {
  1: (bytes, at) => (bytes.getUint8(at) - 0x80) / 0x80,
  2: (bytes, at) => bytes.getInt16(at, true) / 0x8000,
  3: (bytes, at) => ((bytes.getInt16(at + 1, true) << 8) | bytes.getUint8(at)) / 0x800000,
  4: (bytes, at) => bytes.getInt32(at, true) / 0x80000000,
};
const FLOATS: Record<number, Decode> = {
  4: (bytes, at) => finite(bytes.getFloat32(at, true)),
  8: (bytes, at) => finite(bytes.getFloat64(at, true)),
};

export class WavStream {
  /** Null until its header has arrived. */
  format: WavFormat | null = null;
  private _state: State = 'riff';
  private _rest = new Uint8Array(0);
  /** Bytes of the current chunk that are still to come. */
  private _left = 0;
  private _frameBytes = 0;
  private _decode: Decode = () => 0;
  /** A second file came in the same body: no header knows the length of all. */
  private _joined = false;

  /** One array for each channel with what became whole, from -1 to 1; null: nothing yet. Throws `WavError`. */
  push(bytes: Uint8Array): Float32Array[] | null {
    const all = new Uint8Array(this._rest.length + bytes.length);
    all.set(this._rest);
    all.set(bytes, this._rest.length);
    const sounds: DataView[] = [];
    let at = 0;
    for (;;) {
      const used = this._step(new DataView(all.buffer, at), sounds);
      if (used === null) break;
      at += used;
    }
    this._rest = all.slice(at);
    return this._unpack(sounds);
  }

  /** How many bytes it used; null: it needs more. */
  private _step(bytes: DataView, sounds: DataView[]): number | null {
    const ready = bytes.byteLength;
    switch (this._state) {
      case 'riff':
        if (ready < 12) return null;
        if (!/^(RIFF|RF64)$/.test(word(bytes, 0)) || word(bytes, 8) !== 'WAVE') throw new WavError('No WAV file');
        this._state = 'chunk';
        return 12;
      case 'chunk':
        return ready < 8 ? null : this._enterChunk(bytes);
      case 'skip': {
        const used = Math.min(this._left, ready);
        this._left -= used;
        if (this._left > 0) return used || null;
        this._state = 'chunk';
        return used;
      }
      case 'data': {
        const most = Math.min(this._left, ready);
        const used = most - (most % this._frameBytes);
        if (used > 0) sounds.push(new DataView(bytes.buffer, bytes.byteOffset, used));
        this._left -= used;
        if (this._left >= this._frameBytes) return used || null;
        this._state = 'after';
        return used;
      }
      case 'after':
        return ready < 5 ? null : this._goOnAfter(bytes);
      case 'ignore':
        return ready || null;
    }
  }

  private _enterChunk(bytes: DataView): number | null {
    const id = word(bytes, 0);
    const size = bytes.getUint32(4, true);
    if (id === 'fmt ') {
      if (size < FORMAT_BYTES || size > FORMAT_LIMIT) throw new WavError('Its header is broken');
      const whole = 8 + padded(size);
      if (bytes.byteLength < whole) return null;
      this._readFormat(new DataView(bytes.buffer, bytes.byteOffset + 8, size));
      return whole;
    }
    if (id === 'data') {
      if (!this.format) throw new WavError('Its sound comes before its header');
      const known = size > 0 && size < NO_LENGTH && !this._joined;
      this.format.frames = known ? Math.floor(size / this._frameBytes) : null;
      this._left = size < NO_LENGTH ? size : Infinity;
      this._state = 'data';
    } else {
      this._left = padded(size);
      this._state = 'skip';
    }
    return 8;
  }

  private _readFormat(bytes: DataView): void {
    const channels = bytes.getUint16(2, true);
    const sampleRate = bytes.getUint32(4, true);
    const frameBytes = bytes.getUint16(12, true);
    let kind = bytes.getUint16(0, true);
    if (kind === EXTENSIBLE && bytes.byteLength >= 26) kind = bytes.getUint16(24, true);
    const decode = (kind === PCM ? INTEGERS : kind === FLOAT ? FLOATS : {})[frameBytes / channels];
    if (!decode || channels > 32 || sampleRate < 1000 || sampleRate > 768_000) {
      const kinds = [kind, channels, frameBytes, sampleRate];
      throw new WavError(`Unknown kind of sound: ${kinds.join(', ')}`);
    }
    if (this.format && (this.format.channels !== channels || this.format.sampleRate !== sampleRate)) {
      throw new WavError('Its format changes');
    }
    this._decode = decode;
    this._frameBytes = frameBytes;
    this.format ??= { sampleRate, channels, frames: null };
  }

  /** The length that the header named has passed: a trailer (perhaps padded), a further file, or a wrong length. */
  private _goOnAfter(bytes: DataView): number {
    for (const at of [0, 1]) {
      const id = word(bytes, at);
      const another = id === 'RIFF';
      if (!another && !TRAILERS.test(id)) continue;
      this._joined ||= another;
      this._state = another ? 'riff' : 'ignore';
      if (another && this.format) this.format.frames = null;
      return at;
    }
    if (this.format) this.format.frames = null;
    this._left = Infinity;
    this._state = 'data';
    return 0;
  }

  private _unpack(sounds: DataView[]): Float32Array[] | null {
    const { format, _frameBytes: frameBytes, _decode: decode } = this;
    const frames = sounds.reduce((sum, { byteLength }) => sum + byteLength / frameBytes, 0);
    if (!format || frames === 0) return null;
    return Array.from({ length: format.channels }, (_, channel) => {
      const samples = new Float32Array(frames);
      let to = 0;
      for (const bytes of sounds) {
        const first = (channel * frameBytes) / format.channels;
        for (let at = first; at < bytes.byteLength; at += frameBytes) samples[to++] = decode(bytes, at);
      }
      return samples;
    });
  }
}

const padded = (size: number): number => size + (size & 1);

function word(bytes: DataView, at: number): string {
  return String.fromCharCode(...[0, 1, 2, 3].map((i) => bytes.getUint8(at + i)));
}

/** One sample that is not a number would silence everything after it. */
function finite(sample: number): number {
  return Number.isFinite(sample) ? sample : 0;
}
