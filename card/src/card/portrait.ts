/** The picture of an avatar that is not live: its own portrait, else a neutral one as soon as that is there. */
import { html, nothing, type TemplateResult } from 'lit/html.js';

export class Portrait {
  private _placeholder: string | undefined;
  private _loading = false;
  private _broken: string | null = null;

  constructor(private readonly _onChange: () => void) {}

  /** Null where there is none that can be shown. */
  url(wanted: string | null): string | null {
    return wanted === this._broken ? null : wanted;
  }

  render(url: string | null): TemplateResult | typeof nothing {
    if (url) {
      const broken = (): void => {
        this._broken = url;
        this._onChange();
      };
      return html`<img class="portrait" src=${url} alt="" draggable="false" @error=${broken} />`;
    }
    this._load();
    if (!this._placeholder) return nothing;
    return html`<div class="placeholder" aria-hidden="true" .innerHTML=${this._placeholder}></div>`;
  }

  private _load(): void {
    if (this._loading) return;
    this._loading = true;
    import('./placeholder').then(
      ({ PLACEHOLDER }) => {
        this._placeholder = PLACEHOLDER;
        this._onChange();
      },
      // A card without a picture is still a card.
      () => undefined,
    );
  }
}
