/** Buttons and the field for typed words. */
import { css } from './drawn-element';

export const controlsStyles = css`
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
    padding-block: 0;
    padding-inline: 16px 20px;
  }
  .card .button.primary,
  .card .button.interrupt {
    border-color: transparent;
    background: var(--_accent);
    color: var(--_on-accent);
    box-shadow: 0 1px 3px rgba(0, 0, 0, 0.24);
  }
  .button.chip {
    padding-block: 0;
    padding-inline: 12px 16px;
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
  :host(:dir(rtl)) .send {
    transform: scaleX(-1);
  }
  .button:disabled {
    opacity: 0.5;
    cursor: default;
  }
  .card .button.interrupt:disabled {
    border-color: var(--divider-color, rgba(0, 0, 0, 0.12));
    background: var(--_button-ground);
    color: var(--_button-text);
    box-shadow: none;
    opacity: 1;
  }
  .button.interrupt:disabled .icon {
    opacity: 0.4;
  }
  .button.details {
    position: absolute;
    z-index: 3;
    inset-block-start: var(--_edge);
    inset-inline-end: var(--_edge);
    padding-inline: 12px 16px;
  }
  .details:not(:focus-visible) {
    opacity: 0;
    pointer-events: none;
  }
  .button:focus-visible,
  .link:focus-visible,
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
