/** Time and chance, which pictures and tests replace. */
export interface FaceClock {
  /** Milliseconds. */
  now(): number;
  /** 0 to 1. */
  random(): number;
  setTimeout(callback: () => void, ms: number): number;
  clearTimeout(id: number): void;
  requestFrame(callback: () => void): number;
  cancelFrame(id: number): void;
}

export const REAL_CLOCK: FaceClock = {
  now: () => performance.now(),
  random: () => Math.random(),
  setTimeout: (callback, ms) => window.setTimeout(callback, ms),
  clearTimeout: (id) => {
    window.clearTimeout(id);
  },
  requestFrame: (callback) => window.requestAnimationFrame(callback),
  cancelFrame: (id) => {
    window.cancelAnimationFrame(id);
  },
};

/** The same chances every time. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
