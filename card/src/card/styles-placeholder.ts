/** The colours of the neutral portrait, which brings them along. */
/** Of its own: an import would make this lazy file share a third one with the card. */
const css = String.raw;

export const placeholderStyles = css`
  .placeholder .ground {
    fill: var(--_surface);
  }
  .placeholder .shadow {
    fill: #000;
    opacity: 0.1;
  }
  .placeholder .face {
    fill: var(--_accent);
    opacity: 0.34;
  }
  .placeholder .neck {
    fill: var(--_accent);
    opacity: 0.42;
  }
  .placeholder .light {
    fill: #fff;
    opacity: 0.22;
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
  .is-connecting .rings circle {
    animation: breathe 2.4s ease-in-out infinite;
  }
  .is-connecting .rings circle + circle {
    animation-delay: 0.25s;
  }
  .is-connecting .rings circle + circle + circle {
    animation-delay: 0.5s;
  }
  @keyframes breathe {
    50% {
      transform: scale(1.05);
      opacity: 0.6;
    }
  }
`;
