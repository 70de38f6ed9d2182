/** The page of the playback tests: plays an address through a real context, and records what comes out of it. */
import { Playback, type PlaybackEvent } from '../../src/audio/playback';

/** Runs beside the page's thread, so that a busy page does not spoil the recording. */
const RECORDER = `registerProcessor('recorder', class extends AudioWorkletProcessor {
  process([input]) {
    this.port.postMessage({ frame: currentFrame, samples: input[0] ? input[0].slice() : new Float32Array(128) });
    return true;
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
  private readonly _blocks: { frame: number; samples: Float32Array }[] = [];
  private readonly _output = this.context.createGain();

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
    const recorder = new AudioWorkletNode(this.context, 'recorder', { channelCount: 1, channelCountMode: 'explicit' });
    recorder.port.onmessage = ({ data }: MessageEvent<{ frame: number; samples: Float32Array }>): void => {
      this._blocks.push(data);
    };
    this._output.connect(recorder).connect(this.context.destination);
  }

  play(url: string, { silent = false } = {}): void {
    this.playback = new Playback({
      url,
      context: this.context,
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

  /** Everything since the begin, the silence too. A block that did not come is not a number. */
  recorded(): number[] {
    const first = this._blocks[0]?.frame ?? 0;
    const last = this._blocks[this._blocks.length - 1]?.frame ?? -128;
    const all = new Float32Array(last + 128 - first).fill(NaN);
    for (const { frame, samples } of this._blocks) all.set(samples, frame - first);
    return [...all];
  }

  /** The loudest of the last 40 ms. */
  level(): number {
    return Math.max(...this._blocks.slice(-15).map(({ samples }) => Math.max(...samples.map(Math.abs))));
  }

  /** The last sample that came out, and the position just then. */
  now(): { sample: number; position: number } {
    const samples = this._blocks[this._blocks.length - 1]?.samples;
    return { sample: samples?.[127] ?? 0, position: this.playback?.position ?? 0 };
  }
}

declare global {
  interface Window {
    rig: Rig;
  }
}
window.rig = new Rig();
