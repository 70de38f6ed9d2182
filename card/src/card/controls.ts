/** The buttons, and the field for typed words. */
import { html, nothing, type TemplateResult } from 'lit/html.js';
import type { View } from '../core/view';
import type { Localize, TextKey } from '../i18n/localize';
import { icon, type IconName } from './icons';

export interface ControlHandlers {
  start: () => void;
  stop: () => void;
  interrupt: () => void;
  mute: () => void;
  captions: () => void;
  openSay: () => void;
  closeSay: () => void;
  say: (text: string) => void;
  showHere: () => void;
}

interface ButtonExtra {
  className?: string;
  pressed?: boolean;
  disabled?: boolean;
}

export function iconButton(name: IconName, label: string, run: () => void, extra: ButtonExtra = {}): TemplateResult {
  return html`<button
    type="button"
    class="button ${extra.className ?? ''}"
    aria-label=${label}
    title=${label}
    aria-pressed=${extra.pressed === undefined ? nothing : extra.pressed ? 'true' : 'false'}
    ?disabled=${extra.disabled ?? false}
    @click=${run}
  >
    ${icon(name)}
  </button>`;
}

type Button = TemplateResult | typeof nothing;

function button(
  shown: boolean,
  localize: Localize,
  key: TextKey,
  name: IconName,
  run: () => void,
  extra: ButtonExtra = {},
): Button {
  return shown ? iconButton(name, localize(key), run, extra) : nothing;
}

/** Keeps its place while there is nothing to interrupt, so that nobody hits its neighbour instead. */
const interruptButton = (view: View, localize: Localize, on: ControlHandlers): Button =>
  button(view.controls.interruptShown, localize, 'control.interrupt', 'interrupt', on.interrupt, {
    className: 'interrupt',
    disabled: !view.controls.interrupt,
  });

export function controlBar(view: View, localize: Localize, on: ControlHandlers): TemplateResult {
  const { controls } = view;
  const muteKey = controls.muted ? 'control.unmute' : 'control.mute';
  return html`<div class="bar">
    ${
      controls.start
        ? html`<button type="button" class="button primary wide" @click=${on.start}>
            ${icon('power')}<span>${localize(controls.wakes ? 'control.wake' : 'control.start')}</span>
          </button>`
        : nothing
    }
    ${button(controls.stop, localize, 'control.stop', 'power', on.stop)} ${interruptButton(view, localize, on)}
    ${button(controls.mute, localize, muteKey, controls.muted ? 'muted' : 'sound', on.mute)}
    ${button(controls.captions, localize, 'control.captions', 'captions', on.captions, {
      pressed: controls.captionsOn,
      className: 'captions-button',
    })}
    ${button(controls.say, localize, 'control.say', 'say', on.openSay, { className: 'say-open' })}
  </div>`;
}

export function showHereBar(view: View, localize: Localize, on: ControlHandlers): TemplateResult {
  return html`<div class="bar">
    <button type="button" class="button primary wide" ?disabled=${!view.controls.showHereReady} @click=${on.showHere}>
      ${icon('here')}<span>${localize(view.everywhere ? 'control.sound_here' : 'control.show_here')}</span>
    </button>
    ${interruptButton(view, localize, on)}
    ${button(view.everywhere && view.controls.say, localize, 'control.say', 'say', on.openSay, {
      className: 'say-open say-elsewhere',
    })}
  </div>`;
}

export function sayField(
  view: View,
  name: string,
  localize: Localize,
  sending: boolean,
  on: ControlHandlers,
): TemplateResult {
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const field = (event.target as HTMLFormElement).elements.namedItem('text') as HTMLInputElement;
    const text = field.value.trim();
    if (text && !sending) on.say(text);
  };
  const label = localize('say.placeholder', { name });
  return html`<form class="say" @submit=${submit}>
    <input
      name="text"
      type="text"
      dir="auto"
      autocomplete="off"
      enterkeyhint="send"
      aria-label=${label}
      placeholder=${label}
    />
    <button type="submit" class="button primary" aria-label=${localize('control.send')} ?disabled=${sending}>
      ${icon('send', 'send')}
    </button>
    ${interruptButton(view, localize, on)}
    ${iconButton('close', localize('control.close'), on.closeSay, { className: 'close' })}
  </form>`;
}
