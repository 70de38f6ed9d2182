/** How the card looks. Colours come from the theme; only what stands over a picture has its own, light on dark. */
import { css } from 'lit';
import { compactStyles } from './styles-compact';
import { motionStyles } from './styles-motion';

const base = css`
  :host {
    display: block;
    position: relative;
    height: 100%;
    min-height: 96px;
    container-type: size;
    --_accent: var(--avatar-accent, var(--primary-color, #009ac7));
    --_on-accent: var(--text-primary-color, #fff);
    --_surface: var(--card-background-color, #fff);
    --_text: var(--primary-text-color, #141414);
    --_text-2: var(--secondary-text-color, #5e5e5e);
    --_error: var(--error-color, #db4437);
    --_warning: var(--warning-color, #ffa600);
    --_radius: var(--ha-card-border-radius, var(--ha-border-radius-lg, 12px));
    --_glass: var(--avatar-glass, rgba(16, 19, 24, 0.62));
    --_caption: var(--avatar-caption-background, rgba(12, 14, 18, 0.86));
    --_gap: 8px;
    --_edge: 12px;
    --_button: 44px;
  }
  :host(:not([layout='grid'], [layout='panel'])) {
    height: auto;
    aspect-ratio: 1;
    max-height: 80vh;
  }
  .card {
    position: relative;
    display: flex;
    flex-direction: column;
    justify-content: space-between;
    height: 100%;
    box-sizing: border-box;
    overflow: hidden;
    isolation: isolate;
    color: var(--_text);
    --_button-ground: var(--_surface);
    --_button-text: var(--_text);
    --_focus: var(--_accent);
  }
  .pictured {
    color: #fff;
    --_text-2: rgba(255, 255, 255, 0.92);
    --_button-ground: var(--_glass);
    --_button-text: #fff;
    --_focus: #fff;
  }
  .hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
  }
  .icon {
    flex: none;
    width: 24px;
    height: 24px;
    fill: none;
    stroke: currentColor;
    stroke-width: 1.8;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
  .icon .solid {
    fill: currentColor;
  }
`;

const scene = css`
  .scene,
  .picture,
  .place,
  .stage,
  .halo,
  .shade,
  .ambience {
    position: absolute;
    inset: 0;
    border-radius: inherit;
  }
  .scene {
    z-index: -1;
    overflow: hidden;
    border-radius: inherit;
  }
  .scene.tappable {
    cursor: pointer;
  }
  .ambience {
    background: radial-gradient(95% 85% at 50% 62%, var(--_accent), transparent 78%);
    opacity: 0.2;
  }
  .portrait,
  .placeholder,
  .stage video,
  .stage canvas {
    position: absolute;
    inset: 0;
    width: 100%;
    height: 100%;
  }
  .portrait,
  .stage video,
  .stage canvas {
    object-fit: cover;
    object-position: 50% 22%;
  }
  .contain .portrait,
  .contain .stage video,
  .contain .stage canvas {
    object-fit: contain;
  }
  .placeholder {
    overflow: visible;
  }
  .placeholder .ground {
    fill: var(--_surface);
  }
  .placeholder .shadow {
    fill: #000;
    opacity: 0.1;
  }
  .placeholder .face {
    fill: var(--_accent);
    opacity: 0.24;
  }
  .placeholder .neck {
    fill: var(--_accent);
    opacity: 0.3;
  }
  .placeholder .light {
    fill: #fff;
    opacity: 0.3;
  }
  .placeholder .neck + .light {
    opacity: 0.16;
  }
  .placeholder .collar {
    fill: #fff;
    opacity: 0.4;
  }
  .tone-hair,
  .tone-cloth {
    stop-color: var(--_accent);
    stop-opacity: 0.62;
  }
  .tone-hair.end {
    stop-opacity: 0.82;
  }
  .tone-cloth {
    stop-opacity: 0.4;
  }
  .tone-cloth.end {
    stop-opacity: 0.56;
  }
  .rings circle {
    fill: none;
    stroke: var(--_accent);
    stroke-width: 1.5;
    opacity: 0.34;
    transform-origin: 200px 180px;
  }
  .rings circle + circle {
    opacity: 0.22;
  }
  .rings circle + circle + circle {
    opacity: 0.12;
  }
  .place {
    opacity: 0;
  }
  .video .place {
    opacity: 1;
  }
  .video.contain .portrait,
  .video.contain .placeholder {
    opacity: 0;
  }
  .shade {
    opacity: 0;
    background: linear-gradient(rgba(8, 10, 14, 0.62), transparent 96px),
      linear-gradient(transparent calc(100% - 140px), rgba(8, 10, 14, 0.55));
  }
  .pictured .shade {
    opacity: 1;
  }
  .is-elsewhere .picture,
  .is-trouble .picture,
  .is-reconnecting:not(.video) .picture {
    filter: grayscale(0.75);
    opacity: 0.55;
  }
  .is-elsewhere.pictured .scene,
  .is-trouble.pictured .scene,
  .is-reconnecting.pictured .scene {
    background: #14171c;
  }
  .is-reconnecting.video .picture {
    opacity: 0.85;
  }
  .is-ending .picture {
    opacity: 0.7;
  }
  .halo {
    --level: 0;
    pointer-events: none;
    opacity: 0;
    box-shadow:
      inset 0 0 0 3px var(--_accent),
      inset 0 0 36px -6px var(--_accent);
  }
  .is-speaking .halo {
    opacity: calc(0.45 + 0.55 * var(--level));
  }
  .is-listening .halo {
    opacity: 0.9;
    box-shadow: inset 0 0 0 3px var(--accent-color, #ff9800);
  }
  .progress {
    position: absolute;
    inset: 0 0 auto;
    height: 3px;
    overflow: hidden;
    opacity: 0;
  }
  .progress::before {
    content: '';
    position: absolute;
    inset: 0;
    width: 40%;
    border-radius: 3px;
    background: var(--_accent);
  }
  .is-connecting .progress,
  .is-reconnecting .progress,
  .is-loading .progress,
  .is-ending .progress {
    opacity: 1;
  }
`;

