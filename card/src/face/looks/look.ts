/** What a look is: from colours to a function that draws one moment. */
import type { FaceParameters } from '../parameters';
import type { Layer } from '../surface';

export interface LookTheme {
  primary: string;
  background: string;
  text: string;
  dark: boolean;
}

export interface Moment {
  /** 400 units high and wide, from the middle. */
  pen: CanvasRenderingContext2D;
  face: Readonly<FaceParameters>;
  /** Draws what never changes as a picture that is made once. */
  layer: (name: string, layer: Layer) => void;
}

export type PaintedLook = (moment: Moment) => void;

export interface Look {
  id: string;
  paint(colors: Readonly<Record<string, string>>, theme: LookTheme): PaintedLook;
}
