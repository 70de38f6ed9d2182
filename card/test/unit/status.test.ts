import { render } from 'lit/html.js';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { noticeBox } from '../../src/card/status';
import type { Notice } from '../../src/core/view';
import { loadNotices, localizeEnglish } from '../../src/i18n/localize';

function show(change: Partial<Notice> = {}): HTMLElement {
  const box = document.createElement('div');
  const notice: Notice = { severity: 'error', key: 'quota', detail: '', action: 'dismiss', ...change };
  render(noticeBox(notice, 'Ava', localizeEnglish, { notice: vi.fn(), details: vi.fn() }), box);
  return box;
}

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