const words = css`
  .top {
    display: flex;
    align-items: flex-start;
    justify-content: space-between;
    flex-wrap: wrap;
    gap: var(--_gap);
    padding: var(--_edge);
  }
  .title {
    display: flex;
    flex-direction: column;
    align-items: flex-start;
    gap: 2px;
    min-width: 0;
    padding: 2px 4px;
  }
  .name {
    max-width: 100%;
    overflow: hidden;
    font-size: 17px;
    font-weight: var(--ha-font-weight-medium, 500);
    line-height: 1.3;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .status {
    display: flex;
    align-items: flex-start;
    gap: 6px;
    min-width: 0;
    color: var(--_text-2);
    font-size: 14px;
    line-height: 20px;
  }
  .status .icon {
    width: 18px;
    height: 18px;
    margin-top: 1px;
  }
  .pictured .title {
    text-shadow: 0 1px 3px rgba(0, 0, 0, 0.55);
  }
  .status.speaking,
  .status.listening,
  .status.ready {
    color: inherit;
  }
  .status.ready .icon {
    color: var(--success-color, #43a047);
  }
  .status.trouble .icon {
    color: var(--_warning);
  }
  .bottom {
    display: flex;
    flex-direction: column;
    align-items: center;
    gap: var(--_gap);
    min-height: 0;
    padding: 0 var(--_edge) var(--_edge);
  }
  .caption {
    box-sizing: border-box;
    max-width: min(100%, 27em);
    margin: 0;
    padding: 0.4em 0.75em;
    border-radius: 14px;
    background: var(--_caption);
    color: #fff;
    font-size: var(--caption-size, 18px);
    line-height: 1.36;
    text-align: center;
    text-wrap: balance;
    overflow-wrap: anywhere;
  }
  .caption .rest {
    color: #b9b9b9;
  }
  .caption.user {
    font-style: italic;
  }
  .caption b {
    margin-inline-end: 0.35em;
    font-weight: 600;
    font-style: normal;
    color: #ffd180;
  }
  .notice {
    display: flex;
    align-items: center;
    gap: 10px;
    box-sizing: border-box;
    width: 100%;
    max-width: 560px;
    padding: 10px 12px;
    border-radius: 14px;
    background: var(--_surface);
    color: var(--_text);
    box-shadow: 0 1px 2px rgba(0, 0, 0, 0.14), 0 4px 16px rgba(0, 0, 0, 0.12);
    --_text-2: var(--secondary-text-color, #5e5e5e);
    --_button-ground: transparent;
    --_button-text: var(--_text);
    --_focus: var(--_accent);
    --_tone: var(--info-color, #039be5);
  }
  .notice.error {
    --_tone: var(--_error);
  }
  .notice.warning {
    --_tone: var(--_warning);
  }
  .notice > .icon {
    align-self: flex-start;
    color: var(--_tone);
  }
  .notice .words {
    flex: 1;
    min-width: 0;
  }
  .notice strong {
    display: block;
    font-size: 14px;
    font-weight: var(--ha-font-weight-bold, 600);
    line-height: 20px;
  }
  .notice .words span {
    color: var(--_text-2);
    font-size: 13px;
    line-height: 18px;
    overflow-wrap: anywhere;
  }
  .notice .button {
    align-self: center;
    margin: -4px -6px -4px 0;
  }
`;

