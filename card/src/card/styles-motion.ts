/** What moves, and what does when motion is not wanted. Every state reads without it. */
import { css } from './drawn-element';

export const motionStyles = css`
  .place,
  .portrait,
  .placeholder {
    transition: opacity 0.6s ease;
  }
  streaming-avatar-face {
    transition:
      opacity 0.6s ease,
      transform 0.35s ease;
  }
  .picture {
    transition:
      filter 0.5s ease,
      opacity 0.5s ease;
  }
  .shade,
  .halo {
    transition: opacity 0.3s ease;
  }
  .is-speaking .halo {
    transition: opacity 0.09s linear;
  }
  .bar,
  .title {
    transition: opacity 0.35s ease;
  }
  .caption {
    transition: transform 0.35s ease;
  }
  .button {
    transition:
      transform 0.12s ease,
      filter 0.2s ease;
  }
  .quiet .bar,
  .quiet.is-ready .title,
  .quiet.is-ready:not(.noticed) .shade,
  .quiet.is-speaking .title,
  .quiet.is-speaking:not(.faced) .shade {
    opacity: 0;
    pointer-events: none;
  }
  .quiet:not(.bare) .caption {
    transform: translateY(calc(var(--_button) + var(--_gap)));
  }
  .quiet {
    cursor: none;
  }
  .is-connecting .progress::before,
  .is-reconnecting .progress::before,
  .is-loading .progress::before,
  .is-ending .progress::before {
    animation: slide 1.6s ease-in-out infinite;
  }
  .icon.sync {
    animation: turn 1.8s linear infinite;
  }
  .notice,
  .caption,
  .chip,
  .say {
    animation: appear 0.25s ease both;
  }
  @keyframes slide {
    0% {
      transform: translateX(-100%);
    }
    100% {
      transform: translateX(250%);
    }
  }
  @keyframes turn {
    to {
      transform: rotate(360deg);
    }
  }
  @keyframes appear {
    from {
      opacity: 0;
    }
  }
  .still *,
  .still *::before {
    animation: none !important;
  }
  /* One picture still fades into another. */
  .still :not(.place, .portrait, .placeholder, streaming-avatar-face) {
    transition: none !important;
  }
  .still .progress::before {
    width: 100%;
  }
  .still.is-speaking .halo {
    opacity: 0.7;
  }
  @media (forced-colors: active) {
    .button,
    .say input,
    .notice,
    .caption,
    .title {
      border: 1px solid;
      background: Canvas;
    }
    .button {
      forced-color-adjust: auto;
    }
    .button[aria-pressed='false'] .icon {
      opacity: 1;
    }
    .title {
      padding: 2px 8px;
      text-shadow: none;
    }
    .caption .spoken {
      text-decoration: underline;
    }
    .is-speaking .halo,
    .is-listening .halo {
      border: 3px solid Highlight;
      opacity: 1;
    }
  }
`;
