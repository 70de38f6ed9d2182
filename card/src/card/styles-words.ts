/** Name, status, captions, notices. */
import { css } from './drawn-element';

export const wordsStyles = css`
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
  .faced:not(.pictured) .title {
    max-width: max(96px, calc(50cqw - 0.26 * var(--_side)));
    text-shadow:
      0 0 4px var(--_surface),
      0 0 8px var(--_surface),
      0 0 12px var(--_surface);
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
    box-shadow:
      0 1px 2px rgba(0, 0, 0, 0.14),
      0 4px 16px rgba(0, 0, 0, 0.12);
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
  .notice .link {
    margin: -4px 0;
    padding: 4px 0;
    border: 0;
    background: none;
    color: inherit;
    font: inherit;
    font-size: 13px;
    line-height: 18px;
    text-decoration: underline;
    cursor: pointer;
  }
  .notice .button {
    align-self: center;
    margin-block: -4px;
    margin-inline: 0 -6px;
  }
`;
