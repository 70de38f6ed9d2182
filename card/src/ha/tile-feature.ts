/**
 * The rows that an avatar adds to a tile card: its buttons, or a field for words. Lazy, and without code of the card:
 * a page with tiles only does not load that.
 */
import texts from '../i18n/tile.json';
import type { Hass } from './hass';
import { tileStyles } from './styles-tile';
import type { HomeAssistant } from './types';

export type TileKind = 'controls' | 'say';

export interface TileContext {
  entity_id?: string;
}

export interface TileFeature {
  draw(parts: { hass?: Hass; context?: TileContext }): void;
}

type TileText = keyof (typeof texts)['en'];

const POWER = '<path d="M12 3.5v8.2M7.2 6.6a7.3 7.3 0 1 0 9.6 0" />';
const SQUARE = '<rect x="6.5" y="6.5" width="11" height="11" rx="2.6" class="solid" />';
const ARROW =
  '<path d="M4.4 11 5 5.3c.1-.7.8-1.1 1.4-.8l13.3 6.6c.7.3.7 1.4 0 1.7L6.4 19.5c-.6.3-1.3-.1-1.4-.8L4.4 13 13 12Z" class="solid" />';
/** More than this the integration refuses. */
const TEXT_LIMIT = 10_000;

const symbol = (path: string): string => `<svg viewBox="0 0 24 24" aria-hidden="true">${path}</svg>`;

export function createTileFeature(element: HTMLElement, kind: TileKind): TileFeature {
  const root = element.attachShadow({ mode: 'open' });
  root.innerHTML = `<style>${tileStyles}</style>`;
  return kind === 'say' ? new SayRow(root) : new ControlsRow(root);
}

abstract class Row implements TileFeature {
  private _hass: HomeAssistant | undefined;
  private _entity = '';

  constructor(protected readonly root: ShadowRoot) {}

  draw({ hass, context }: { hass?: Hass; context?: TileContext }): void {
    if (!hass) return;
    this._hass = hass as unknown as HomeAssistant;
    this._entity = context?.entity_id ?? '';
    this.show(this._hass.states[this._entity]?.state ?? 'unavailable');
  }

  protected abstract show(state: string): void;

  protected text(key: TileText): string {
    const { locale, language } = this._hass ?? {};
    const short = (locale?.language ?? language ?? '').split('-')[0] ?? '';
    return ((texts as Partial<Record<string, Record<TileText, string>>>)[short] ?? texts.en)[key];
  }

  protected name(control: HTMLElement, key: TileText): void {
    control.title = this.text(key);
    control.setAttribute('aria-label', this.text(key));
  }

  /** Home Assistant itself shows what went wrong. */
  protected async run(action: string, data: Record<string, unknown> = {}): Promise<boolean> {
    try {
      await this._hass?.callService('streaming_avatar', action, data, { entity_id: this._entity });
      return true;
    } catch {
      return false;
    }
  }
}

class ControlsRow extends Row {
  private readonly _power: HTMLButtonElement;
  private readonly _interrupt: HTMLButtonElement;
  private _off = true;

  constructor(root: ShadowRoot) {
    super(root);
    const row = document.createElement('div');
    row.className = 'row';
    this._power = addButton(row, POWER, () => void this.run(this._off ? 'start_session' : 'stop_session'));
    this._interrupt = addButton(row, SQUARE, () => void this.run('interrupt'));
    root.append(row);
  }

  protected override show(state: string): void {
    this._off = state === 'off';
    this._power.disabled = state === 'unavailable';
    this._interrupt.disabled = state === 'unavailable' || this._off;
    this.name(this._power, this._off ? 'start_session' : 'stop_session');
    this.name(this._interrupt, 'interrupt');
  }
}

class SayRow extends Row {
  private readonly _field = document.createElement('input');
  private readonly _send: HTMLButtonElement;
  private _sending = false;
  private _there = false;

  constructor(root: ShadowRoot) {
    super(root);
    const form = document.createElement('form');
    form.className = 'row';
    Object.assign(this._field, { type: 'text', dir: 'auto', autocomplete: 'off', maxLength: TEXT_LIMIT });
    this._field.enterKeyHint = 'send';
    form.append(this._field);
    this._send = addButton(form, ARROW, () => undefined);
    this._send.type = 'submit';
    this._send.className = 'send';
    form.onsubmit = (event): void => {
      event.preventDefault();
      void this._say();
    };
    // A tile opens its dialog with the same keys.
    form.onkeydown = (event): void => {
      event.stopPropagation();
    };
    root.append(form);
  }

  protected override show(state: string): void {
    this._there = state !== 'unavailable';
    this._field.placeholder = this.text('say');
    this.name(this._field, 'say');
    this.name(this._send, 'send');
    this._enable();
  }

  private _enable(): void {
    this._field.disabled = !this._there;
    this._send.disabled = !this._there || this._sending;
  }

  private async _say(): Promise<void> {
    const text = this._field.value.trim();
    if (!text || this._sending) return;
    this._sending = true;
    this._enable();
    const taken = await this.run('speak', { text });
    this._sending = false;
    this._enable();
    this._field.classList.toggle('failed', !taken);
    this._field.setAttribute('aria-invalid', String(!taken));
    if (taken && this._field.value.trim() === text) this._field.value = '';
  }
}

function addButton(row: HTMLElement, path: string, run: () => void): HTMLButtonElement {
  const button = document.createElement('button');
  button.type = 'button';
  button.innerHTML = symbol(path);
  button.onclick = (event): void => {
    // The tile behind it has an action of its own.
    event.stopPropagation();
    run();
  };
  row.append(button);
  return button;
}
