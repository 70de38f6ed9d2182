/** How a card of some size is filled. Pure. */

/** As in styles-sizes.ts. */
const COMPACT_HEIGHT = 200;
const NARROW_WIDTH = 280;
/** The average width of a letter, measured in font sizes. */
const LETTER = 0.53;
/** Lines break at words, so two of them hold less than twice one. */
const LINES = 1.8;
const WIDEST_EM = 25;
const LARGE_WIDTH = 700;
const LARGE_HEIGHT = 420;
/** A border does not count there. */
const MARGIN = 10;

interface Fit {
  /** Of the letters of captions, in pixels, and how many of them fill two lines. */
  size: number;
  limit: number;
  /** It needs none of styles-sizes.ts. */
  ordinary: boolean;
}

export function captionFit(width: number, height: number): Fit {
  const beside = height < COMPACT_HEIGHT && width >= NARROW_WIDTH;
  const room = beside ? width - Math.min(height, width * 0.4) : width;
  // Readable from across a room on a tablet, and still two lines on a narrow card.
  const size = beside ? 15 : Math.min(30, Math.max(14, 9.6 + width * 0.0205));
  const perLine = Math.min(room - 44, size * WIDEST_EM) / (size * LETTER);
  const small = width < NARROW_WIDTH + MARGIN || height < COMPACT_HEIGHT + MARGIN;
  const large = width > LARGE_WIDTH - MARGIN && height > LARGE_HEIGHT - MARGIN;
  return { size, limit: Math.max(24, Math.floor(perLine * LINES)), ordinary: !small && !large };
}
