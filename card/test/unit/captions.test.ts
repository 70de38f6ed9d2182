import { describe, expect, it } from 'vitest';
import { captionPages, estimatedPosition, pageAt, tailPage, wordEnd } from '../../src/core/captions';

const TEXT =
  'Good evening! The washing machine has finished, and someone is waiting at the front door. Shall I turn on the light?';
const cut = (text: string, limit: number): string[] =>
  captionPages(text, limit).map(({ start, end }) => text.slice(start, end));

describe('caption pages', () => {
  it('hold the whole text in order', () => {
    expect(cut(TEXT, 40).join('')).toBe(TEXT);
  });

  it('break at words and keep to the limit', () => {
    for (const page of cut(TEXT, 40)) {
      expect(page.trim().length).toBeLessThanOrEqual(40);
      expect(page).toMatch(/^\S/);
    }
  });

  it('end early where a sentence ends', () => {
    expect(cut('One two three four five. Six seven eight nine ten.', 40)).toEqual([
      'One two three four five. ',
      'Six seven eight nine ten.',
    ]);
  });

  it('stay as they are while the text grows, but for the last', () => {
    for (let length = 1; length < TEXT.length; length += 1) {
      const shorter = cut(TEXT.slice(0, length), 40);
      expect(cut(TEXT, 40).slice(0, shorter.length - 1)).toEqual(shorter.slice(0, -1));
    }
  });

  it('leave no lonely word over once the text is complete', () => {
    const text = 'Someone is waiting at the front door and would like to come in now';
    expect(cut(text, 62)).toEqual([text.slice(0, -3), 'now']);
    const pages = captionPages(text, 62, true).map(({ start, end }) => text.slice(start, end));
    expect(pages).toEqual(['Someone is waiting at the front ', 'door and would like to come in now']);
  });

  it('leave a short last sentence alone', () => {
    const text = 'Someone is waiting at the front door and would come in. Now?';
    const last = captionPages(text, 58, true).pop();
    expect(text.slice(last?.start)).toBe('Now?');
  });

  it('keep to the limit when they are evened out', () => {
    for (let limit = 12; limit < 60; limit += 1) {
      const pages = captionPages(TEXT, limit, true).map(({ start, end }) => TEXT.slice(start, end));
      expect(pages.join('')).toBe(TEXT);
      for (const page of pages) expect(page.trim().length).toBeLessThanOrEqual(limit);
    }
  });

  it('give a word that is longer than a page one of its own', () => {
    expect(cut('a Donaudampfschifffahrtsgesellschaft b', 10)).toEqual([
      'a ',
      'Donaudampfschifffahrtsgesellschaft ',
      'b',
    ]);
  });

  it('are none for an empty text', () => {
    expect(captionPages('   ', 10)).toEqual([]);
    expect(pageAt([], 0)).toBeUndefined();
  });

  it('are found by the position of the voice', () => {
    const pages = captionPages(TEXT, 40);
    expect(pageAt(pages, 0)).toBe(pages[0]);
    expect(pageAt(pages, pages[1]?.start ?? 0)).toBe(pages[1]);
    expect(pageAt(pages, 10_000)).toBe(pages[pages.length - 1]);
  });
});

describe('the spoken part', () => {
  it('ends at the end of a word', () => {
    expect(wordEnd('Hello there', 0)).toBe(0);
    expect(wordEnd('Hello there', 2)).toBe(5);
    expect(wordEnd('Hello there', 5)).toBe(5);
    expect(wordEnd('Hello there', 99)).toBe(11);
  });

  it('is guessed from the clock and never passes the end', () => {
    expect(estimatedPosition(0, 100)).toBe(0);
    expect(estimatedPosition(2000, 100)).toBe(32);
    expect(estimatedPosition(60_000, 100)).toBe(100);
  });
});

describe('what a user says', () => {
  it('shows its newest words', () => {
    const { start, end } = tailPage('Turn on the light in the kitchen, please', 20);
    expect('Turn on the light in the kitchen, please'.slice(start, end)).toBe('the kitchen, please');
  });

  it('shows all of a short text, and the end of an endless word', () => {
    expect(tailPage('Hello', 20)).toEqual({ start: 0, end: 5 });
    expect(tailPage('x'.repeat(50), 20)).toEqual({ start: 30, end: 50 });
  });
});
