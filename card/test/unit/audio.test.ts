import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AudioGate } from '../../src/audio/audio-gate';
import { SoundArbiter } from '../../src/audio/sound-arbiter';
import { SoundDetector } from '../../src/audio/sound-meter';

describe('one page, one voice', () => {
  const voice = (): { outranked: boolean; setOutranked: (outranked: boolean) => void } => ({
    outranked: false,
    setOutranked(outranked) {
      this.outranked = outranked;
    },
  });

  it('the last that began sounds, the others wait', () => {
    const arbiter = new SoundArbiter();
    const [a, b, c] = [voice(), voice(), voice()];
    arbiter.begin(a);
    arbiter.begin(b);
    arbiter.begin(c);
    expect([a, b, c].map(({ outranked }) => outranked)).toEqual([true, true, false]);
    arbiter.end(c);
    expect([a, b, c].map(({ outranked }) => outranked)).toEqual([true, false, false]);
    arbiter.end(b);
    expect(a.outranked).toBe(false);
  });

  it('one that ends while it waits changes nothing for the others, and is free again', () => {
    const arbiter = new SoundArbiter();
    const [a, b] = [voice(), voice()];
    arbiter.begin(a);
    arbiter.begin(b);
    arbiter.end(a);
    expect([a.outranked, b.outranked]).toEqual([false, false]);
    arbiter.end(a);
    expect(b.outranked).toBe(false);
  });
});

describe('the begin and the end of sound', () => {
  /** [from ms, loudness] pairs, heard every 50 ms. */
  function hear(parts: [number, number][], until: number): string[] {
    const detector = new SoundDetector();
    const changes: string[] = [];
    for (let now = 0; now <= until; now += 50) {
      const loudness = parts.filter(([from]) => from <= now).pop()?.[1] ?? 0;
      if (detector.feed(loudness, now)) changes.push(`${detector.active ? 'begins' : 'ends'} ${String(now)}`);
    }
    return changes;
  }

  it('are told once for a sentence with pauses', () => {
    const sentence: [number, number][] = [
      [100, 0.1],
      [500, 0],
      [900, 0.05],
      [1500, 0],
    ];
    expect(hear(sentence, 3000)).toEqual(['begins 100', 'ends 2050']);
  });

  it('do not hear the noise of a silent line', () => {
    expect(hear([[0, 0.005]], 3000)).toEqual([]);
  });

  it('let a quiet syllable go on', () => {
    expect(
      hear(
        [
          [0, 0.1],
          [500, 0.007],
          [2000, 0],
        ],
        4000,
      ),
    ).toEqual(['begins 0', 'ends 2550']);
  });
});

