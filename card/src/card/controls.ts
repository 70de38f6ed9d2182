/** The buttons, and the field for typed words. */
import { html, nothing, type TemplateResult } from 'lit';
import type { View } from '../core/view';
import type { Localize, TextKey } from '../i18n/localize';
import { icon, type IconName } from './icons';

export interface ControlHandlers {
  start(): void;
  stop(): void;
  interrupt(): void;
  mute(): void;
  captions(): void;
  openSay(): void;
  closeSay(): void;
  say(text: string): void;
}

interface ButtonParts {
  icon: IconName;
  label: string;
  run: () => void;
  className?: string;
  pressed?: boolean;
  disabled?: boolean;
}

export function iconButton(parts: ButtonParts): TemplateResult {
  return html`<button
    type="button"
    class="button ${parts.className ?? ''}"
    aria-label=${parts.label}
    title=${parts.label}
    aria-pressed=${parts.pressed === undefined ? nothing : String(parts.pressed)}
    ?disabled=${parts.disabled ?? false}
    @click=${parts.run}
  >
    ${icon(parts.icon)}
  </button>`;
}

export function controlBar(view: View, localize: Localize, on: ControlHandlers): TemplateResult {
  const { controls } = view;
  const button = (
    shown: boolean,
    key: TextKey,
    name: IconName,
    run: () => void,
    extra: Partial<ButtonParts> = {},
  ): TemplateResult | typeof nothing =>
    shown ? iconButton({ icon: name, label: localize(key), run, ...extra }) : nothing;
  return html`<div class="bar">
    ${controls.start
      ? html`<button type="button" class="button primary wide" @click=${on.start}>
          ${icon('power')}<span>${localize('control.start')}</span>
        </button>`
      : nothing}
    ${button(controls.stop, 'control.stop', 'power', on.stop, { className: 'stop' })}
    ${button(controls.interrupt, 'control.interrupt', 'interrupt', on.interrupt, { className: 'interrupt' })}
    ${button(controls.mute, controls.muted ? 'control.unmute' : 'control.mute', controls.muted ? 'muted' : 'sound', on.mute)}
    ${button(controls.captions, 'control.captions', 'captions', on.captions, {
      pressed: controls.captionsOn,
      className: 'captions-button',
    })}
    ${button(controls.say, 'control.say', 'say', on.openSay)}
  </div>`;
}

export function sayField(view: View, localize: Localize, busy: boolean, on: ControlHandlers): TemplateResult {
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const field = (event.target as HTMLFormElement).elements.namedItem('text') as HTMLInputElement;
    const text = field.value.trim();
    if (text) on.say(text);
  };
  const label = localize('say.placeholder', { name: view.name });
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
    <button type="submit" class="button primary" aria-label=${localize('control.send')} ?disabled=${busy}>
      ${icon('send')}
    </button>
    ${iconButton({ icon: 'close', label: localize('control.close'), run: on.closeSay, className: 'close' })}
  </form>`;
}