const controls = css`
  .bar,
  .say {
    display: flex;
    justify-content: center;
    gap: var(--_gap);
    max-width: 100%;
  }
  .button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 8px;
    flex: none;
    min-width: var(--_button);
    min-height: var(--_button);
    margin: 0;
    padding: 0;
    border: 1px solid transparent;
    border-radius: 999px;
    background: var(--_button-ground);
    color: var(--_button-text);
    font: inherit;
    font-size: 14px;
    font-weight: var(--ha-font-weight-medium, 500);
    cursor: pointer;
    -webkit-tap-highlight-color: transparent;
    touch-action: manipulation;
  }
  .card:not(.pictured) .bar .button:not(.primary),
  .card:not(.pictured) .say .button:not(.primary) {
    border-color: var(--divider-color, rgba(0, 0, 0, 0.12));
  }
  .pictured .bar .button,
  .pictured .say .button {
    backdrop-filter: blur(12px);
  }
  .button.wide {
    padding: 0 20px 0 16px;
  }
  .card .button.primary,
  .card .button.interrupt {
    border-color: transparent;
    background: var(--_accent);
    color: var(--_on-accent);
    box-shadow: 0 1px 3px rgba(0, 0, 0, 0.24);
  }
  .button.chip {
    padding: 0 16px 0 12px;
    background: #fff;
    color: #16181c;
    box-shadow: 0 1px 3px rgba(0, 0, 0, 0.3);
  }
  .button.plain.wide {
    padding: 0 14px;
    color: var(--_accent);
    font-weight: 600;
  }
  .button[aria-pressed='true'] .icon {
    color: var(--_button-text);
  }
  .button[aria-pressed='false'] .icon {
    opacity: 0.55;
  }
  .button:disabled {
    opacity: 0.5;
    cursor: default;
  }
  .button:focus-visible,
  .say input:focus-visible {
    outline: 2px solid var(--_focus);
    outline-offset: 2px;
  }
  @media (hover: hover) {
    .button:hover:not(:disabled) {
      filter: brightness(1.08);
    }
  }
  .button:active:not(:disabled) {
    transform: scale(0.96);
  }
  .say {
    box-sizing: border-box;
    width: 100%;
    max-width: 640px;
  }
  .say input {
    flex: 1;
    min-width: 0;
    box-sizing: border-box;
    height: var(--_button);
    padding: 0 18px;
    border: 1px solid var(--divider-color, rgba(0, 0, 0, 0.12));
    border-radius: 999px;
    background: var(--_surface);
    color: var(--primary-text-color, #141414);
    font: inherit;
    font-size: 16px;
  }
  .say input:placeholder-shown {
    text-overflow: ellipsis;
  }
  .say input::placeholder {
    color: var(--secondary-text-color, #5e5e5e);
    opacity: 1;
  }
`;

export const styles = [base, scene, words, controls, motionStyles, compactStyles];
