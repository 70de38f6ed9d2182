/**
 * Keeps sessions over the life of elements. Home Assistant makes a card anew when it is edited, and takes it out of the
 * page when the view changes: the next element takes over a session that still lingers, picture and sound included.
 */
import type { AvatarSession } from './session';

export const LINGER_MS = 10_000;

interface Slot {
  session: AvatarSession;
  shown: boolean;
  timer: ReturnType<typeof setTimeout> | undefined;
}

export class SessionPool {
  private readonly _slots = new Map<string, Slot>();

  /** `key` names the card; twins on one page get a slot each. */
  acquire(key: string, create: (slot: string) => AvatarSession): AvatarSession {
    for (let n = 1; ; n += 1) {
      const name = n === 1 ? key : `${key}.${String(n)}`;
      const slot = this._slots.get(name);
      if (slot?.shown) continue;
      if (slot) clearTimeout(slot.timer);
      const session = slot?.session ?? create(name);
      this._slots.set(name, { session, shown: true, timer: undefined });
      session.show();
      return session;
    }
  }

  release(session: AvatarSession): void {
    for (const [name, slot] of this._slots) {
      if (slot.session !== session || !slot.shown) continue;
      slot.shown = false;
      slot.timer = setTimeout(() => {
        this._slots.delete(name);
        session.destroy();
      }, LINGER_MS);
      session.hide();
    }
  }
}

export const sessionPool = new SessionPool();
