/** The way of one sound into the page's context: its pieces one after the other, its volume, its fades. */

export const FADE_SECONDS = 0.06;
/** Where the sound begins and breaks off, so that it does not click. */
const EDGE_SECONDS = 0.005;
const VOLUME_SECONDS = 0.01;
/** Some devices stop the clock of a context and still say that it runs. */
const FROZEN_SECONDS = 0.5;

export class Speaker {
  private readonly _edges: GainNode;
  private readonly _volume: GainNode;
  private readonly _sources = new Set<AudioBufferSourceNode>();
  /** When the last piece ends, and when it begins to fade in case none follows it. */
  private _end = -1;
  private _closing = 0;
  private _seen = -1;
  private _seenAt = 0;

  /** `onPieceEnd`: also comes where the page is hidden and its timers are late. */
  constructor(
    private readonly _context: AudioContext,
    output: AudioNode,
    private readonly _onPieceEnd: () => void,
  ) {
    this._edges = _context.createGain();
    this._volume = _context.createGain();
    this._edges.connect(this._volume).connect(output);
  }

  /** `now`: seconds of the page. */
  isRunning(now: number): boolean {
    const { state, currentTime } = this._context;
    if (currentTime !== this._seen) this._seenAt = now;
    this._seen = currentTime;
    return state === 'running' && now - this._seenAt < FROZEN_SECONDS;
  }

  setVolume(volume: number): void {
    const { gain } = this._volume;
    if (this._sources.size > 0) gain.setTargetAtTime(volume, this._context.currentTime, VOLUME_SECONDS);
    else {
      gain.cancelScheduledValues(0);
      gain.value = volume;
    }
  }

  /** Pieces of sound at the context's own rate, from `at` on. */
  play(pieces: readonly (readonly Float32Array[])[], at: number): void {
    const length = pieces.reduce((sum, piece) => sum + (piece[0]?.length ?? 0), 0);
    const { sampleRate } = this._context;
    const source = this._context.createBufferSource();
    source.buffer = this._context.createBuffer(pieces[0]?.length ?? 1, length, sampleRate);
    let to = 0;
    for (const piece of pieces) {
      for (const [channel, samples] of piece.entries()) source.buffer.getChannelData(channel).set(samples, to);
      to += piece[0]?.length ?? 0;
    }
    this._shape(at, at + length / sampleRate);
    source.onended = (): void => {
      this._sources.delete(source);
      source.disconnect();
      this._onPieceEnd();
    };
    source.connect(this._edges);
    source.start(at);
    this._sources.add(source);
  }

  /** Silence 60 ms later; false: it is silent already. */
  fade(): boolean {
    const now = this._context.currentTime;
    this._volume.gain.setTargetAtTime(0, now, FADE_SECONDS / 6);
    for (const source of this._sources) source.stop(now + FADE_SECONDS);
    return this._sources.size > 0;
  }

  /** For a context that stands still. */
  cut(): void {
    for (const source of this._sources) {
      source.onended = null;
      source.stop();
      source.disconnect();
    }
    this._sources.clear();
    this._end = -1;
    this._edges.gain.cancelScheduledValues(0);
  }

  close(): void {
    this.cut();
    this._edges.disconnect();
    this._volume.disconnect();
  }

  /** Every end fades out; a piece that follows in time takes that back. */
  private _shape(begin: number, end: number): void {
    const { gain } = this._edges;
    if (Math.abs(begin - this._end) < 0.5 / this._context.sampleRate) gain.cancelScheduledValues(this._closing);
    else gain.setValueAtTime(0, begin).linearRampToValueAtTime(1, begin + EDGE_SECONDS);
    this._end = end;
    this._closing = Math.max(end - EDGE_SECONDS, begin + EDGE_SECONDS);
    gain.setValueAtTime(1, this._closing).linearRampToValueAtTime(0, this._closing + EDGE_SECONDS);
  }
}
