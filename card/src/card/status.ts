/** The line that says what the avatar is doing, and the notice that says what is wrong. */
import { html, nothing, type TemplateResult } from 'lit';
import type { Notice, Status, View } from '../core/view';
import type { Localize, TextKey } from '../i18n/localize';
import { icon, type IconName } from './icons';

const STATUS_ICONS: Record<Status, IconName> = {
  off: 'power',
  loading: 'sync',
  connecting: 'sync',
  ready: 'ready',
  speaking: 'wave',
  listening: 'ear',
  processing: 'dots',
  reconnecting: 'cloud',
  elsewhere: 'screen',
  ending: 'power',
  trouble: 'alert',
};

export function statusText(view: View, localize: Localize): string {
  if (view.status !== 'elsewhere') return localize(`status.${view.status}`);
  return view.elsewhere
    ? localize('status.elsewhere', { screen: view.elsewhere })
    : localize('status.elsewhere_unnamed');
}

export function statusLine(view: View, localize: Localize): TemplateResult {
  return html`<span class="status ${view.status}">
    ${icon(STATUS_ICONS[view.status], view.status)}<span dir="auto">${statusText(view, localize)}</span>
  </span>`;
}

export function noticeBox(
  notice: Notice,
  name: string,
  localize: Localize,
  act: (action: NonNullable<Notice['action']>) => void,
): TemplateResult {
  const { action, key } = notice;
  const text = (part: 'title' | 'hint'): string => localize(`notice.${key}.${part}` as TextKey, { name });
  const symbol = key === 'no_permission' ? 'lock' : notice.severity === 'info' ? 'info' : 'alert';
  return html`<div class="notice ${notice.severity}" role=${notice.severity === 'info' ? 'status' : 'alert'}>
    ${icon(symbol)}
    <div class="words">
      <strong>${text('title')}</strong>
      <span dir="auto">${notice.detail || text('hint')}</span>
    </div>
    ${action === null
      ? nothing
      : action === 'dismiss'
        ? html`<button
            type="button"
            class="button plain"
            aria-label=${localize('control.dismiss')}
            title=${localize('control.dismiss')}
            @click=${() => {
              act(action);
            }}
          >
            ${icon('close')}
          </button>`
        : html`<button
            type="button"
            class="button plain wide"
            @click=${() => {
              act(action);
            }}
          >
            ${localize(`control.${action}`)}
          </button>`}
  </div>`;
}
