import type { Hold } from '../../src/audio/audio-gate';
import type { AudioFact } from '../../src/core/wire';

/** The page's permission to sound, given and taken by the test. */
export class FakeGate {
  fact: AudioFact = 'ok';
  context: { state: AudioContextState; resume: () => Promise<void> } | null = null;
  unlocks = 0;
  learned: boolean[] = [];
  holds = 0;
  ready: Promise<unknown> = Promise.resolve();
  private _listener = (): void => undefined;
  private _gesture = (): void => undefined;
  watch(listener: () => void, gesture: () => void): () => void {
    this._listener = listener;
    this._gesture = gesture;
    return () => {
      this._listener = (): void => undefined;
    };
  }
  hold(): Hold {
    this.holds += 1;
    return {
      ready: this.ready,
      release: (): void => {
        this.holds -= 1;
      },
    };
  }
  probe(): Promise<AudioFact> {
    return Promise.resolve(this.fact);
  }
  learn(blocked: boolean): void {
    this.learned.push(blocked);
    this.set(blocked ? 'blocked' : 'ok');
  }
  unlock(): Promise<AudioFact> {
    this.unlocks += 1;
    this._gesture();
    this.set('ok');
    return Promise.resolve('ok');
  }
  run(): void {
    this.context = { state: 'running', resume: () => Promise.resolve() };
  }
  block(): void {
    this.context = { state: 'suspended', resume: () => new Promise(() => undefined) };
    this.set('blocked');
  }
  set(fact: AudioFact): void {
    this.fact = fact;
    this._listener();
  }
}
