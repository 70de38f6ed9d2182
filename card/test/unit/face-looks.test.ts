import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Face, FaceOptions } from '../../src/face/face';
import type { Look } from '../../src/face/looks/look';
import { fakeCanvas } from './face-canvas';
import { SteppedClock } from './face-clock';

const OPTIONS: FaceOptions = {
  look: 'nova',
  colors: {},
  theme: { primary: '#009ac7', background: '#ffffff', text: '#141414', dark: false },
  emotion: 'friendly',
  motion: 'full',
};

/** Looks that are loaded when a test says so. */
class Shelf {
  readonly drawn: string[] = [];
  private readonly _loaded = new Map<string, Look>();
  private readonly _waiting: { id: string; done: () => void; fail: (error: Error) => void }[] = [];

  readonly module = {
    LOOKS: ['mira', 'nova'],
    lookOf: (id: string): Look | undefined => this._loaded.get(id),
    loadLook: (id: string): Promise<void> =>
      new Promise((done, fail) => {
        this._waiting.push({ id, done, fail });
      }),
  };

  get asked(): string[] {
    return this._waiting.map(({ id }) => id);
  }

  async arrive(index: number): Promise<void> {
    const { id = '', done } = this._waiting[index] ?? {};
    this._loaded.set(id, { id, paint: () => () => this.drawn.push(id) });
    done?.();
    await Promise.resolve();
  }

  async lose(index: number): Promise<void> {
    this._waiting[index]?.fail(new Error('Not found'));
    await Promise.resolve();
    await Promise.resolve();
  }
}

let clock: SteppedClock;
let shelf: Shelf;
let show: (options?: Partial<FaceOptions>) => Face;

beforeEach(async () => {
  clock = new SteppedClock();
  shelf = new Shelf();
  vi.resetModules();
  vi.doMock('../../src/face/looks', () => shelf.module);
  const { Face: Fresh } = await import('../../src/face/face');
  const canvas = fakeCanvas(() => undefined);
  show = (options) => new Fresh(canvas, { ...OPTIONS, ...options }, clock);
});

afterEach(() => {
  vi.doUnmock('../../src/face/looks');
});

describe('a look', () => {
  it('is loaded when it is first shown, and drawn as soon as it is there', async () => {
    show();
    clock.run(500);
    expect(shelf.asked).toEqual(['nova']);
    expect(shelf.drawn).toEqual([]);
    await shelf.arrive(0);
    expect(shelf.drawn).toEqual(['nova']);
  });

  it('is not loaded twice', async () => {
    show();
    await shelf.arrive(0);
    show({ emotion: 'serious' });
    expect(shelf.asked).toEqual(['nova']);
    expect(shelf.drawn).toEqual(['nova', 'nova']);
  });

  it('is kept until the next one is there', async () => {
    const one = show();
    await shelf.arrive(0);
    one.update({ look: 'mira' });
    clock.run(500);
    expect(new Set(shelf.drawn)).toEqual(new Set(['nova']));
    await shelf.arrive(1);
    expect(shelf.drawn[shelf.drawn.length - 1]).toBe('mira');
  });

  it('that nobody wants any more is not drawn', async () => {
    const one = show();
    one.update({ look: 'mira' });
    await shelf.arrive(1);
    shelf.drawn.length = 0;
    await shelf.arrive(0);
    clock.run(500);
    expect(new Set(shelf.drawn)).toEqual(new Set(['mira']));
  });

  it('is not drawn on a face that is gone or that nobody sees', async () => {
    show().destroy();
    show().suspend();
    await shelf.arrive(0);
    await shelf.arrive(1);
    expect(shelf.drawn).toEqual([]);
    expect([clock.timers, clock.frames]).toEqual([0, 0]);
  });

  it('that is not there any more is told', async () => {
    const onMissing = vi.fn();
    show({ onMissing });
    await shelf.lose(0);
    expect(onMissing).toHaveBeenCalledOnce();
    expect(shelf.drawn).toEqual([]);
  });
});
