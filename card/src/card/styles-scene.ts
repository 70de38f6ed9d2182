/** The picture, what lies over it, and what glows around it. */
import { css } from './drawn-element';

export const sceneStyles = css`
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
  streaming-avatar-face,
  .portrait,
  .placeholder,
  .placeholder svg,
  streaming-avatar-face canvas,
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
  .placeholder svg {
    overflow: visible;
  }
  /* The face reads the colours of the theme from here (theme-colors.ts). */
  streaming-avatar-face {
    color: var(--_text);
    outline-color: var(--_surface);
    text-decoration-color: var(--_accent);
    opacity: 0;
    transform: translateY(calc(-1 * var(--_lift)));
  }
  /* Words and buttons at the foot of the card leave the mouth free, which is this high up in the picture. */
  .card {
    --_side: min(100cqw, 100cqh);
    --_chin: calc(0.29 * var(--_side) + 0.58 * (100cqh - var(--_side)));
    --_foot: var(--foot, 0px);
    --_lift: clamp(0px, var(--_foot) + 8px - var(--_chin), var(--_highest));
    --_highest: calc(0.28 * var(--_side));
  }
  .quiet:not(.bare) {
    --_foot: calc(var(--foot, 0px) - var(--_button) - var(--_gap));
  }
  .noticed:not(.captioned) {
    --_highest: calc(0.14 * var(--_side));
  }
  .faced streaming-avatar-face {
    opacity: 1;
  }
  .faced .portrait,
  .faced .placeholder {
    opacity: 0;
  }
  .place {
    opacity: 0;
  }
  .video .place {
    opacity: 1;
  }
  .video.contain .portrait,
  .video.contain .placeholder,
  .video.contain streaming-avatar-face {
    opacity: 0;
  }
  .shade {
    opacity: 0;
    background:
      linear-gradient(rgba(8, 10, 14, 0.62), transparent 96px),
      linear-gradient(transparent calc(100% - 140px), rgba(8, 10, 14, 0.55));
  }
  .pictured .shade {
    opacity: 1;
  }
  .faced:not(.pictured) .shade {
    opacity: 1;
    background: linear-gradient(
      transparent calc(100% - var(--_lift) - 0.6 * var(--_foot)),
      var(--_surface) calc(100% - var(--_lift))
    );
  }
  .is-elsewhere:not(.mimed) .picture,
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
  .is-speaking:not(.faced) .halo,
  .is-speaking.video .halo {
    opacity: calc(0.45 + 0.55 * var(--level));
  }
  .is-listening:not(.faced) .halo {
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
