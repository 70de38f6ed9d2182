/** How large captions are on a card of some size, and how many characters fill their two lines. Pure. */

/** As in styles-compact.ts. */
const COMPACT_HEIGHT = 200;
const NARROW_WIDTH = 280;
/** The average width of a letter, measured in font sizes. */
const LETTER = 0.53;
/** Lines break at words, so two of them hold less than twice one. */
const LINES = 1.8;
const WIDEST_EM = 25;

export function captionFit(width: number, height: number): { size: number; limit: number } {
  const beside = height < COMPACT_HEIGHT && width >= NARROW_WIDTH;
  const room = beside ? width - Math.min(height, width * 0.4) : width;
  // Readable from across a room on a tablet, and still two lines on a narrow card.
  const size = beside ? 15 : Math.min(30, Math.max(14, 9.6 + width * 0.0205));
  const perLine = Math.min(room - 44, size * WIDEST_EM) / (size * LETTER);
  return { size, limit: Math.max(24, Math.floor(perLine * LINES)) };
}
