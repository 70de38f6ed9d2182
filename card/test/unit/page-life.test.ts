import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { PageLife } from '../../src/core/page-life';

let told: string[];
let life: PageLife;
let hidden = false;

beforeEach(() => {
  vi.useFakeTimers();
  told = [];
  hidden = false;
  vi.spyOn(document, 'hidden', 'get').mockImplementation(() => hidden);
  life = new PageLife({
    onVisibility: (visible) => told.push(visible ? 'visible' : 'hidden'),
    onLeave: () => told.push('leave'),
    onWake: () => told.push('wake'),
  });
  life.start();
});
afterEach(() => {
  life.stop();
  expect(vi.getTimerCount()).toBe(0);
  vi.restoreAllMocks();
  vi.useRealTimers();
});

function hide(value: boolean): void {
  hidden = value;
  document.dispatchEvent(new Event('visibilitychange'));
}

it('tells when the page is hidden and shown', () => {
  hide(true);
  hide(false);
  expect(told).toEqual(['hidden', 'visible']);
});

it('tells when the page is left', () => {
  window.dispatchEvent(new Event('pagehide'));
  expect(told).toEqual(['leave']);
});

it('tells a page that comes back from the cache', () => {
  window.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: false }));
  expect(told).toEqual([]);
  window.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }));
  expect(told).toEqual(['wake']);
});

it('tells a sleep by the clock that jumped, not by one that ticks', () => {
  vi.advanceTimersByTime(60_000);
  expect(told).toEqual([]);
  vi.setSystemTime(Date.now() + 20_000);
  vi.advanceTimersByTime(5000);
  expect(told).toEqual(['wake']);
});

it('takes the slow timers of a hidden page for no sleep, until it is shown', () => {
  hide(true);
  vi.setSystemTime(Date.now() + 60_000);
  expect(told).toEqual(['hidden']);
  hide(false);
  expect(told).toEqual(['hidden', 'wake', 'visible']);
});

it('is quiet after it stopped', () => {
  life.stop();
  hide(true);
  window.dispatchEvent(new Event('pagehide'));
  expect(told).toEqual([]);
});
