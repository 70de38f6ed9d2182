/** An engine without a room: a drawn presenter as live video, steered by whoever holds it. */
import type { Engine, EngineEvent, EngineHost } from '../src/engines/engine';

export class FakeEngine implements Engine {
  static readonly all: FakeEngine[] = [];
  readonly calls: string[] = [];
  readonly published: { topic: string; payload: Uint8Array }[] = [];
  muted = false;
  private readonly _video = document.createElement('video');

  constructor(
    private readonly _host: EngineHost,
    private readonly _auto = true,
  ) {
    FakeEngine.all.push(this);
    this._video.muted = true;
    this._video.playsInline = true;
  }

  emit(event: EngineEvent): void {
    this._host.emit(event);
  }

  mount(stage: HTMLElement): void {
    stage.append(this._video);
  }

  async join(_transport: unknown, epoch: string): Promise<void> {
    this.calls.push(`join ${epoch}`);
    if (!this._auto) return;
    this.emit({ type: 'joined' });
    const canvas = drawPresenter();
    this._video.srcObject = canvas.captureStream(10);
    canvas.getContext('2d')?.fillRect(0, 0, 0, 0);
    await this._video.play();
    this.emit({ type: 'picture', shown: true });
    this.emit({ type: 'first_frame', milliseconds: 420 });
  }

  leave(): Promise<void> {
    this.calls.push('leave');
    return Promise.resolve();
  }

  publish(topic: string, payload: Uint8Array): Promise<void> {
    this.published.push({ topic, payload });
    return topic === 'refused' ? Promise.reject(new Error('refused')) : Promise.resolve();
  }

  setMuted(muted: boolean): void {
    this.muted = muted;
  }

  setVolume(): void {
    this.calls.push('volume');
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
    this._video.srcObject = null;
    this._video.remove();
  }
}

/** A presenter in a studio, only to judge how the card stands over a real picture. */
export function drawPresenter(width = 1280, height = 720): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const c = canvas.getContext('2d');
  if (!c) return canvas;
  const wall = c.createLinearGradient(0, 0, width, height);
  wall.addColorStop(0, '#cfdbe6');
  wall.addColorStop(1, '#8ea3b5');
  c.fillStyle = wall;
  c.fillRect(0, 0, width, height);
  c.fillStyle = 'rgba(255,255,255,.35)';
  for (const x of [0.08, 0.78]) c.fillRect(width * x, height * 0.08, width * 0.14, height * 0.5);
  c.translate(width / 2, height * 0.52);
  const s = height / 720;
  c.scale(s, s);
  shape(c, '#26354a', 'M-330 400C-310 190-190 150-80 130L80 130C190 150 310 190 330 400Z');
  shape(c, '#eef1f5', 'M-84 130L0 250L84 130L60 96L-60 96Z');
  shape(c, '#d9a184', 'M-56 40L56 40L60 122C40 168-40 168-60 122Z');
  shape(
    c,
    '#3a2a22',
    'M-158-90C-170-260-90-320 0-320C92-320 170-258 158-88C150 20 120 70 96 92L-96 92C-122 70-150 20-158-90Z',
  );
  shape(c, '#eab89a', 'M0-268C84-268 122-200 122-116C122-14 62 76 0 76C-62 76-122-14-122-116C-122-200-84-268 0-268Z');
  shape(
    c,
    '#3a2a22',
    'M-128-110C-134-240-70-300 6-300C88-300 138-236 126-104C118-160 96-196 64-214C8-180-66-178-108-196C-120-172-126-144-128-110Z',
  );
  for (const x of [-50, 50]) {
    ellipse(c, '#fff', x, -98, 23, 14);
    ellipse(c, '#4b6a55', x, -98, 12, 13);
    ellipse(c, '#15181a', x, -98, 6, 7);
    ellipse(c, '#fff', x + 4, -103, 3, 3);
  }
  ellipse(c, '#a3483f', 0, 12, 34, 15);
  ellipse(c, '#fff', 0, 6, 26, 5);
  c.strokeStyle = '#c98d70';
  c.lineWidth = 5;
  c.lineCap = 'round';
  c.stroke(new Path2D('M-4-86C-8-60-18-44-14-36C-8-28 6-28 12-34'));
  c.strokeStyle = '#3a2a22';
  c.lineWidth = 9;
  c.stroke(new Path2D('M-76-134C-62-146-42-148-28-140M28-140C42-148 62-146 76-134'));
  return canvas;
}

function shape(c: CanvasRenderingContext2D, fill: string, path: string): void {
  c.fillStyle = fill;
  c.fill(new Path2D(path));
}

function ellipse(c: CanvasRenderingContext2D, fill: string, x: number, y: number, rx: number, ry: number): void {
  c.fillStyle = fill;
  c.beginPath();
  c.ellipse(x, y, rx, ry, 0, 0, Math.PI * 2);
  c.fill();
}
