import type { Mouth, Sound, SoundEvent, SoundFactory, SoundParts } from '../../src/core/player';
import { CLOSED_MOUTH } from '../../src/lipsync/mouth';

/** A sound that plays nothing and only writes down what it is told. */
export class FakeSound implements Sound {
  position = 0;
  duration: number | null = null;
  gain = -1;
  running = false;
  stopped = false;
  readonly mouth: Mouth = { shape: () => CLOSED_MOUTH, loudness: () => 0 };

  constructor(readonly parts: SoundParts) {}

  start(): void {
    this.running = true;
  }

  setGain(gain: number): void {
    this.gain = gain;
  }

  stop(): void {
    this.stopped = true;
  }

  emit(event: SoundEvent): void {
    this.parts.onEvent(event);
  }
}

export class FakeSounds {
  readonly all: FakeSound[] = [];

  readonly create: SoundFactory = (parts) => {
    const sound = new FakeSound(parts);
    this.all.push(sound);
    return sound;
  };

  get last(): FakeSound {
    const last = this.all[this.all.length - 1];
    if (!last) throw new Error('No sound was made');
    return last;
  }
}
