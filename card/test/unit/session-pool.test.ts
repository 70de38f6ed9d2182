import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { AvatarSession } from '../../src/core/session';
import { LINGER_MS, SessionPool } from '../../src/core/session-pool';

let pool: SessionPool;
let made: { slot: string; calls: string[] }[];

beforeEach(() => {
  vi.useFakeTimers();
  pool = new SessionPool();
  made = [];
});
afterEach(() => {
  vi.useRealTimers();
});

function create(slot: string): AvatarSession {
  const calls: string[] = [];
  made.push({ slot, calls });
  return {
    show: () => calls.push('show'),
    hide: () => calls.push('hide'),
    destroy: () => calls.push('destroy'),
  } as unknown as AvatarSession;
}

it('hands a lingering session to the next element', () => {
  const first = pool.acquire('ava', create);
  pool.release(first);
  vi.advanceTimersByTime(LINGER_MS - 1);
  expect(pool.acquire('ava', create)).toBe(first);
  vi.advanceTimersByTime(LINGER_MS * 2);
  expect(made).toEqual([{ slot: 'ava', calls: ['show', 'hide', 'show'] }]);
});

it('ends a session that nobody shows any more', () => {
  pool.release(pool.acquire('ava', create));
  vi.advanceTimersByTime(LINGER_MS);
  expect(made[0]?.calls).toEqual(['show', 'hide', 'destroy']);
  pool.acquire('ava', create);
  expect(made).toHaveLength(2);
});

it('gives twins on one page a slot each, and the same ones again', () => {
  const first = pool.acquire('ava', create);
  const second = pool.acquire('ava', create);
  expect(made.map(({ slot }) => slot)).toEqual(['ava', 'ava.2']);
  pool.release(first);
  pool.release(second);
  expect(pool.acquire('ava', create)).toBe(first);
  expect(pool.acquire('ava', create)).toBe(second);
});

it('releases once', () => {
  const session = pool.acquire('ava', create);
  pool.release(session);
  pool.release(session);
  vi.advanceTimersByTime(LINGER_MS * 2);
  expect(made[0]?.calls).toEqual(['show', 'hide', 'destroy']);
});
