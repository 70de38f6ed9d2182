/** How the card looks. Colours come from the theme; only what stands over a picture has its own, light on dark. */
import { css } from './drawn-element';
import { controlsStyles } from './styles-controls';
import { motionStyles } from './styles-motion';
import { sceneStyles } from './styles-scene';
import { wordsStyles } from './styles-words';

const baseStyles = css`
  :host {
    display: block;
    position: relative;
    height: 100%;
    min-height: 96px;
    /* Its buttons are within reach on a small screen too. */
    max-height: max(96px, calc(100vh - var(--header-height, 56px)));
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
    max-height: min(80vh, calc(100vh - var(--header-height, 56px) - 16px));
  }
  :host([compact]:not([layout='grid'], [layout='panel'])) {
    aspect-ratio: auto;
    height: 120px;
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

export const styles = [baseStyles, sceneStyles, wordsStyles, controlsStyles, motionStyles].join('');
