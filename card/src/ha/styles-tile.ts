/** A row of a tile card, as Home Assistant draws its own. */
const css = String.raw;

export const tileStyles = css`
  :host {
    display: block;
    pointer-events: auto;
  }
  .row {
    display: flex;
    gap: var(--feature-button-spacing, 12px);
    height: var(--feature-height, 42px);
  }
  button,
  input {
    box-sizing: border-box;
    min-width: 0;
    height: 100%;
    margin: 0;
    border: 0;
    border-radius: var(--feature-border-radius, 12px);
    background: color-mix(in srgb, var(--disabled-color, #bdbdbd) 20%, transparent);
    color: var(--primary-text-color, #141414);
    font: inherit;
  }
  button {
    flex: 1;
    padding: 0;
    cursor: pointer;
  }
  input {
    flex: 1;
    padding: 0 16px;
    font-size: 16px;
    text-overflow: ellipsis;
  }
  input + button {
    flex: 0 0 var(--feature-height, 42px);
  }
  input::placeholder {
    color: var(--secondary-text-color, #5e5e5e);
    opacity: 1;
  }
  button:focus-visible,
  input:focus-visible {
    outline: 2px solid var(--feature-color, var(--primary-color, #009ac7));
    outline-offset: -2px;
  }
  :disabled {
    opacity: 0.5;
    cursor: default;
  }
  .failed {
    box-shadow: inset 0 0 0 2px var(--error-color, #db4437);
  }
  svg {
    display: block;
    width: 22px;
    margin: auto;
    fill: none;
    stroke: currentColor;
    stroke-width: 1.8;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
  .solid {
    fill: currentColor;
    stroke: none;
  }
  :host(:dir(rtl)) .send svg {
    transform: scaleX(-1);
  }
`;
