/** The picture of an avatar that is not live: its own portrait, or a neutral one in the colours of the theme. */
import { html, svg, type TemplateResult } from 'lit';

const PLACEHOLDER = svg`
  <defs>
    <radialGradient id="glow" cx="50%" cy="42%" r="62%">
      <stop offset="0" class="glow-in" /><stop offset="1" class="glow-out" />
    </radialGradient>
    <linearGradient id="body" x1="0" y1="0" x2="0.3" y2="1">
      <stop offset="0" class="body-in" /><stop offset="1" class="body-out" />
    </linearGradient>
    <linearGradient id="head" x1="0.2" y1="0" x2="0.7" y2="1">
      <stop offset="0" class="head-in" /><stop offset="1" class="head-out" />
    </linearGradient>
  </defs>
  <circle cx="200" cy="182" r="196" fill="url(#glow)" />
  <circle cx="200" cy="178" r="136" class="ring" />
  <circle cx="200" cy="178" r="166" class="ring faint" />
  <path d="M44 400c6-78 62-112 118-121l76 0c56 9 112 43 118 121Z" fill="url(#body)" />
  <path d="M166 246h68v40c0 22-15 36-34 36s-34-14-34-36Z" class="neck" />
  <path d="M200 92c46 0 72 33 72 79 0 53-33 96-72 96s-72-43-72-96c0-46 26-79 72-79Z" fill="url(#head)" />
  <path d="M122 176c-9-66 29-104 80-104 50 0 86 37 77 102-4-23-17-41-36-51-31 17-73 20-101 6-10 11-17 27-20 47Z" class="hair" />
`;

export function placeholder(): TemplateResult {
  return html`<svg class="placeholder" viewBox="0 0 400 400" preserveAspectRatio="xMidYMax slice" aria-hidden="true">
    ${PLACEHOLDER}
  </svg>`;
}

export function portrait(url: string | null, onError: () => void): TemplateResult {
  if (!url) return placeholder();
  return html`<img class="portrait" src=${url} alt="" draggable="false" @error=${onError} />`;
}
