/** Our own line icons on a 24 grid, drawn with `currentColor`. */
import { html, svg, type SVGTemplateResult, type TemplateResult } from 'lit/html.js';

const PATHS = {
  power: svg`<path d="M12 3.5v8.2M7.2 6.6a7.3 7.3 0 1 0 9.6 0" />`,
  moon: svg`<path d="M19.5 14.2A8 8 0 0 1 9.8 4.5a8 8 0 1 0 9.7 9.7Z" />`,
  interrupt: svg`<rect x="6.5" y="6.5" width="11" height="11" rx="2.6" class="solid" />`,
  sound: svg`<path d="M4 9.8v4.4c0 .4.3.8.8.8h2.7l4 3.4c.5.4 1.2 0 1.2-.6V6.2c0-.6-.7-1-1.2-.6l-4 3.4H4.8c-.5 0-.8.4-.8.8Z" /><path d="M16 9.2a4.2 4.2 0 0 1 0 5.6M18.6 6.6a7.8 7.8 0 0 1 0 10.8" />`,
  muted: svg`<path d="M4 9.8v4.4c0 .4.3.8.8.8h2.7l4 3.4c.5.4 1.2 0 1.2-.6V6.2c0-.6-.7-1-1.2-.6l-4 3.4H4.8c-.5 0-.8.4-.8.8Z" /><path d="m16.2 9.7 4.6 4.6m0-4.6-4.6 4.6" />`,
  captions: svg`<rect x="3.5" y="5.5" width="17" height="13" rx="3" /><path d="M7 11h3.5M13 11h4M7 14.5h6M15.5 14.5H17" />`,
  say: svg`<path d="M5.2 5h13.6A1.7 1.7 0 0 1 20.5 6.7v8.6a1.7 1.7 0 0 1-1.7 1.7H12l-4.6 3.4c-.4.3-.9 0-.9-.5V17H5.2a1.7 1.7 0 0 1-1.7-1.7V6.7A1.7 1.7 0 0 1 5.2 5Z" /><path d="M8 9.5h8M8 12.8h5" />`,
  send: svg`<path d="M4.4 11 5 5.3c.1-.7.8-1.1 1.4-.8l13.3 6.6c.7.3.7 1.4 0 1.7L6.4 19.5c-.6.3-1.3-.1-1.4-.8L4.4 13 13 12Z" class="solid" />`,
  close: svg`<path d="m6.5 6.5 11 11m0-11-11 11" />`,
  screen: svg`<rect x="3.5" y="4.5" width="17" height="12" rx="2.5" /><path d="M9 20h6M12 16.5V20" />`,
  here: svg`<rect x="3.5" y="4.5" width="17" height="12" rx="2.5" /><path d="M9 20h6M12 7.5v6m-2.7-2.6L12 13.6l2.7-2.7" />`,
  cloud: svg`<path d="M7.5 18.5a4 4 0 0 1-.4-8 5.3 5.3 0 0 1 10.2 1.3 3.4 3.4 0 0 1-.3 6.7Z" />`,
  ear: svg`<path d="M7 9.5a5 5 0 0 1 10 0c0 4-3.4 4.2-3.8 7.4-.3 2.4-1.8 3.6-3.4 3.6a3 3 0 0 1-2.7-1.7M10 10a2 2 0 1 1 3.3 1.5c-.7.6-1.3 1.1-1.3 2" />`,
  dots: svg`<circle cx="6" cy="12" r="1.7" class="solid" /><circle cx="12" cy="12" r="1.7" class="solid" /><circle cx="18" cy="12" r="1.7" class="solid" />`,
  wave: svg`<path d="M4 10.5v3M8 7.5v9M12 4.5v15M16 8v8M20 10.5v3" />`,
  ready: svg`<circle cx="12" cy="12" r="4.5" class="solid" />`,
  sync: svg`<path d="M4.5 12a7.5 7.5 0 0 1 12.9-5.2L20 9.4M20 4.5v4.9h-4.9M19.5 12a7.5 7.5 0 0 1-12.9 5.2L4 14.6M4 19.5v-4.9h4.9" />`,
  info: svg`<circle cx="12" cy="12" r="8.5" /><path d="M12 11.2v5M12 7.7v.1" />`,
  alert: svg`<path d="M10.7 4.8 3.4 17.3a1.5 1.5 0 0 0 1.3 2.2h14.6a1.5 1.5 0 0 0 1.3-2.2L13.3 4.8a1.5 1.5 0 0 0-2.6 0ZM12 9.7v4.1M12 16.7v.1" />`,
  lock: svg`<rect x="5" y="10.5" width="14" height="9.5" rx="2.5" /><path d="M8 10.5V8a4 4 0 0 1 8 0v2.5" />`,
} satisfies Record<string, SVGTemplateResult>;

export type IconName = keyof typeof PATHS;

export function icon(name: IconName, extra = ''): TemplateResult {
  return html`<svg class="icon ${extra}" viewBox="0 0 24 24" aria-hidden="true" focusable="false">${PATHS[name]}</svg>`;
}
