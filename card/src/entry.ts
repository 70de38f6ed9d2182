/**
 * The only file that every dashboard page loads: registers the card's tag at once and fetches the card itself when one
 * is put on the page. Nothing may import this file; with its `?v=` it would become a second module.
 */
import { CARD_FORM, formLabel, formHelper } from './card-form';
import { entitySuggestion, stubConfig } from './ha/suggestions';
import type { AvatarView } from './card/avatar-view';
import { parseConfig, type CardConfig } from './core/config';
import type { Hass } from './ha/hass';

const TAG = 'streaming-avatar-card';
const GRID = { columns: 12, rows: 6, min_columns: 6, min_rows: 4 };

class StreamingAvatarCard extends HTMLElement {
  private _view: AvatarView | undefined;
  private _config: CardConfig | undefined;
  private _set: { hass?: Hass; preview?: boolean; layout?: string } = {};

  static getConfigForm(): unknown {
    return { schema: CARD_FORM, computeLabel: formLabel, computeHelper: formHelper };
  }

  static getStubConfig(hass: Hass): unknown {
    return stubConfig(hass);
  }

  /** Throws when something is wrong in it; Home Assistant shows the message. */
  setConfig(raw: unknown): void {
    this._config = parseConfig(raw);
    this._view?.setConfig(this._config);
  }

  set hass(hass: Hass) {
    this._set.hass = hass;
    if (this._view) this._view.hass = hass;
  }

  set preview(preview: boolean) {
    this._set.preview = preview;
    if (this._view) this._view.preview = preview;
  }

  set layout(layout: string) {
    this._set.layout = layout;
    if (this._view) this._view.layout = layout;
  }

  getCardSize(): number {
    return 7;
  }

  getGridOptions(): typeof GRID {
    return GRID;
  }

  connectedCallback(): void {
    this.style.cssText = 'display:block;height:100%';
    if (this._view) return;
    import('./card/avatar-view').then(
      ({ VIEW_TAG }) => {
        this._show(document.createElement(VIEW_TAG));
      },
      () => {
        this._offerReload();
      },
    );
  }

  private _show(view: AvatarView): void {
    if (this._view) return;
    if (this._config) view.setConfig(this._config);
    Object.assign(view, this._set);
    this._view = view;
    this.replaceChildren(view);
  }

  // An old page asks for a chunk of a version that is no longer there.
  private _offerReload(): void {
    const card = document.createElement('ha-card');
    card.style.cssText = 'display:grid;place-content:center;height:100%;min-height:88px';
    const button = document.createElement('button');
    button.textContent = 'Update ready · Reload';
    button.style.cssText =
      'min-height:44px;padding:0 20px;border:0;border-radius:99px;font:inherit;cursor:pointer;color:var(--text-primary-color,#fff);background:var(--primary-color)';
    button.onclick = () => {
      location.reload();
    };
    card.append(button);
    this.replaceChildren(card);
  }
}

const define = (): void => {
  if (!customElements.get(TAG)) customElements.define(TAG, class extends StreamingAvatarCard {});
};
define();
// Before Home Assistant 2026.10 its scoped-registry polyfill could come later and forget the tag.
void customElements.whenDefined('home-assistant').then(define);

const page = window as { customCards?: unknown[] };
(page.customCards ??= []).push({
  type: TAG,
  name: 'Streaming Avatar',
  description: 'A live avatar that speaks on this screen',
  preview: true,
  getEntitySuggestion: (hass: Hass, entityId: string) => entitySuggestion(hass, entityId, TAG),
});
