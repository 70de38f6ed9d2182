import { describe, expect, it } from 'vitest';
import { MOODS, MoodFade } from '../../src/face/emotions';
import { Gestures } from '../../src/face/gestures';
import { Blinks, Gaze } from '../../src/face/idle-life';
import { neutral } from '../../src/face/parameters';
import { mouthForm } from '../../src/face/parts';
import { plainShape, Rig } from '../../src/face/rig';
import { Spring } from '../../src/face/spring';
import { SteppedClock } from './face-clock';

describe('a spring', () => {
  it('comes to its target without swinging over', () => {
    const spring = new Spring(10);
    const values = Array.from({ length: 60 }, () => spring.step(1, 0.02));
    expect(Math.max(...values)).toBeLessThanOrEqual(1);
    expect(values).toEqual([...values].sort((a, b) => a - b));
    expect(values[59]).toBeGreaterThan(0.99);
  });

  it('goes the same way in small and in large steps', () => {
    const fine = new Spring(8);
    const coarse = new Spring(8);
    for (let i = 0; i < 50; i++) fine.step(1, 0.01);
    for (let i = 0; i < 5; i++) coarse.step(1, 0.1);
    expect(fine.value).toBeCloseTo(coarse.value, 10);
  });

  it('comes back from a push', () => {
    const spring = new Spring(10);
    spring.push(4);
    expect(spring.step(0, 0.1)).toBeGreaterThan(0.1);
    expect(spring.step(0, 2)).toBeCloseTo(0, 4);
  });
});

describe('blinks', () => {
  /** When they began, in ten minutes. */
  function blinks(rate: number): number[] {
    const clock = new SteppedClock(3);
    const lids = new Blinks(clock, clock.now());
    const begun: number[] = [];
    let before = 1;
    for (let i = 0; i < 60_000; i++) {
      clock.run(10);
      const lid = lids.lid(clock.now(), rate);
      if (lid < 1 && before === 1) begun.push(clock.now());
      before = lid;
    }
    return begun;
  }
  const gaps = (times: number[]): number[] => times.slice(1).map((time, index) => time - (times[index] ?? 0));

  it('come every two to six seconds, some twice', () => {
    const between = gaps(blinks(1));
    const doubles = between.filter((gap) => gap < 500);
    const single = between.filter((gap) => gap >= 500);
    expect(Math.min(...single)).toBeGreaterThan(1900);
    expect(Math.max(...single)).toBeLessThan(6100);
    const mean = single.reduce((sum, gap) => sum + gap, 0) / single.length;
    expect(mean).toBeGreaterThan(3300);
    expect(mean).toBeLessThan(4300);
    expect(doubles.length / between.length).toBeGreaterThan(0.05);
    expect(doubles.length / between.length).toBeLessThan(0.2);
  });

  it('come as the emotion has it', () => {
    expect(blinks(1.3).length).toBeGreaterThan(1.15 * blinks(1).length);
  });

  it('close and open within 140 ms', () => {
    const clock = new SteppedClock();
    const lids = new Blinks(clock, clock.now());
    clock.run(lids.next - clock.now());
    const course = Array.from({ length: 16 }, () => {
      const lid = lids.lid(clock.now(), 1);
      clock.run(10);
      return lid;
    });
    expect(course[0]).toBe(1);
    expect(course[6]).toBe(0);
    expect(course[14]).toBe(1);
  });
});

describe('the eyes', () => {
  it('rest on whoever looks most of the time', () => {
    const clock = new SteppedClock(5);
    const gaze = new Gaze(clock);
    let straight = 0;
    for (let i = 0; i < 20_000; i++) {
      clock.run(50);
      gaze.step(clock.now(), 0.7);
      if (gaze.x === 0 && gaze.y === 0) straight++;
    }
    expect(straight / 20_000).toBeGreaterThan(0.65);
    expect(straight / 20_000).toBeLessThan(0.82);
  });
});

describe('an emotion', () => {
  it('fades in 400 ms, from wherever it was', () => {
    const fade = new MoodFade('friendly');
    fade.fadeTo('excited', 1000);
    expect(fade.at(1000)).toEqual(MOODS.friendly);
    expect(fade.at(1200).smile).toBeCloseTo((0.45 + 0.85) / 2, 6);
    fade.fadeTo('serious', 1200);
    expect(fade.at(1200).smile).toBeCloseTo(0.65, 6);
    expect(fade.at(1600)).toEqual(MOODS.serious);
  });
});

