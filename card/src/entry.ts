/**
 * The only file that every dashboard page loads: registers the card's tag at once and fetches the card itself when one
 * is put on the page. Nothing may import this file; with its `?v=` it would become a second module.
 */
import { entitySuggestion, isOurAvatar, stubConfig } from './ha/suggestions';
import type { AvatarView } from './card/avatar-view';
import { parseConfig, type CardConfig } from './core/config';
import type { Hass } from './ha/hass';
import type { TileContext, TileFeature, TileKind } from './ha/tile-feature';
import { pickerText } from './i18n/picker';

const TAG = 'streaming-avatar-card';
const GRID = { columns: 12, rows: 6, min_columns: 6, min_rows: 4 };

class StreamingAvatarCard extends HTMLElement {
  private _view: AvatarView | undefined;
  private _config: CardConfig | undefined;
  private _set: { hass?: Hass; preview?: boolean; layout?: string } = {};

  static async getConfigForm(): Promise<unknown> {
    return (await import('./card/avatar-view')).editorForm();
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

/** A row of a tile card. Without a word where its code cannot be had: the card says it. */
class AvatarTileFeature extends HTMLElement {
  static readonly kind: TileKind = 'controls';
  private _feature: TileFeature | undefined;
  private _set: { hass?: Hass; context?: TileContext } = {};

  setConfig(): void {
    void import('./ha/tile-feature').then(({ createTileFeature }) => {
      this._feature ??= createTileFeature(this, (this.constructor as typeof AvatarTileFeature).kind);
      this._feature.draw(this._set);
    });
  }

  set hass(hass: Hass) {
    this._set.hass = hass;
    this._feature?.draw(this._set);
  }

  set context(context: TileContext) {
    this._set.context = context;
    this._feature?.draw(this._set);
  }
}

const TILE_TAGS: Readonly<Record<TileKind, string>> = {
  controls: 'streaming-avatar-controls',
  say: 'streaming-avatar-say',
};

const define = (): void => {
  if (customElements.get(TAG)) return;
  customElements.define(TAG, class extends StreamingAvatarCard {});
  for (const kind of ['controls', 'say'] as const) {
    customElements.define(
      TILE_TAGS[kind],
      class extends AvatarTileFeature {
        static override readonly kind = kind;
      },
    );
  }
};
define();
// Before Home Assistant 2026.10 its scoped-registry polyfill could come later and forget the tag.
void customElements.whenDefined('home-assistant').then(define);

const page = window as { customCards?: unknown[]; customCardFeatures?: unknown[] };
(page.customCards ??= []).push({
  type: TAG,
  name: 'Streaming Avatar',
  get description() {
    return pickerText('description');
  },
  preview: true,
  getEntitySuggestion: (hass: Hass, entityId: string) => entitySuggestion(hass, entityId, TAG),
});
for (const kind of ['controls', 'say'] as const) {
  (page.customCardFeatures ??= []).push({
    type: TILE_TAGS[kind],
    get name() {
      return pickerText(kind);
    },
    isSupported: (hass: Hass, { entity_id }: TileContext) => isOurAvatar(hass, entity_id ?? ''),
  });
}
