/** Fetches a sound and finds out what it is: samples as they arrive, or something that only an element can play. */
import type { PlaybackErrorCode, PlaybackFailure } from './playback';
import { WavError, WavStream, type WavFormat } from './wav-stream';

/** A speech engine may need that long before its first sound, and then pause that long, in milliseconds. */
const FIRST_BYTE_MS = 30_000;
const NEXT_BYTE_MS = 15_000;
/** What is not WAV is unpacked whole: five minutes of MP3 become 100 MB. More is played by an element. */
const WHOLE_BYTES = 5_000_000;
/** A body without a length that still arrives after this time may be a radio station. */
const ENDLESS_MS = 5_000;
const STATION_HEADERS = ['icy-name', 'icy-br', 'icy-metaint', 'icy-url'];
const PLAYLIST = /mpegurl|dash\+xml/i;
const NO_SOUND = /^(text\/|application\/(json|xml))/i;

export interface SourceParts {
  url: string;
  context: AudioContext | null;
  /** Told before the first frames. `frames` of it may become unknown later. */
  onFormat: (format: WavFormat) => void;
  /** Resolves when there is room for more. `frames`: how many there will be, as far as is known. */
  onFrames: (channels: Float32Array[], frames: number | null) => Promise<void>;
  /** No more will come. */
  onEnd: (failure?: PlaybackFailure) => void;
  /** Only an element can play it, if anything can; `reason`: what went wrong without one. */
  onUnreadable: (reason: PlaybackFailure | null) => void;
}

class SourceError extends Error {
  constructor(
    readonly code: PlaybackErrorCode,
    message: string,
  ) {
    super(message);
  }
}

export class SoundSource {
  private readonly _abort = new AbortController();
  private _timer: ReturnType<typeof setTimeout> | undefined;
  private _stopped = false;

  constructor(private readonly _parts: SourceParts) {}

  start(): void {
    this._read().catch((error: unknown) => {
      if (this._stopped) return;
      const code = error instanceof SourceError ? error.code : error instanceof WavError ? 'decode' : 'fetch';
      this._finish({ code, message: error instanceof Error ? error.message : String(error) });
    });
  }

  /** Nothing is told any more. */
  stop(): void {
    this._stopped = true;
    clearTimeout(this._timer);
    this._abort.abort();
  }

  private async _read(): Promise<void> {
    const begin = performance.now();
    const response = await this._fetch();
    if (!response) return;
    const { headers, ok, status, body } = response;
    if (!ok) throw new SourceError('fetch', `HTTP ${String(status)}`);
    const type = headers.get('content-type') ?? '';
    if (PLAYLIST.test(type) || STATION_HEADERS.some((name) => headers.has(name))) {
      this._giveUp(null);
      return;
    }
    const reader = body?.getReader();
    const length = Number(headers.get('content-length') ?? NaN);
    // Kept as long as it may have to be unpacked whole.
    const chunks: Uint8Array<ArrayBuffer>[] = [];
    let wav: WavStream | null = new WavStream();
    let size = 0;
    let first = 0;
    for (;;) {
      const patience = size > 0 ? NEXT_BYTE_MS : FIRST_BYTE_MS - (performance.now() - begin);
      const chunk = reader && (await this._within(patience, reader.read())).value;
      if (!chunk) break;
      if (size === 0) first = performance.now();
      size += chunk.length;
      if (!wav?.format) chunks.push(chunk);
      if (wav && !(await this._tellFrames(wav, chunk))) wav = null;
      if (this._isStopped()) return;
      const endless = Number.isNaN(length) && performance.now() - first > ENDLESS_MS;
      if (!wav && (endless || Math.max(size, length || 0) > WHOLE_BYTES)) {
        this._giveUp(null);
        return;
      }
    }
    if (size === 0) throw new SourceError('decode', 'The sound is empty');
    if (wav?.format) this._finish();
    else await this._unpack(chunks, type);
  }

  /** Null: the page may not read it, or cannot get it; an element may be allowed to. */
  private async _fetch(): Promise<Response | null> {
    try {
      return await this._within(FIRST_BYTE_MS, fetch(this._parts.url, { signal: this._abort.signal }));
    } catch (error) {
      if (this._stopped) return null;
      if (error instanceof SourceError) throw error;
      this._giveUp({ code: 'fetch', message: error instanceof Error ? error.message : String(error) });
      return null;
    }
  }

  /** False: it is something else than a WAV file of plain samples. */
  private async _tellFrames(wav: WavStream, chunk: Uint8Array): Promise<boolean> {
    const known = wav.format !== null;
    let channels: Float32Array[] | null;
    try {
      channels = wav.push(chunk);
    } catch (error) {
      if (known || !(error instanceof WavError)) throw error;
      return false;
    }
    if (wav.format && !known) this._parts.onFormat(wav.format);
    if (wav.format && channels) await this._parts.onFrames(channels, wav.format.frames);
    return true;
  }

  private async _unpack(chunks: Uint8Array<ArrayBuffer>[], type: string): Promise<void> {
    const { context, onFormat, onFrames } = this._parts;
    if (NO_SOUND.test(type)) throw new SourceError('decode', `This is ${type}`);
    if (!context) {
      this._giveUp(null);
      return;
    }
    let buffer: AudioBuffer;
    try {
      buffer = await context.decodeAudioData(await new Blob(chunks).arrayBuffer());
    } catch (error) {
      // Some browsers play by an element what they do not unpack.
      if (!this._stopped)
        this._giveUp({ code: 'decode', message: error instanceof Error ? error.message : String(error) });
      return;
    }
    if (this._stopped) return;
    const { sampleRate, numberOfChannels, length } = buffer;
    onFormat({ sampleRate, channels: numberOfChannels, frames: length });
    void onFrames(
      Array.from({ length: numberOfChannels }, (_, i) => buffer.getChannelData(i)),
      length,
    );
    this._finish();
  }

  private async _within<T>(milliseconds: number, wanted: Promise<T>): Promise<T> {
    const late = new Promise<never>((_, reject) => {
      this._timer = setTimeout(() => {
        reject(new SourceError('stalled', 'The sound does not come'));
      }, milliseconds);
    });
    try {
      return await Promise.race([wanted, late]);
    } finally {
      clearTimeout(this._timer);
    }
  }

  private _isStopped(): boolean {
    return this._stopped;
  }

  private _finish(failure?: PlaybackFailure): void {
    this.stop();
    this._parts.onEnd(failure);
  }

  private _giveUp(reason: PlaybackFailure | null): void {
    this.stop();
    this._parts.onUnreadable(reason);
  }
}
