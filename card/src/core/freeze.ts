/** Puts the picture that a video shows just now over it, for the time when the video has none. */
export function freeze(stage: HTMLElement): HTMLCanvasElement | null {
  const video = stage.querySelector('video');
  if (!video || video.videoWidth === 0) return null;
  const canvas = document.createElement('canvas');
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  canvas.getContext('2d')?.drawImage(video, 0, 0);
  stage.append(canvas);
  return canvas;
}
