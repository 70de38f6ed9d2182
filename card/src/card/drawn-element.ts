/**
 * An element that draws itself anew, once for all that changed in the same moment. What LitElement does, as far as this
 * card needs it: it stands on lit-html alone, which is a third of Lit's weight.
 */
import { render, type nothing, type TemplateResult } from 'lit/html.js';

/** What changed, with the value before. */
export type Changes = ReadonlyMap<string, unknown>;

/** A piece of a style sheet; the build makes it small. */
export const css = String.raw;

export abstract class DrawnElement extends HTMLElement {
  readonly renderRoot: ShadowRoot;
  private readonly _values = new Map<string, unknown>();
  private _changes = new Map<string, unknown>();
  private _asked = false;
  private _pending: Promise<void> | undefined;

  /**
   * Setting one of these properties draws the element anew. Once per class, before an element is made. Takes keys, not
   * texts: the build shortens the names of private members, and leaves texts alone.
   */
  static watch(this: { prototype: DrawnElement }, names: Record<string, true>): void {
    for (const name of Object.keys(names)) {
      Object.defineProperty(this.prototype, name, {
        get(this: DrawnElement) {
          return this._values.get(name);
        },
        set(this: DrawnElement, value: unknown) {
          this._set(name, value);
        },
      });
    }
  }

  constructor(styles: string) {
    super();
    this.renderRoot = this.attachShadow({ mode: 'open' });
    this.addStyles(styles);
  }

  protected addStyles(styles: string): void {
    const style = document.createElement('style');
    style.textContent = styles;
    this.renderRoot.append(style);
  }

  connectedCallback(): void {
    this.requestUpdate();
  }

  /** When everything that was asked for by now is drawn. */
  get updateComplete(): Promise<void> {
    return this._pending ?? Promise.resolve();
  }

  requestUpdate(): void {
    this._asked = true;
    this._schedule();
  }

  /** False: what changed does not concern this element. */
  protected abstract shouldUpdate(changes: Changes): boolean;
  /** What is set here is drawn at once. */
  protected abstract willUpdate(changes: Changes): void;
  protected abstract render(): TemplateResult | typeof nothing;
  protected abstract updated(): void;

  private _set(name: string, value: unknown): void {
    const before = this._values.get(name);
    if (Object.is(before, value)) return;
    this._values.set(name, value);
    if (!this._changes.has(name)) this._changes.set(name, before);
    this._schedule();
  }

  private _schedule(): void {
    this._pending ??= Promise.resolve().then(() => {
      this._update();
    });
  }

  private _update(): void {
    const changes = this._changes;
    const wanted = this._asked || this.shouldUpdate(changes);
    this._changes = new Map();
    this._asked = false;
    try {
      if (!this.isConnected || !wanted) return;
      this.willUpdate(changes);
    } finally {
      this._pending = undefined;
    }
    render(this.render(), this.renderRoot);
    this.updated();
  }
}
