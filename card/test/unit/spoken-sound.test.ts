import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PlaybackParts } from '../../src/audio/playback';
import type { Sound, SoundEvent } from '../../src/core/player';
import { createSound } from '../../src/core/spoken-sound';

const RATE = 16_000;
const made = vi.hoisted(() => ({
  parts: [] as unknown[],
  playback: { position: 0, duration: null, canLipSync: true, calls: [] as unknown[] },
  lips: { pushed: [] as number[], finished: 0, asked: [] as number[] },
}));

vi.mock('../../src/audio/playback', () => ({
  Playback: class {
    constructor(parts: unknown) {
      made.parts.push(parts);
    }
    get position(): number {
      return made.playback.position;
    }
    get canLipSync(): boolean {
      return made.playback.canLipSync;
    }
    start(): void {
      made.playback.calls.push('start');
    }
    setVolume(volume: number): void {
      made.playback.calls.push(volume);
    }
    stop(): void {
      made.playback.calls.push('stop');
    }
  },
}));
vi.mock('../../src/lipsync/lip-sync', () => ({
  LipSync: class {
    push(samples: Float32Array): void {
      made.lips.pushed.push(samples.length);
    }
    finish(): void {
      made.lips.finished += 1;
    }
    shapeAt(seconds: number): unknown {
      made.lips.asked.push(seconds);
      return { open: 0.5 };
    }
    loudnessAt(): number {
      return 0.7;
    }
  },
}));

let sound: Sound;
let events: SoundEvent[];

beforeEach(() => {
  vi.useFakeTimers();
  Object.assign(made, { parts: [], lips: { pushed: [], finished: 0, asked: [] } });
  Object.assign(made.playback, { position: 0, canLipSync: true, calls: [] });
  events = [];
  sound = createSound({
    url: '/sound.wav',
    context: null,
    ready: Promise.resolve(),
    onEvent: (event) => events.push(event),
  });
});

afterEach(() => {
  vi.useRealTimers();
});

const parts = (): PlaybackParts => made.parts[0] as PlaybackParts;
const seconds = (length: number): Float32Array => new Float32Array(length * RATE);

describe('reading a sound for the lips', () => {
  beforeEach(() => {
    parts().onFormat(RATE);
  });

  it('takes short pieces as they come', () => {
    parts().onSamples(seconds(0.25));
    parts().onSamples(seconds(0.25));
    expect(made.lips.pushed).toEqual([4000, 4000]);
    parts().onSamplesEnd();
    expect(made.lips.finished).toBe(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('takes a file that comes whole slice by slice, so that the page stays free', () => {
    parts().onSamples(seconds(1.75));
    parts().onSamplesEnd();
    expect(made.lips.pushed).toEqual([8000]);
    expect(made.lips.finished).toBe(0);
    vi.runAllTimers();
    expect(made.lips.pushed).toEqual([8000, 8000, 8000, 4000]);
    expect(made.lips.finished).toBe(1);
  });

  it('ends with the sound', () => {
    parts().onSamples(seconds(3));
    sound.stop();
    expect(made.playback.calls).toEqual(['stop']);
    expect(vi.getTimerCount()).toBe(0);
    expect(sound.mouth.shape()).toBeNull();
  });

  it('tells the mouth of what is heard now', () => {
    made.playback.position = 1.25;
    expect(sound.mouth.shape()).toEqual({ open: 0.5 });
    expect(made.lips.asked).toEqual([1.25]);
    expect(sound.mouth.loudness()).toBe(0.7);
  });
});

it('has nothing for the lips where the sound cannot be read', () => {
  made.playback.canLipSync = false;
  expect(sound.mouth.shape()).toBeNull();
  expect(sound.mouth.loudness()).toBe(0);
});

it('passes on what is told, and its loudness', () => {
  parts().onEvent({ type: 'started' });
  parts().onEvent({ type: 'finished', seconds: 2 });
  expect(events).toEqual([{ type: 'started' }, { type: 'finished', seconds: 2 }]);
  sound.start();
  sound.setGain(0.25);
  expect(made.playback.calls).toEqual(['start', 0.25]);
});
