/** A canvas that takes every stroke, and tells of every picture: each begins by clearing. */
import { vi } from 'vitest';

export function fakeCanvas(onPicture: () => void): HTMLCanvasElement {
  vi.stubGlobal('Path2D', function (this: object): void {
    // Shapes are not looked at here.
  });
  const gradient = { addColorStop: () => undefined };
  const pen = new Proxy({} as CanvasRenderingContext2D, {
    get: (_target, name) => {
      if (name === 'clearRect') return onPicture;
      if (String(name).startsWith('create')) return () => gradient;
      return (): void => undefined;
    },
    set: () => true,
  });
  const canvas = document.createElement('canvas');
  Object.defineProperties(canvas, { clientWidth: { value: 400 }, clientHeight: { value: 300 } });
  canvas.getContext = (() => pen) as unknown as HTMLCanvasElement['getContext'];
  return canvas;
}
