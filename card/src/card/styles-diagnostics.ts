/** The sheet with the diagnostics, which brings its styles along. */
/** Of its own: an import would make this lazy file share a third one with the card. */
const css = String.raw;

export const diagnosticsStyles = css`
  .diagnostics {
    box-sizing: border-box;
    width: min(560px, calc(100vw - 32px));
    max-height: min(720px, calc(100dvh - 32px));
    padding: 0;
    border: 0;
    border-radius: var(--ha-dialog-border-radius, 24px);
    background: var(--ha-dialog-surface-background, var(--card-background-color, #fff));
    color: var(--primary-text-color, #141414);
    font-size: 14px;
    line-height: 20px;
    box-shadow: 0 12px 48px rgba(0, 0, 0, 0.32);
    overflow: hidden;
  }
  .diagnostics[open] {
    display: flex;
    flex-direction: column;
  }
  .diagnostics::backdrop {
    background: rgba(0, 0, 0, 0.5);
  }
  .diagnostics header,
  .diagnostics footer {
    display: flex;
    flex: none;
    align-items: center;
    gap: 12px;
    padding-block: 12px;
    padding-inline: 24px 12px;
  }
  .diagnostics footer {
    flex-wrap: wrap;
    padding-inline: 24px;
    border-top: 1px solid var(--divider-color, rgba(0, 0, 0, 0.12));
  }
  .diagnostics h2 {
    flex: 1;
    margin: 0;
    font-size: 20px;
    font-weight: 500;
    line-height: 28px;
  }
  .diagnostics .rows {
    flex: 1;
    min-height: 0;
    padding: 0 24px 16px;
    overflow-y: auto;
    overscroll-behavior: contain;
  }
  .diagnostics h3 {
    margin: 20px 0 4px;
    color: var(--secondary-text-color, #5e5e5e);
    font-size: 13px;
    font-weight: 500;
  }
  .diagnostics h3:first-child {
    margin-top: 0;
  }
  .diagnostics dl {
    margin: 0;
  }
  .diagnostics dl > div {
    display: flex;
    gap: 16px;
    justify-content: space-between;
    padding: 6px 0;
    border-top: 1px solid var(--divider-color, rgba(0, 0, 0, 0.12));
  }
  .diagnostics dl > div:first-child {
    border-top: 0;
  }
  .diagnostics dt {
    flex: 1 0 auto;
    max-width: 55%;
  }
  .diagnostics dd {
    margin: 0;
    color: var(--secondary-text-color, #5e5e5e);
    text-align: end;
    overflow-wrap: anywhere;
  }
  .diagnostics .bad dd {
    color: var(--error-color, #db4437);
    font-weight: 500;
  }
  .diagnostics button {
    min-width: 44px;
    min-height: 44px;
    padding: 0 20px;
    border: 0;
    border-radius: 999px;
    background: var(--primary-color, #009ac7);
    color: var(--text-primary-color, #fff);
    font: inherit;
    font-weight: 500;
    cursor: pointer;
  }
  .diagnostics header button {
    padding: 0;
    background: none;
    color: inherit;
  }
  .diagnostics header svg {
    display: block;
    width: 24px;
    margin: auto;
    fill: none;
    stroke: currentColor;
    stroke-width: 1.8;
    stroke-linecap: round;
  }
  .diagnostics button:focus-visible,
  .diagnostics .rows:focus-visible {
    outline: 2px solid var(--primary-color, #009ac7);
    outline-offset: 2px;
  }
  .diagnostics .rows:focus-visible {
    outline-offset: -2px;
  }
  .diagnostics textarea {
    box-sizing: border-box;
    width: 100%;
    height: 120px;
    padding: 8px;
    border: 1px solid var(--divider-color, rgba(0, 0, 0, 0.12));
    border-radius: 8px;
    background: none;
    color: inherit;
    font: 12px/16px monospace;
    resize: none;
  }
  .diagnostics textarea.unseen {
    position: absolute;
    inset-inline-start: -9999px;
  }
`;
