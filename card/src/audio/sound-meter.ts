/**
 * Measures a playing track: when sound begins and ends, and how loud it is. Taps the track with an AnalyserNode, which
 * works on plain http too, and only while the AudioContext runs.
 */
import type { EngineEvent } from '../engines/engine';

const POLL_MS = 50;
const SILENCE_MS = 600;
/** Root mean square; two thresholds, so that a quiet syllable does not count as the end. */
const BEGINS = 0.012;
const LASTS = 0.006;
/** Speech at ordinary loudness fills the meter. */
const FULL_LEVEL = 0.18;

/** Pure: a loudness every now and then -> the begin and the end of sound. */
export class SoundDetector {
  private _active = false;
  private _lastLoud = 0;

  get active(): boolean {
    return this._active;
  }

  /** True when `active` changed. */
  feed(loudness: number, now: number): boolean {
    const loud = loudness >= (this._active ? LASTS : BEGINS);
    if (loud) this._lastLoud = now;
    const active = loud || (this._active && now - this._lastLoud < SILENCE_MS);
    const changed = active !== this._active;
    this._active = active;
    return changed;
  }
}

export class SoundMeter {
  private readonly _detector = new SoundDetector();
  private readonly _analyser: AnalyserNode;
  private readonly _samples: Float32Array<ArrayBuffer>;
  private _source: MediaStreamAudioSourceNode | undefined;
  private readonly _timer: ReturnType<typeof setInterval>;

  constructor(
    private readonly _context: AudioContext,
    private readonly _emit: (event: EngineEvent) => void,
  ) {
    this._analyser = _context.createAnalyser();
    this._analyser.fftSize = 2048;
    this._samples = new Float32Array(this._analyser.fftSize);
    this._timer = setInterval(() => {
      this._poll();
    }, POLL_MS);
  }

  listenTo(track: MediaStreamTrack): void {
    this._source?.disconnect();
    this._source = this._context.createMediaStreamSource(new MediaStream([track]));
    this._source.connect(this._analyser);
  }

  stop(): void {
    clearInterval(this._timer);
    this._source?.disconnect();
    if (this._detector.active) this._emit({ type: 'sound', active: false });
  }

  private _poll(): void {
    if (this._context.state !== 'running' || !this._source) return;
    this._analyser.getFloatTimeDomainData(this._samples);
    let sum = 0;
    for (const sample of this._samples) sum += sample * sample;
    const loudness = Math.sqrt(sum / this._samples.length);
    if (this._detector.feed(loudness, performance.now())) {
      this._emit({ type: 'sound', active: this._detector.active });
    }
    if (this._detector.active) this._emit({ type: 'level', value: Math.min(1, loudness / FULL_LEVEL) });
  }
}
