/** Colours as looks mix them. */
type Rgb = readonly [number, number, number];

export function rgbOf(hex: string): Rgb {
  const full = hex.length === 4 ? hex.replace(/[\da-f]/gi, '$&$&') : hex;
  const value = Number.parseInt(full.slice(1, 7), 16) || 0;
  return [value >> 16, (value >> 8) & 255, value & 255];
}

const text = (color: readonly number[]): string =>
  `#${color.map((part) => Math.round(part).toString(16).padStart(2, '0')).join('')}`;

/** `share` of `to` in `from`. */
export function blend(from: string, to: string, share: number): string {
  const other = rgbOf(to);
  return text(rgbOf(from).map((part, index) => part + ((other[index] ?? 0) - part) * share));
}

export const lighter = (color: string, share: number): string => blend(color, '#ffffff', share);
export const darker = (color: string, share: number): string => blend(color, '#0a0814', share);

export function alpha(color: string, opacity: number): string {
  return `rgba(${[...rgbOf(color), opacity].join(',')})`;
}

/** 0 black to 1 white. */
export function brightness(color: string): number {
  const [red, green, blue] = rgbOf(color);
  return (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255;
}

/** The accent that was chosen, or the theme's. */
export const ACCENTS: Readonly<Record<string, string>> = {
  blue: '#3b82f6',
  violet: '#8b5cf6',
  green: '#22a06b',
  orange: '#f0803c',
  pink: '#ec5f9e',
};
