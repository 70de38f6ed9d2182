import { css } from 'lit';

export const styles = css`
  :host {
    display: block;
    height: 100%;
    min-height: 120px;
    container-type: size;
    --_accent: var(--avatar-accent, var(--primary-color, #009ac7));
    --_ground: var(--avatar-background, var(--secondary-background-color, #e5e5e5));
    --_radius: var(--ha-card-border-radius, var(--ha-border-radius-lg, 12px));
    --_scrim: rgba(12, 14, 18, 0.86);
  }
  .ring {
    fill: none;
    stroke: var(--_accent);
    opacity: 0.2;
  }
  .glow-in, .body-in, .head-in { stop-color: var(--_accent); stop-opacity: .3 }
  .glow-out, .body-out, .head-out { stop-color: var(--_accent); stop-opacity: .1 }
  .neck, .hair { fill: var(--_accent); opacity: .3 }
  .card {
    position: relative;
    display: flex;
    flex-direction: column;
    justify-content: space-between;
    height: 100%;
    box-sizing: border-box;
    overflow: hidden;
    border-radius: var(--_radius);
    color: var(--primary-text-color);
    isolation: isolate;
  }
  .hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
  }
  .scene,
  .picture,
  .place,
  .stage,
  .halo {
    position: absolute;
    inset: 0;
  }
  .scene {
    z-index: -1;
  }
  .portrait,
  .placeholder,
  .stage video,
  .stage canvas {
    position: absolute;
    inset: 0;
    width: 100%;
    height: 100%;
    object-fit: cover;
  }
  .contain .portrait,
  .contain .stage video {
    object-fit: contain;
  }
  .place {
    opacity: 0;
    transition: opacity 0.6s ease;
  }
  .video .place {
    opacity: 1;
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
  .top {
    display: flex;
    justify-content: space-between;
    gap: 8px;
    padding: 12px;
  }
  .title {
    display: flex;
    flex-direction: column;
    min-width: 0;
  }
  .bottom {
    display: flex;
    flex-direction: column;
    gap: 8px;
    padding: 12px;
  }
  .bar,
  .say {
    display: flex;
    justify-content: center;
    gap: 8px;
  }
  .button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 8px;
    min-width: 44px;
    min-height: 44px;
    border: 0;
    border-radius: 999px;
    font: inherit;
    cursor: pointer;
  }
  .caption {
    margin: 0 auto;
    padding: 8px 14px;
    border-radius: 12px;
    background: var(--_scrim);
    color: #fff;
    font-size: var(--caption-size, 18px);
    line-height: 1.35;
    text-align: center;
  }
  .caption .rest {
    color: #b9b9b9;
  }
  .notice {
    display: flex;
    gap: 8px;
    padding: 8px 12px;
    border-radius: 12px;
    background: var(--card-background-color, #fff);
  }
  .say input {
    flex: 1;
    min-width: 0;
    font: inherit;
  }
`;