describe('whether a page may sound', () => {
  let allowed: boolean;
  let contexts: FakeContext[];
  let elementPlays: boolean;

  class FakeContext {
    state = 'suspended';
    sampleRate = 48_000;
    destination = {};
    private _onState = (): void => undefined;
    constructor() {
      contexts.push(this);
    }
    addEventListener(_type: string, listener: () => void): void {
      this._onState = listener;
    }
    resume(): Promise<void> {
      if (!allowed) return new Promise(() => undefined);
      this.state = 'running';
      return Promise.resolve();
    }
    createBuffer(): object {
      return {};
    }
    createBufferSource(): object {
      return { connect: vi.fn(), start: vi.fn() };
    }
    suspend(): Promise<void> {
      this.turn('suspended');
      return Promise.resolve();
    }
    turn(state: string): void {
      this.state = state;
      this._onState();
    }
  }

  beforeEach(() => {
    vi.useFakeTimers();
    contexts = [];
    allowed = true;
    elementPlays = false;
    vi.stubGlobal('AudioContext', FakeContext);
    vi.stubGlobal(
      'Audio',
      class {
        play = (): Promise<void> => (elementPlays ? Promise.resolve() : Promise.reject(new Error('NotAllowedError')));
        pause = vi.fn();
        removeAttribute = vi.fn();
      },
    );
  });
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });

  async function probe(gate: AudioGate): Promise<string> {
    const fact = gate.probe();
    await vi.advanceTimersByTimeAsync(300);
    return fact;
  }

  it('is tried out, with one context for all', async () => {
    const gate = new AudioGate();
    expect(await probe(gate)).toBe('ok');
    await probe(gate);
    expect(gate.context).toBe(gate.context);
    expect(contexts).toHaveLength(1);
  });

  it('is no when neither context nor element may play', async () => {
    allowed = false;
    expect(await probe(new AudioGate())).toBe('blocked');
  });

  it('is yes when at least an element plays', async () => {
    allowed = false;
    elementPlays = true;
    expect(await probe(new AudioGate())).toBe('ok');
  });

  it('is none without any way to sound', async () => {
    vi.stubGlobal('AudioContext', undefined);
    vi.stubGlobal('Audio', undefined);
    expect(await probe(new AudioGate())).toBe('none');
  });

  it('changes with the first touch of the page, and the touch reaches who plays', async () => {
    allowed = false;
    const gate = new AudioGate();
    const told = vi.fn();
    const touched = vi.fn();
    const stop = gate.watch(told, touched);
    await probe(gate);
    allowed = true;
    window.dispatchEvent(new Event('pointerdown'));
    expect(touched).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(300);
    expect(told).toHaveBeenLastCalledWith('ok');
    window.dispatchEvent(new Event('pointerdown'));
    expect(touched).toHaveBeenCalledTimes(1);
    stop();
  });

  it('changes with a touch while it is still being tried out', async () => {
    allowed = false;
    const gate = new AudioGate();
    gate.watch(vi.fn(), vi.fn());
    const first = gate.probe();
    allowed = true;
    const second = gate.unlock();
    await vi.advanceTimersByTimeAsync(300);
    await Promise.all([first, second]);
    expect(gate.fact).toBe('ok');
  });

  it('listens to touches only while someone waits for sound', async () => {
    allowed = false;
    const gate = new AudioGate();
    const touched = vi.fn();
    gate.watch(vi.fn(), touched)();
    await probe(gate);
    window.dispatchEvent(new Event('keydown'));
    expect(touched).not.toHaveBeenCalled();
  });

  it('is learnt from an engine whose own sound was blocked', async () => {
    const gate = new AudioGate();
    const told = vi.fn();
    gate.watch(told, vi.fn());
    await probe(gate);
    gate.learn(true);
    expect(told).toHaveBeenLastCalledWith('blocked');
  });

  it('is asked again when the system interrupts', async () => {
    const gate = new AudioGate();
    const told = vi.fn();
    gate.watch(told, vi.fn());
    await probe(gate);
    allowed = false;
    contexts[0]?.turn('interrupted');
    await vi.advanceTimersByTimeAsync(300);
    expect(told).toHaveBeenLastCalledWith('blocked');
    contexts[0]?.turn('running');
    await vi.advanceTimersByTimeAsync(300);
    expect(told).toHaveBeenLastCalledWith('ok');
  });

  describe('while nobody plays', () => {
    const state = (): string | undefined => contexts[0]?.state;
    let gate: AudioGate;
    let told: ReturnType<typeof vi.fn>;

    beforeEach(async () => {
      gate = new AudioGate();
      told = vi.fn();
      gate.watch(told as never, vi.fn());
      await probe(gate);
    });

    it('rests after a while, which is no obstacle', async () => {
      await vi.advanceTimersByTimeAsync(3000);
      expect(state()).toBe('running');
      await vi.advanceTimersByTimeAsync(1500);
      expect(state()).toBe('suspended');
      allowed = false;
      expect(await probe(gate)).toBe('ok');
      expect(told.mock.calls).toEqual([['ok']]);
      await vi.advanceTimersByTimeAsync(60_000);
      expect(state()).toBe('suspended');
    });

    it('wakes for the next sound, and stays awake until the last one has ended', async () => {
      await vi.advanceTimersByTimeAsync(5000);
      const first = gate.hold();
      await first.ready;
      expect(state()).toBe('running');
      const second = gate.hold();
      first.release();
      first.release();
      await probe(gate);
      await vi.advanceTimersByTimeAsync(60_000);
      expect(state()).toBe('running');
      second.release();
      await vi.advanceTimersByTimeAsync(5000);
      expect(state()).toBe('suspended');
      expect(told.mock.calls).toEqual([['ok']]);
    });

    it('does not rest between two sounds', async () => {
      const suspend = vi.spyOn(contexts[0] as FakeContext, 'suspend');
      gate.hold().release();
      await vi.advanceTimersByTimeAsync(3000);
      gate.hold().release();
      await vi.advanceTimersByTimeAsync(3000);
      expect(suspend).not.toHaveBeenCalled();
    });

    it('lets a sound begin late rather than never where the context does not wake', async () => {
      await vi.advanceTimersByTimeAsync(5000);
      allowed = false;
      const ready = vi.fn();
      void gate.hold().ready.then(ready);
      await vi.advanceTimersByTimeAsync(200);
      expect(ready).not.toHaveBeenCalled();
      await vi.advanceTimersByTimeAsync(200);
      expect(ready).toHaveBeenCalled();
    });

    it('is woken by a touch that unlocks it', async () => {
      await vi.advanceTimersByTimeAsync(5000);
      gate.learn(true);
      window.dispatchEvent(new Event('pointerdown'));
      await vi.advanceTimersByTimeAsync(300);
      expect(state()).toBe('running');
      expect(gate.fact).toBe('ok');
    });
  });
});
