import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Face, type FaceOptions, LOOKS, type MouthSource } from '../../src/face/face';
import { loadLook } from '../../src/face/looks';
import { lookOf } from '../../src/face/looks';
import { SteppedClock } from './face-clock';

const OPTIONS: FaceOptions = {
  look: 'nova',
  colors: {},
  theme: { primary: '#009ac7', background: '#ffffff', text: '#141414', dark: false },
  emotion: 'friendly',
  motion: 'full',
};
const WIDE_OPEN = { open: 1, wide: 0, press: 0, teeth: 0.5, tongue: 0.3 };
const talking: MouthSource = { shape: () => WIDE_OPEN, loudness: () => 0.5 };

let clock: SteppedClock;
let canvas: HTMLCanvasElement;
let pictures: number;
let onDraw: () => void;

/** Takes every call, and counts the pictures: each begins by clearing. */
function fakePen(): CanvasRenderingContext2D {
  const gradient = { addColorStop: () => undefined };
  return new Proxy({} as CanvasRenderingContext2D, {
    get: (_target, name) => {
      if (name === 'clearRect')
        return () => {
          pictures++;
          onDraw();
        };
      if (String(name).startsWith('create')) return () => gradient;
      return (): void => undefined;
    },
    set: () => true,
  });
}

function face(options: Partial<FaceOptions> = {}): Face {
  return new Face(canvas, { ...OPTIONS, ...options }, clock);
}

/** How many pictures a second, after it has settled. */
function rate(): number {
  clock.run(3000);
  const before = pictures;
  clock.run(20_000);
  return (pictures - before) / 20;
}

beforeAll(async () => {
  await Promise.all(LOOKS.map(loadLook));
});

beforeEach(() => {
  vi.stubGlobal('Path2D', function (this: object): void {
    // Shapes are not looked at here.
  });
  clock = new SteppedClock();
  pictures = 0;
  onDraw = (): void => undefined;
  canvas = document.createElement('canvas');
  Object.defineProperties(canvas, { clientWidth: { value: 400 }, clientHeight: { value: 300 } });
  const pen = fakePen();
  canvas.getContext = (() => pen) as unknown as HTMLCanvasElement['getContext'];
});

describe('a look', () => {
  // Before everything else: what was loaded once stays.
  it('is loaded when it is first shown, and nothing is drawn until then', async () => {
    expect(lookOf('nova')).toBeUndefined();
    face();
    clock.run(500);
    expect(pictures).toBe(0);
    await vi.waitUntil(() => lookOf('nova'));
    await Promise.resolve();
    expect(pictures).toBe(1);
  });

  it('stays until the next one is there', async () => {
    const one = face();
    one.update({ look: 'mira' });
    expect(lookOf('mira')).toBeUndefined();
    clock.run(500);
    expect(pictures).toBeGreaterThan(3);
    await vi.waitUntil(() => lookOf('mira'));
  });

  it('that is not there any more is told', async () => {
    vi.resetModules();
    vi.doMock('../../src/face/looks', () => ({
      lookOf: () => undefined,
      loadLook: () => Promise.reject(new Error('Not found')),
    }));
    const { Face: LostFace } = await import('../../src/face/face');
    vi.doUnmock('../../src/face/looks');
    const onMissing = vi.fn();
    const lost = new LostFace(canvas, { ...OPTIONS, onMissing }, clock);
    await vi.waitUntil(() => onMissing.mock.calls.length > 0);
    clock.run(500);
    expect(onMissing).toHaveBeenCalledOnce();
    expect(pictures).toBe(0);
    lost.destroy();
  });
});

