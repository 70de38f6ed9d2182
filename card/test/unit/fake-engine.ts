import type { Engine, EngineEvent, EngineHost } from '../../src/engines/engine';

/** An engine that only writes down what it is told. */
export class FakeEngine implements Engine {
  readonly calls: string[] = [];
  readonly publishes: { topic: string; payload: string; done: (ok: boolean) => void }[] = [];

  constructor(private readonly _host: EngineHost) {}

  emit(event: EngineEvent): void {
    this._host.emit(event);
  }

  mount(stage: HTMLElement): void {
    this.calls.push(`mount ${stage.className}`);
  }

  join(_transport: unknown, epoch: string): Promise<void> {
    this.calls.push(`join ${epoch}`);
    return Promise.resolve();
  }

  leave(): Promise<void> {
    return Promise.resolve();
  }

  publish(topic: string, payload: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      this.publishes.push({
        topic,
        payload: new TextDecoder().decode(payload),
        done: (ok) => {
          if (ok) resolve();
          else reject(new Error('Not sent'));
        },
      });
    });
  }

  setMuted(muted: boolean): void {
    this.calls.push(muted ? 'mute' : 'unmute');
  }

  setVolume(volume: number): void {
    this.calls.push(`volume ${String(volume)}`);
  }

  unlockAudio(): void {
    this.calls.push('unlock');
  }

  suspend(): void {
    this.calls.push('suspend');
  }

  resume(): void {
    this.calls.push('resume');
  }

  destroy(): void {
    this.calls.push('destroy');
  }
}