describe('gestures', () => {
  /** The nods of ten seconds of syllables, the loud ones every second. */
  function nods(loud: number, motion = 1): number[] {
    const gestures = new Gestures();
    gestures.begin('One two three.', 0);
    return Array.from({ length: 300 }, (_, i) => {
      const now = i * 33;
      const syllable = Math.max(0, Math.sin((now / 250) * Math.PI * 2)) * (now % 1000 < 250 ? loud : 0.25);
      gestures.step(syllable, now, 0.033, motion, false);
      return gestures.now.pitch;
    });
  }

  it('nod on what stands out', () => {
    const tops = nods(0.9).filter(
      (value, i, all) => value > 0.08 && value > (all[i - 1] ?? 0) && value >= (all[i + 1] ?? 0),
    );
    expect(tops.length).toBeGreaterThanOrEqual(6);
    expect(tops.length).toBeLessThanOrEqual(11);
  });

  it('nod less in a calm mood', () => {
    expect(Math.max(...nods(0.9, 0.6))).toBeLessThan(Math.max(...nods(0.9, 1.6)));
  });

  it('widen the eyes on a question only', () => {
    const eye = (text: string): number => {
      const gestures = new Gestures();
      gestures.begin(text, 0);
      for (let i = 1; i < 40; i++) gestures.step(0.4, i * 33, 0.033, 1, false);
      return gestures.now.eye;
    };
    expect(eye('Shall I close the blinds?')).toBeGreaterThan(0.05);
    expect(eye('The blinds are closed.')).toBe(0);
  });

  it('breathe in before the first word, and tell a pause', () => {
    const gestures = new Gestures();
    gestures.begin('Hi.', 0);
    gestures.step(null, 100, 0.1, 1, false);
    expect(gestures.now.inhale).toBeGreaterThan(0.3);
    gestures.step(0.5, 200, 0.1, 1, false);
    expect(gestures.step(0, 400, 0.2, 1, false)).toBe(false);
    expect(gestures.step(0, 600, 0.2, 1, false)).toBe(true);
    expect(gestures.step(0, 800, 0.2, 1, false)).toBe(false);
  });
});

describe('poses', () => {
  function settled(pose: Rig['pose'], motion: Rig['motion'] = 'full'): Rig['state'] {
    const clock = new SteppedClock();
    const rig = new Rig(clock, 'friendly', motion);
    rig.pose = pose;
    for (let i = 0; i < 60; i++) {
      clock.run(33);
      rig.advance();
    }
    return rig.state;
  }

  it.each(['full', 'reduced', 'still'] as const)('read as what they are, %s', (motion) => {
    expect(settled('sleep', motion).eyeL).toBe(0);
    expect(settled('error', motion).smile).toBeLessThan(-0.3);
    expect(settled('error', motion).browIn).toBeGreaterThan(0.7);
    expect(settled('thinking', motion).gy).toBeLessThan(-0.6);
    expect(settled('thinking', motion).think).toBeGreaterThan(0.9);
    expect(settled('listening', motion).halo).toBeGreaterThan(0.5);
    expect(settled('listening', motion).roll).toBeGreaterThan(0.25);
    expect(settled('idle', motion).halo).toBe(0);
  });
});

describe('the mouth', () => {
  const form = (shape: object): ReturnType<typeof mouthForm> => mouthForm({ ...neutral(), ...shape }, 26, 35, 8);

  it('is wide when spread, narrow when round, and thin when pressed', () => {
    const rest = form({});
    expect(form({ wide: 1 }).width).toBeGreaterThan(1.2 * rest.width);
    expect(form({ wide: -1 }).width).toBeLessThan(0.6 * rest.width);
    expect(form({ press: 1 }).lowerLip).toBeLessThan(0.6 * rest.lowerLip);
  });

  it('is shut at rest and pressed, and opens as far as told', () => {
    expect(form({}).height).toBe(0);
    expect(form({ press: 1, teeth: 1 }).height).toBe(0);
    expect(form({ open: 1 }).height).toBeCloseTo(35, 0);
    expect(form({ open: 1 }).lower - form({ open: 1 }).upper).toBeCloseTo(35, 0);
  });

  it('shows teeth that need a gap', () => {
    expect(form({ open: 0.1, teeth: 1 }).height).toBeGreaterThan(form({ open: 0.1 }).height + 2);
  });

  it('raises its corners to smile, less when open', () => {
    expect(form({ smile: 0.8 }).corner).toBeLessThan(-5);
    expect(form({ smile: -0.8 }).corner).toBeGreaterThan(5);
    const lift = (open: number): number => form({ open }).corner - form({ open, smile: 0.8 }).corner;
    expect(lift(1)).toBeLessThan(lift(0));
  });

  it('has five shapes to choose from with reduced motion', () => {
    const shapes = new Set<string>();
    for (let open = 0; open <= 1; open += 0.05) {
      for (const wide of [-1, 0, 1])
        shapes.add(JSON.stringify(plainShape({ open, wide, press: 0, teeth: 0.4, tongue: 0.1 }).open));
    }
    expect(shapes.size).toBe(4);
    expect(plainShape({ open: 0.4, wide: -1, press: 0, teeth: 0, tongue: 0 }).wide).toBeLessThan(-0.5);
  });
});
