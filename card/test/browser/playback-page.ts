/** The page of the playback tests: plays an address through a real context, and records what comes out of it. */
import { Playback, type PlaybackEvent } from '../../src/audio/playback';

const RECORDED_SECONDS = 20;

/**
 * Runs beside the page's thread and sends nothing before it is asked, so that a busy page does not spoil the recording.
 * What it missed stays not a number. It makes nothing new while it records: tidying up after itself would leave holes.
 */
const RECORDER = `registerProcessor('recorder', class extends AudioWorkletProcessor {
  constructor() {
    super();
    this.begin = currentFrame;
    this.all = new Float32Array(${String(RECORDED_SECONDS)} * sampleRate).fill(NaN);
    this.port.onmessage = () => this.port.postMessage(this.all.slice(0, currentFrame - this.begin));
  }
  process([[samples]]) {
    const at = currentFrame - this.begin;
    if (samples) this.all.set(samples, at);
    else this.all.fill(0, at, at + 128);
    return at + 256 <= this.all.length;
  }
})`;

interface Heard extends Record<string, unknown> {
  type: PlaybackEvent['type'];
  at: number;
}

class Rig {
  readonly context = new AudioContext();
  readonly events: Heard[] = [];
  readonly elements: HTMLAudioElement[] = [];
  readonly lips = { rate: 0, samples: 0, ended: false };
  playback: Playback | undefined;
  private readonly _output = this.context.createGain();
  private readonly _meter = this.context.createAnalyser();
  private _recorder: AudioWorkletNode | undefined;

  async prepare(): Promise<void> {
    const RealAudio = window.Audio;
    const { elements } = this;
    window.Audio = class extends RealAudio {
      constructor() {
        super();
        elements.push(this);
      }
    };
    await this.context.audioWorklet.addModule(URL.createObjectURL(new Blob([RECORDER], { type: 'text/javascript' })));
    this._recorder = new AudioWorkletNode(this.context, 'recorder', { channelCount: 1, channelCountMode: 'explicit' });
    this._output.connect(this._recorder);
    this._output.connect(this._meter).connect(this.context.destination);
  }

  play(url: string, { silent = false } = {}): void {
    this.playback = new Playback({
      url,
      context: this.context,
      ready: Promise.resolve(),
      output: silent ? null : this._output,
      onEvent: (event) => this.events.push({ ...event, at: performance.now() }),
      onFormat: (rate) => {
        this.lips.rate = rate;
      },
      onSamples: ({ length }) => {
        this.lips.samples += length;
      },
      onSamplesEnd: () => {
        this.lips.ended = true;
      },
    });
    this.playback.start();
  }

  /** Everything since the begin, the silence too. What the recorder missed is not a number. */
  recorded(): Promise<number[]> {
    return new Promise((resolve) => {
      if (!this._recorder) return;
      this._recorder.port.onmessage = ({ data }: MessageEvent<Float32Array>): void => {
        resolve([...data]);
      };
      this._recorder.port.postMessage(null);
    });
  }

  /** The loudest of the last 40 ms. */
  level(): number {
    return Math.max(...this._latest().map(Math.abs));
  }

  /** The last sample that came out, and the position just then. */
  now(): { sample: number; position: number } {
    const sample = this._latest().pop() ?? 0;
    return { sample, position: this.playback?.position ?? 0 };
  }

  private _latest(): number[] {
    const samples = new Float32Array(this._meter.fftSize);
    this._meter.getFloatTimeDomainData(samples);
    return [...samples];
  }
}

declare global {
  interface Window {
    rig: Rig;
  }
}
window.rig = new Rig();
