/** A context that only writes down what it is to play. Its clock is the page's, faked by the test, while it runs. */

class FakeParam {
  value = 1;
  readonly orders: [kind: string, value: number, at: number][] = [];
  private _note(kind: string, value: number, at: number): this {
    this.orders.push([kind, value, at]);
    return this;
  }
  setValueAtTime(value: number, at: number): this {
    return this._note('set', value, at);
  }
  linearRampToValueAtTime(value: number, at: number): this {
    return this._note('ramp', value, at);
  }
  setTargetAtTime(value: number, at: number): this {
    return this._note('target', value, at);
  }
  cancelScheduledValues(from: number): this {
    this.orders.splice(0, this.orders.length, ...this.orders.filter(([, , at]) => at < from));
    return this;
  }
}

class FakeNode {
  constructor(protected readonly context: FakeContext) {}
  connect<T extends FakeNode>(to: T): T {
    this.context.connected.add(this);
    return to;
  }
  disconnect(): void {
    this.context.connected.delete(this);
  }
}

export class FakeGain extends FakeNode {
  readonly gain = new FakeParam();
}

export class FakeSource extends FakeNode {
  buffer: FakeBuffer | null = null;
  onended: (() => void) | null = null;
  at = -1;
  stoppedAt = Infinity;
  start(at: number): void {
    this.at = at;
    this.context.sources.push(this);
  }
  stop(at = 0): void {
    this.stoppedAt = Math.max(at, this.context.currentTime);
  }
}

class FakeBuffer {
  private readonly _channels: Float32Array[];
  constructor(
    readonly numberOfChannels: number,
    readonly length: number,
    readonly sampleRate: number,
  ) {
    this._channels = Array.from({ length: numberOfChannels }, () => new Float32Array(length));
  }
  getChannelData(channel: number): Float32Array {
    return this._channels[channel] as Float32Array;
  }
}

export class FakeContext extends EventTarget {
  state: string = 'running';
  readonly sources: FakeSource[] = [];
  readonly gains: FakeGain[] = [];
  readonly connected = new Set<FakeNode>();
  readonly listeners = new Set<unknown>();
  /** Some devices say that a context runs whose clock stands still. */
  frozen = false;
  closed = false;
  decode = (): Promise<FakeBuffer> => Promise.reject(new Error('Unknown content'));
  private _time = 0;
  private _since = performance.now();

  constructor(readonly sampleRate = 48_000) {
    super();
  }

  get currentTime(): number {
    const now = performance.now();
    if (this.state === 'running' && !this.frozen) this._time += (now - this._since) / 1000;
    this._since = now;
    return this._time;
  }

  turn(state: string): void {
    this._time = this.currentTime;
    this.state = state;
    this.dispatchEvent(new Event('statechange'));
  }

  createGain(): FakeGain {
    const gain = new FakeGain(this);
    this.gains.push(gain);
    return gain;
  }
  createBufferSource(): FakeSource {
    return new FakeSource(this);
  }
  createBuffer(channels: number, length: number, sampleRate: number): FakeBuffer {
    return new FakeBuffer(channels, length, sampleRate);
  }
  decodeAudioData(): Promise<FakeBuffer> {
    return this.decode();
  }
  close(): void {
    this.closed = true;
  }

  override addEventListener(...args: Parameters<EventTarget['addEventListener']>): void {
    this.listeners.add(args[1]);
    super.addEventListener(...args);
  }
  override removeEventListener(...args: Parameters<EventTarget['removeEventListener']>): void {
    this.listeners.delete(args[1]);
    super.removeEventListener(...args);
  }

  /** What the sources give between two times, in samples; a sample that two of them give is not a number. */
  heard(from: number, to: number): number[] {
    const first = Math.round(from * this.sampleRate);
    const all = new Array<number>(Math.round(to * this.sampleRate) - first).fill(0);
    const taken = new Set<number>();
    for (const { at, buffer, stoppedAt } of this.sources) {
      const begin = Math.round(at * this.sampleRate);
      const end = Math.min(begin + (buffer?.length ?? 0), Math.round(stoppedAt * this.sampleRate));
      for (let i = begin; i < end; i++) {
        if (i < first || i - first >= all.length) continue;
        all[i - first] = taken.has(i) ? NaN : (buffer?.getChannelData(0)[i - begin] ?? 0);
        taken.add(i);
      }
    }
    return all;
  }
}
