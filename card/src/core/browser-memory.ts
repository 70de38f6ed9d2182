/** What this browser remembers: over a reload of the tab, or over everything. Works (without memory) where storage is forbidden. */
export type Memory = 'tab' | 'browser';

const PREFIX = 'streaming_avatar.';

// Reading `localStorage` itself throws where the user has forbidden storage.
function storage(memory: Memory): Storage | undefined {
  try {
    return memory === 'tab' ? window.sessionStorage : window.localStorage;
  } catch {
    return undefined;
  }
}

export function recall(memory: Memory, key: string): string | null {
  return storage(memory)?.getItem(PREFIX + key) ?? null;
}

export function remember(memory: Memory, key: string, value: string): void {
  try {
    storage(memory)?.setItem(PREFIX + key, value);
  } catch {
    // A full storage costs only the memory.
  }
}
