import { render } from 'lit/html.js';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { noticeBox, statusLine } from '../../src/card/status';
import type { Notice, View } from '../../src/core/view';
import { loadNotices, localizeEnglish } from '../../src/i18n/localize';

function show(change: Partial<Notice> = {}): HTMLElement {
  const box = document.createElement('div');
  const notice: Notice = { severity: 'error', key: 'quota', detail: '', action: 'dismiss', ...change };
  render(noticeBox(notice, 'Ava', localizeEnglish, { notice: vi.fn(), details: vi.fn() }), box);
  return box;
}

describe('the status', () => {
  const line = (change: Partial<View>): string => {
    const box = document.createElement('div');
    const view = { status: 'ready', notice: null, elsewhere: '', everywhere: false, endsSoon: false, ...change };
    render(statusLine(view as View, localizeEnglish), box);
    return box.querySelector('[role=status]')?.textContent.trim() ?? '';
  };

  it('warns of the end in the same breath', () => {
    expect(line({})).toBe('Ready');
    expect(line({ endsSoon: true })).toBe('ReadyThe session ends in less than a minute');
  });

  it('says what is elsewhere', () => {
    expect(line({ status: 'elsewhere', elsewhere: 'Hall' })).toBe('Shown on Hall');
    expect(line({ status: 'elsewhere', elsewhere: 'Hall', everywhere: true })).toBe('Sound on Hall');
  });
});

describe('a notice', () => {
  beforeAll(loadNotices);

  it('says what happened and what to do', () => {
    expect(show().querySelector('[role=alert]')?.textContent).toMatch(/No credits left\s*Top up/);
  });

  it('has general words for a reason of a newer integration', () => {
    expect(show({ key: 'moon_phase' }).textContent).toMatch(/Something went wrong\s*The log/);
  });

  it("shows Home Assistant's own sentence where there is one", () => {
    expect(show({ detail: 'Ava has no minutes left' }).textContent).toContain('Ava has no minutes left');
  });
});
