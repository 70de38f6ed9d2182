/** Which part of a text stands in the two caption lines, and how far it has been spoken. Pure. */
export interface CaptionPage {
  start: number;
  end: number;
}

/** Comfortable reading and the usual synthetic voice are both near this. */
const CHARACTERS_PER_SECOND = 16;
const SENTENCE_END = /[.!?…。！？]["'”’)]?\s*$/u;
/** A page may end early at a sentence border once it is this full. */
const EARLY_BREAK = 0.55;

/** A last page shorter than this, as a share of a full one, takes words from the page before. */
const SHORT_PAGE = 0.35;

/**
 * Cuts at word borders. A later, longer version of the same text has the same pages before its last; only a text that
 * is `complete` may be cut so that no lonely word is left over.
 */
export function captionPages(text: string, limit: number, complete = false): CaptionPage[] {
  const pages: CaptionPage[] = [];
  let start = 0;
  let end = 0;
  for (const word of text.matchAll(/\S+\s*/gu)) {
    const from = word.index;
    const to = from + word[0].length;
    const full = from > start && from + word[0].trimEnd().length - start > limit;
    const sentenceDone = from - start > limit * EARLY_BREAK && SENTENCE_END.test(text.slice(start, from));
    if (full || sentenceDone) {
      pages.push({ start, end: from });
      start = from;
    }
    end = to;
  }
  if (end > start) pages.push({ start, end: text.length });
  return complete ? balanced(pages, text, limit) : pages;
}

/** Evens out the last two pages, unless a sentence begins with the last one. */
function balanced(pages: CaptionPage[], text: string, limit: number): CaptionPage[] {
  const [before, last] = pages.slice(-2);
  if (!before || !last || last.end - last.start >= limit * SHORT_PAGE) return pages;
  const joint = text.slice(before.start, last.end);
  if (SENTENCE_END.test(text.slice(before.start, before.end)) || joint.trimEnd().length > 2 * limit) return pages;
  const half = joint.slice(0, Math.ceil(joint.length / 2)).search(/\S+\s*$/u);
  const border = before.start + half;
  if (half <= 0 || last.end - border > limit) return pages;
  return [...pages.slice(0, -2), { start: before.start, end: border }, { start: border, end: last.end }];
}

export function pageAt(pages: readonly CaptionPage[], position: number): CaptionPage | undefined {
  return pages.find((page) => position < page.end) ?? pages[pages.length - 1];
}

/** The newest words of a text that somebody else is saying. */
export function tailPage(text: string, limit: number): CaptionPage {
  const earliest = Math.max(0, text.trimEnd().length - limit);
  const border = earliest === 0 ? 0 : text.slice(earliest - 1).search(/\s\S/u);
  return { start: border < 0 ? earliest : earliest + border, end: text.length };
}

/** Where the speaker probably is when nobody says so. */
export function estimatedPosition(elapsedMilliseconds: number, length: number): number {
  return Math.min(length, Math.round((elapsedMilliseconds / 1000) * CHARACTERS_PER_SECOND));
}

/** Ends a highlighted part at the end of the word it is in, so that no word is half lit. */
export function wordEnd(text: string, position: number): number {
  if (position <= 0) return 0;
  const rest = /^\S*/u.exec(text.slice(position));
  return Math.min(text.length, position + (rest?.[0].length ?? 0));
}
