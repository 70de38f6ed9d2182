/** The colours of the theme around an element, as a canvas takes them. */
export interface ThemeColors {
  primary: string;
  background: string;
  text: string;
  dark: boolean;
}

type Rgb = readonly [red: number, green: number, blue: number];

/** The style of the element carries them in properties that the browser resolves (styles-scene.ts). */
export function themeColors(element: Element): ThemeColors {
  const style = getComputedStyle(element);
  const background = rgb(style.outlineColor);
  return {
    primary: hex(rgb(style.textDecorationColor)),
    background: hex(background),
    text: hex(rgb(style.color)),
    dark: luminance(background) < 0.4,
  };
}

/** From `rgb(0, 154, 199)` or `color(srgb 0 0.6 0.78 / 0.5)`; what is see-through counts as solid. */
export function rgb(computed: string): Rgb {
  const scale = computed.startsWith('color(') ? 255 : 1;
  const numbers = [...computed.matchAll(/\b[\d.]+/g)].map(([text]) => Number(text) * scale);
  const [red = 0, green = 0, blue = 0] = numbers;
  return [red, green, blue];
}

export function hex(color: Rgb): string {
  return `#${color.map((part) => Math.round(part).toString(16).padStart(2, '0')).join('')}`;
}

/** 0 black to 1 white, as the eye weighs colours. */
export function luminance([red, green, blue]: Rgb): number {
  return (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255;
}
