/** Opens the diagnostics: with a long press on the card, with its context menu, or by a button. */
import { learn, loadNotices } from '../i18n/localize';
import type { DiagnosticsParts } from './diagnostics';

const LONG_PRESS_MS = 600;

export class Details implements EventListenerObject {
  /** To be listened to. A screen reader and a keyboard have the context menu, a mouse too; iOS has none. */
  static readonly events = ['contextmenu', 'pointerdown', 'pointerup', 'pointercancel', 'pointerleave'] as const;
  private _timer: ReturnType<typeof setTimeout> | undefined;

  /** `parts`: null while there is nothing to show. */
  constructor(
    private readonly _parts: () => DiagnosticsParts | null,
    private readonly _onMissing: () => void,
  ) {}

  handleEvent(event: Event): void {
    clearTimeout(this._timer);
    const target = event.composedPath()[0];
    if (!(target instanceof Element) || target.closest('button, input, dialog')) return;
    if (event.type === 'contextmenu') {
      event.preventDefault();
      void this.open();
    } else if (event.type === 'pointerdown' && (event as PointerEvent).pointerType === 'touch') {
      this._timer = setTimeout(() => void this.open(), LONG_PRESS_MS);
    }
  }

  async open(): Promise<void> {
    const parts = this._parts();
    if (!parts) return;
    try {
      const [{ english, showDiagnostics }] = await Promise.all([import('./diagnostics'), loadNotices()]);
      learn(english);
      await showDiagnostics(parts);
    } catch {
      this._onMissing();
    }
  }

  stop(): void {
    clearTimeout(this._timer);
  }
}
