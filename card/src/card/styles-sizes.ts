/** A small tile, and a full tablet. Without container queries (before Chrome 105) the middle size is used, too. Lazy. */
/** Of its own: an import would make this lazy file share a third one with the card. */
const css = String.raw;

export const sizeStyles = css`
  @container (max-width: 279px) or (max-height: 199px) {
    .notice {
      display: grid;
      grid-template-columns: auto 1fr auto;
      gap: 0 6px;
      padding: 8px 10px;
    }
    .notice > .icon {
      width: 20px;
      height: 20px;
    }
    .notice .words {
      display: contents;
    }
    .notice .words strong {
      font-size: 13px;
      line-height: 18px;
      padding: 1px 0;
    }
    .notice .words span {
      grid-column: 1 / -1;
      font-size: 12px;
      line-height: 16px;
    }
    .notice .link {
      grid-column: 1 / -1;
      justify-self: start;
      margin: 0;
      padding: 2px 0;
      font-size: 12px;
      line-height: 16px;
    }
    .notice .button {
      grid-area: 1 / 3;
      min-width: 44px;
      margin-block: -12px -14px;
      margin-inline: -6px -14px;
    }
    .notice .button.wide {
      grid-area: 3 / 1 / auto / -1;
      justify-self: end;
      margin-block: -4px -8px;
      margin-inline: 0 -6px;
    }
    .shade {
      filter: opacity(0.75);
    }
  }

  @container (max-width: 279px) {
    .card {
      --_edge: 8px;
      --_gap: 6px;
    }
    .name {
      font-size: 15px;
    }
    .status {
      font-size: 13px;
    }
    .captions-button,
    .say-elsewhere,
    .faced.captioned .status {
      display: none;
    }
    .bar {
      gap: 3px;
    }
    .caption {
      padding: 0.3em 0.6em;
      border-radius: 10px;
    }
    .say .close,
    .say .interrupt {
      display: none;
    }
    .say {
      gap: 4px;
    }
    .say input {
      padding: 0 12px;
    }
  }

  @container (max-width: 199px) {
    .bar .wide {
      padding: 0;
    }
    .bar .wide span {
      position: absolute;
      width: 1px;
      height: 1px;
      overflow: hidden;
      clip-path: inset(50%);
    }
  }

  @container (max-height: 199px) and (min-width: 280px) {
    .card {
      display: grid;
      grid-template: auto minmax(0, 1fr) / min(100cqh, 40cqw) minmax(0, 1fr);
      --_edge: 8px;
      --_gap: 6px;
    }
    .scene {
      position: relative;
      inset: auto;
      grid-row: 1 / 3;
      z-index: 0;
    }
    .pictured {
      color: var(--_text);
      --_text-2: var(--secondary-text-color, #5e5e5e);
      --_button-ground: var(--_surface);
      --_button-text: var(--_text);
      --_focus: var(--_accent);
    }
    .pictured .title,
    .faced:not(.pictured) .title {
      max-width: none;
      text-shadow: none;
    }
    .pictured .shade,
    .faced:not(.pictured) .shade {
      opacity: 0;
    }
    streaming-avatar-face {
      transform: none;
    }
    .top {
      flex-wrap: nowrap;
      padding-bottom: 0;
    }
    .bottom {
      align-items: stretch;
      justify-content: flex-end;
    }
    .bar {
      justify-content: flex-start;
    }
    .bar .button {
      border-color: var(--divider-color, rgba(0, 0, 0, 0.12));
    }
    .captions-button,
    .say .close {
      display: none;
    }
    .card .bar,
    .card .top .title {
      opacity: 1;
      pointer-events: auto;
    }
    .card .bottom .caption {
      transform: none;
    }
    .quiet {
      cursor: auto;
    }
    .caption {
      flex: 1;
      padding: 2px 4px;
      background: none;
      color: var(--_text);
      text-align: start;
      text-wrap: wrap;
    }
    .caption .rest {
      color: var(--_text-2);
    }
    .caption b {
      color: inherit;
    }
    .notice {
      padding: 2px 4px;
      background: none;
      box-shadow: none;
    }
    .status {
      max-width: 100%;
    }
    .status span {
      overflow: hidden;
      text-overflow: ellipsis;
      white-space: nowrap;
    }
    .noticed .title {
      display: none;
    }
  }

  @container (max-height: 149px) {
    .caption,
    .noticed .bar {
      display: none;
    }
  }

  @container (max-height: 199px) and (max-width: 279px) {
    .faced .status,
    .caption,
    .notice .words span,
    .noticed .title,
    .noticed .bar,
    .chipped .title {
      display: none;
    }
    .chip {
      margin: 0 auto;
    }
  }

  @container (max-height: 199px) and (min-width: 280px) and (max-width: 419px) {
    .say-elsewhere {
      display: none;
    }
    .chip {
      width: var(--_button);
      padding: 0;
    }
    .chip span {
      position: absolute;
      width: 1px;
      height: 1px;
      overflow: hidden;
      clip-path: inset(50%);
    }
  }

  @container (min-width: 700px) and (min-height: 420px) {
    .card {
      --_edge: 20px;
      --_gap: 12px;
      --_button: 56px;
    }
    .name {
      font-size: 24px;
    }
    .status {
      gap: 8px;
      font-size: 17px;
      line-height: 26px;
    }
    .status .icon {
      width: 22px;
      height: 22px;
    }
    .button {
      font-size: 17px;
    }
    .button .icon {
      width: 28px;
      height: 28px;
    }
    .button.wide {
      padding-block: 0;
      padding-inline: 22px 28px;
    }
    .notice {
      padding: 14px 18px;
      border-radius: 18px;
    }
    .notice strong {
      font-size: 17px;
      line-height: 24px;
    }
    .notice .words span {
      font-size: 15px;
      line-height: 21px;
    }
    .caption {
      border-radius: 18px;
    }
  }
`;
