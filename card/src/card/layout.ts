/** What the card draws, from the view model. No state of its own. */
import { html, nothing, type TemplateResult } from 'lit/html.js';
import type { CardConfig } from '../core/config';
import type { Sentence } from '../core/state';
import type { CaptionView, Notice, View } from '../core/view';
import type { Localize } from '../i18n/localize';
import type { FaceShown } from './face-element';
import { controlBar, sayField, showHereBar, type ControlHandlers } from './controls';
import { icon } from './icons';
import { noticeBox, statusLine, statusText } from './status';

export interface LayoutParts {
  view: View;
  config: CardConfig;
  name: string;
  portrait: TemplateResult | typeof nothing;
  portrayed: boolean;
  /** What the face element shows; null until its code is there. */
  face: FaceShown | null;
  saying: boolean;
  sending: boolean;
  /** Nobody touched the card for a while: over live video the buttons fade. */
  asleep: boolean;
  still: boolean;
  sentences: readonly Sentence[];
  localize: Localize;
  on: LayoutHandlers;
}

export interface LayoutHandlers extends ControlHandlers {
  tapScene: () => void;
  unlockSound: () => void;
  details: () => void;
  notice: (action: NonNullable<Notice['action']>) => void;
}

export function layout(parts: LayoutParts): TemplateResult {
  const { view, config, name, localize, on } = parts;
  return html`<ha-card class=${classes(parts)}>
    ${scene(parts)}
    <div class="top">
      <div class="title">
        ${config.show_name ? html`<span class="name" dir="auto">${name}</span>` : nothing} ${statusLine(view, localize)}
      </div>
      ${
        view.soundChip
          ? html`<button type="button" class="button chip" @click=${on.unlockSound}>
              ${icon('muted')}<span>${localize('control.sound')}</span>
            </button>`
          : nothing
      }
    </div>
    <div class="bottom">
      ${view.caption ? captionBox(view.caption, localize) : nothing}
      ${view.notice ? noticeBox(view.notice, name, localize, on) : nothing}
      ${config.controls === 'off' ? nothing : controls(parts)}
    </div>
    <div class="hidden" role="log" aria-live="polite" aria-label=${localize('caption.log')}>
      ${parts.sentences.map((sentence) => html`<p dir="auto">${sentence.text}</p>`)}
    </div>
    ${
      // A notice of trouble has one of its own.
      view.mode === 'preview' || (view.notice && view.notice.severity !== 'info')
        ? nothing
        : html`<button type="button" class="button details" @click=${on.details}>
            ${icon('info')}<span>${localize('control.details')}</span>
          </button>`
    }
  </ha-card>`;
}

function classes({ view, config, portrayed, face, asleep, saying, still }: LayoutParts): string {
  const flags = {
    video: view.showVideo,
    pictured: view.showVideo || (portrayed && view.face === null),
    // What shows a face needs no portrait behind it.
    faced: view.face !== null || (face !== null && view.showVideo),
    mimed: view.everywhere,
    saying: saying && view.controls.say,
    captioned: view.caption !== null,
    quiet:
      (view.showVideo || (view.face?.own === true && view.mode === 'live')) &&
      asleep &&
      !saying &&
      config.controls !== 'always',
    bare: config.controls === 'off',
    noticed: view.notice !== null,
    chipped: view.soundChip,
    still,
  };
  const set = Object.entries(flags).flatMap(([name, on]) => (on ? [name] : []));
  return ['card', `is-${view.mode}`, `is-${view.status}`, config.fit, ...set].join(' ');
}

function scene({ view, config, name, portrait, face, localize, on }: LayoutParts): TemplateResult {
  const tappable = view.controls.start && config.start_on_tap;
  // With no buttons on the card, the picture is the only way for the keyboard.
  const isButton = tappable && config.controls === 'off';
  return html`<div
    class="scene ${tappable ? 'tappable' : ''}"
    role=${isButton ? 'button' : nothing}
    tabindex=${isButton ? 0 : nothing}
    aria-label=${isButton ? localize('control.start') : nothing}
    @click=${on.tapScene}
    @keydown=${isButton ? pressed(on.tapScene) : nothing}
  >
    <div class="ambience"></div>
    <div class="picture" role="img" aria-label="${name}: ${statusText(view, localize)}">
      ${portrait} ${face ? html`<streaming-avatar-face .shown=${face}></streaming-avatar-face>` : nothing}
      <div class="place"></div>
    </div>
    <div class="shade"></div>
    <div class="halo"></div>
    <div class="progress"></div>
  </div>`;
}

function pressed(run: () => void): (event: KeyboardEvent) => void {
  return (event) => {
    if (event.key !== 'Enter' && event.key !== ' ') return;
    event.preventDefault();
    run();
  };
}

function controls(parts: LayoutParts): TemplateResult {
  const { view, name, localize, on } = parts;
  if (parts.saying && view.controls.say) return sayField(view, name, localize, parts.sending, on);
  if (view.controls.showHere) return showHereBar(view, localize, on);
  return controlBar(view, localize, on);
}

function captionBox({ role, spoken, rest }: CaptionView, localize: Localize): TemplateResult {
  // The whole sentence is read out from the log; these two lines change with every word.
  return html`<p class="caption ${role}" dir="auto" aria-hidden="true">
    ${role === 'user' ? html`<b>${localize('caption.user')}</b>` : nothing}<span class="spoken">${spoken}</span
    ><span class="rest">${rest}</span>
  </p>`;
}
