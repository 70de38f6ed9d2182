import { html, type TemplateResult } from 'lit/html.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DrawnElement, type Changes } from '../../src/card/drawn-element';

class Sign extends DrawnElement {
  text = '';
  note = '';
  seen: string[][] = [];
  concerns = true;

  constructor() {
    super('p { color: red }');
  }

  protected override shouldUpdate(): boolean {
    return this.concerns;
  }

  protected override willUpdate(changes: Changes): void {
    this.seen.push([...changes.keys()]);
    if (this.text === 'shout') this.text = 'SHOUT';
  }

  protected override render(): TemplateResult {
    return html`<p>${this.text}${this.note}</p>`;
  }

  protected override updated(): void {
    this.seen.push(['drawn']);
  }
}
Sign.watch({ text: true, note: true });
customElements.define('test-sign', Sign);

let sign: Sign;

beforeEach(async () => {
  sign = new Sign();
  document.body.append(sign);
  await sign.updateComplete;
  sign.seen = [];
});

afterEach(() => {
  sign.remove();
});

const shown = (): string | null | undefined => sign.renderRoot.querySelector('p')?.textContent;

describe('an element', () => {
  it('is drawn with its styles as soon as it is in the page', () => {
    expect(shown()).toBe('');
    expect(sign.renderRoot.querySelector('style')?.textContent).toBe('p { color: red }');
  });

  it('is drawn once for all that changed in one go', async () => {
    sign.text = 'a';
    sign.text = 'b';
    sign.note = '!';
    expect(shown()).toBe('');
    await sign.updateComplete;
    expect(shown()).toBe('b!');
    expect(sign.seen).toEqual([['text', 'note'], ['drawn']]);
  });

  it('is left alone when nothing changed', async () => {
    sign.text = '';
    await sign.updateComplete;
    expect(sign.seen).toEqual([]);
  });

  it('draws at once what is set while it gets ready', async () => {
    sign.text = 'shout';
    await sign.updateComplete;
    expect(shown()).toBe('SHOUT');
    expect(sign.seen).toEqual([['text'], ['drawn']]);
  });

  it('ignores what does not concern it, unless it was asked to', async () => {
    sign.concerns = false;
    sign.text = 'a';
    await sign.updateComplete;
    expect(shown()).toBe('');
    sign.text = 'b';
    sign.requestUpdate();
    await sign.updateComplete;
    expect(shown()).toBe('b');
  });

  it('waits while it is out of the page', async () => {
    sign.remove();
    sign.text = 'later';
    await sign.updateComplete;
    expect(sign.seen).toEqual([]);
    document.body.append(sign);
    await sign.updateComplete;
    expect(shown()).toBe('later');
  });
});
