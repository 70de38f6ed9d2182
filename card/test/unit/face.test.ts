import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { Face, type FaceOptions, LOOKS, type MouthSource } from '../../src/face/face';
import { loadLook } from '../../src/face/looks';
import { fakeCanvas } from './face-canvas';
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
  clock = new SteppedClock();
  pictures = 0;
  onDraw = (): void => undefined;
  canvas = fakeCanvas(() => {
    pictures++;
    onDraw();
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
    expect(rate()).toBeCloseTo(30, 0);
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
