/** What a server answers, sent part by part by the test. */
type Part = { done: boolean; value?: Uint8Array };

export class FakeBody {
  static last: FakeBody;
  aborted = false;
  reads = 0;
  private readonly _parts: (Part | Error)[] = [];
  private _waiting: { resolve: (part: Part) => void; reject: (error: Error) => void } | undefined;

  /** Answers every fetch of the page. `late`: the headers come with `answer`. */
  static serve({ status = 200, headers = {}, error = '', late = false } = {}): void {
    const body = new FakeBody();
    FakeBody.last = body;
    globalThis.fetch = ((_url: string, init?: RequestInit) =>
      new Promise((resolve, reject) => {
        init?.signal?.addEventListener('abort', () => {
          body.aborted = true;
          body._waiting?.reject(new DOMException('Aborted', 'AbortError'));
          reject(new DOMException('Aborted', 'AbortError'));
        });
        if (error) reject(new TypeError(error));
        const ok = status < 300;
        if (!late) resolve({ ok, status, headers: new Headers(headers), body: { getReader: () => body } });
      })) as unknown as typeof fetch;
  }

  read(): Promise<Part> {
    this.reads += 1;
    const next = this._parts.shift();
    if (next instanceof Error) return Promise.reject(next);
    if (next) return Promise.resolve(next);
    return new Promise((resolve, reject) => {
      this._waiting = { resolve, reject };
    });
  }

  send(value: Uint8Array): void {
    this._put({ done: false, value });
  }
  end(): void {
    this._put({ done: true });
  }
  breakOff(): void {
    this._put(new TypeError('network error'));
  }

  private _put(part: Part | Error): void {
    const waiting = this._waiting;
    this._waiting = undefined;
    if (!waiting) this._parts.push(part);
    else if (part instanceof Error) waiting.reject(part);
    else waiting.resolve(part);
  }
}
