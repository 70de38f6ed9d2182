/** The line that says what the avatar is doing, and the notice that says what is wrong. */
import { html, nothing, type TemplateResult } from 'lit/html.js';
import type { Notice, Status, View } from '../core/view';
import type { Localize, TextKey } from '../i18n/localize';
import { iconButton } from './controls';
import { icon, type IconName } from './icons';

const STATUS_ICONS: Record<Status, IconName> = {
  off: 'power',
  asleep: 'moon',
  loading: 'sync',
  connecting: 'sync',
  ready: 'ready',
  speaking: 'wave',
  listening: 'ear',
  processing: 'dots',
  preparing: 'dots',
  renewing: 'dots',
  reconnecting: 'cloud',
  elsewhere: 'screen',
  ending: 'power',
  trouble: 'alert',
};

export function statusText(view: View, localize: Localize): string {
  if (view.status !== 'elsewhere') return localize(`status.${view.status}`);
  const key = view.everywhere ? 'status.sound_elsewhere' : 'status.elsewhere';
  return view.elsewhere ? localize(key, { screen: view.elsewhere }) : localize(`${key}_unnamed`);
}

export function statusLine(view: View, localize: Localize): TemplateResult {
  const name = STATUS_ICONS[view.status];
  // A notice speaks for itself.
  return html`<span class="status ${view.status}" role="status" aria-live=${view.notice ? 'off' : 'polite'}
    >${icon(name, name)}<span dir="auto"
      >${statusText(view, localize)}${view.endsSoon ? html`<br />${localize('status.ends_soon')}` : nothing}</span
    ></span
  >`;
}

type NoticeAction = NonNullable<Notice['action']>;

export interface NoticeHandlers {
  notice: (action: NoticeAction) => void;
  details: () => void;
}

export function noticeBox(notice: Notice, name: string, localize: Localize, on: NoticeHandlers): TemplateResult {
  const { key, severity, action } = notice;
  const text = (part: 'title' | 'hint'): string =>
    localize(`notice.${key}.${part}` as TextKey, { name }) || localize(`notice.general.${part}`);
  const symbol = key === 'no_permission' ? 'lock' : severity === 'info' ? 'info' : 'alert';
  return html`<div class="notice ${severity}" role=${severity === 'info' ? 'status' : 'alert'}>
    ${icon(symbol)}
    <div class="words">
      <strong>${text('title')}</strong><span dir="auto">${notice.detail || text('hint')}</span> ${
        severity === 'info'
          ? nothing
          : html`<button type="button" class="link" @click=${on.details}>${localize('control.details')}</button>`
      }
    </div>
    ${action === null ? nothing : noticeButton(action, localize, on.notice)}
  </div>`;
}

function noticeButton(action: NoticeAction, localize: Localize, act: (action: NoticeAction) => void): TemplateResult {
  const label = localize(`control.${action}`);
  const run = (): void => {
    act(action);
  };
  if (action === 'dismiss') return iconButton('close', label, run, { className: 'plain' });
  return html`<button type="button" class="button plain wide" @click=${run}>${label}</button>`;
}