describe('how often a face is drawn', () => {
  it('at rest ten times a second, and a little more for the blinks', () => {
    face();
    expect(rate()).toBeGreaterThan(9);
    expect(pictures / 23).toBeLessThan(13);
    expect(clock.frames).toBe(0);
  });

  it('while speaking thirty times a second, with the beat of the display', () => {
    face().setMouth(talking);
    expect(Math.abs(rate() - 27)).toBeLessThan(3);
    expect(clock.timers + clock.frames).toBe(1);
  });

  it('goes back to rest when the sound ends', () => {
    const speaking = face();
    speaking.setMouth(talking);
    clock.run(1000);
    speaking.setMouth(null);
    expect(rate()).toBeLessThan(13);
    expect(clock.frames).toBe(0);
  });

  it('while asleep five times a second', () => {
    face().setPose('sleep');
    expect(rate()).toBeCloseTo(5, 0);
  });

  it('with reduced motion only to blink, and twelve times a second to speak', () => {
    const calm = face({ motion: 'reduced' });
    expect(rate()).toBeLessThan(2);
    calm.setMouth(talking);
    expect(clock.frames).toBe(0);
    expect(rate()).toBeCloseTo(12, 0);
  });

  it('when still only if something is told', () => {
    const still = face({ motion: 'still' });
    expect(rate()).toBe(0);
    expect([clock.timers, clock.frames]).toEqual([0, 0]);
    const before = pictures;
    still.setPose('error');
    still.setPose('error');
    expect(pictures).toBe(before + 1);
  });

  it('less on a device that draws slowly, and not as sharp', () => {
    vi.stubGlobal('devicePixelRatio', 2);
    const slow = face();
    expect(canvas.width).toBe(800);
    onDraw = (): void => {
      clock.skip(20);
    };
    slow.setMouth(talking);
    expect(rate()).toBeLessThan(21);
    expect(canvas.width).toBe(400);
    vi.unstubAllGlobals();
  });
});

describe('what runs', () => {
  it.each([
    ['at rest', (): void => undefined],
    [
      'while speaking',
      (it: Face): void => {
        it.setMouth(talking);
      },
    ],
  ])('is nothing while suspended, %s', (_when, prepare) => {
    const one = face();
    prepare(one);
    one.suspend();
    expect([clock.timers, clock.frames]).toEqual([0, 0]);
    const before = pictures;
    one.setPose('listening');
    one.update({ emotion: 'excited' });
    one.beginSentence('Hello?');
    one.lookAt(1, 1);
    clock.run(5000);
    expect(pictures).toBe(before);
    expect([clock.timers, clock.frames]).toEqual([0, 0]);
    one.resume();
    expect(pictures).toBe(before + 1);
    expect(clock.timers + clock.frames).toBe(1);
  });

  it('is nothing after the end, whatever is told', () => {
    const one = face();
    one.setMouth(talking);
    one.destroy();
    const before = pictures;
    one.setMouth(null);
    one.setPose('idle');
    one.resume();
    clock.run(1000);
    expect(pictures).toBe(before);
    expect([clock.timers, clock.frames]).toEqual([0, 0]);
  });

  it('is never more than one thing', () => {
    const one = face();
    for (const pose of ['listening', 'thinking', 'speaking', 'idle'] as const) one.setPose(pose);
    one.setMouth(talking);
    one.beginSentence('Hi.');
    one.lookAt(0.5, 0);
    expect(clock.timers + clock.frames).toBe(1);
  });
});

describe('what a face shows', () => {
  it('is the mouth of the sound, at once', () => {
    const one = face();
    one.setMouth(talking);
    expect(one.state.open).toBe(1);
    one.setMouth(null);
    clock.run(500);
    expect(one.state.open).toBeLessThan(0.02);
  });

  it('follows the loudness where the sound cannot be read', () => {
    const one = face();
    let loudness = 0;
    one.setMouth({ shape: () => null, loudness: () => loudness });
    clock.run(300);
    expect(one.state.open).toBeLessThan(0.05);
    loudness = 0.7;
    clock.run(300);
    expect(one.state.open).toBeGreaterThan(0.5);
  });

  it('has five mouths with reduced motion, and none when still', () => {
    const calm = face({ motion: 'reduced' });
    calm.setMouth({
      shape: () => ({ open: 0.57, wide: 0.31, press: 0, teeth: 0.4, tongue: 0.2 }),
      loudness: () => 0.5,
    });
    expect(calm.state.open).toBe(0.5);
    const still = face({ motion: 'still' });
    still.setMouth(talking);
    expect(still.state.open).toBe(0);
  });

  it('holds still with reduced motion, but for the lids', () => {
    const calm = face({ motion: 'reduced' });
    calm.lookAt(1, 1);
    clock.run(30_000);
    expect([calm.state.gx, calm.state.yaw, calm.state.breath]).toEqual([0, 0, 0]);
  });

  it('looks at what moves, and away again', () => {
    const one = face();
    one.lookAt(1, 0);
    clock.run(500);
    expect(one.state.gx).toBeGreaterThan(0.7);
    clock.run(10_000);
    expect(one.state.gx).toBeLessThan(0.6);
  });

  it('is the first look and the friendly face if it does not know better', () => {
    expect(LOOKS).toEqual(['mira', 'nova']);
    const one = face({ look: 'nobody', emotion: 'hungry' as 'friendly' });
    clock.run(500);
    expect(one.state.smile).toBe(0.45);
    expect(pictures).toBeGreaterThan(2);
  });
});
