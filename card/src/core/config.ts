/** What a user may write in the card's configuration; checked once, here. */
export type CaptionMode = 'auto' | 'always' | 'off';
export type ControlsMode = 'auto' | 'always' | 'off';
export type Fit = 'cover' | 'contain';

export interface CardConfig {
  entity: string;
  name: string;
  show_name: boolean;
  captions: CaptionMode;
  controls: ControlsMode;
  fit: Fit;
  start_on_tap: boolean;
  screen: string;
}

export type RawConfig = Record<string, unknown>;

const CAPTION_MODES: readonly CaptionMode[] = ['auto', 'always', 'off'];
const CONTROLS_MODES: readonly ControlsMode[] = ['auto', 'always', 'off'];
const FITS: readonly Fit[] = ['cover', 'contain'];
const SCREEN_NAME_LIMIT = 64;

/** Throws an Error that says what is wrong; Home Assistant shows its message in place of the card. */
export function parseConfig(raw: unknown): CardConfig {
  if (typeof raw !== 'object' || raw === null) throw new Error('The card has no configuration.');
  const from = raw as RawConfig;
  const entity = from.entity;
  if (typeof entity !== 'string' || !/^media_player\.[a-z0-9_]+$/.test(entity)) {
    throw new Error('"entity" must be the media player of a streaming avatar, for example media_player.ava.');
  }
  return {
    entity,
    name: text(from, 'name'),
    show_name: flag(from, 'show_name', true),
    captions: choice(from, 'captions', CAPTION_MODES),
    controls: choice(from, 'controls', CONTROLS_MODES),
    fit: choice(from, 'fit', FITS),
    start_on_tap: flag(from, 'start_on_tap', false),
    screen: text(from, 'screen').slice(0, SCREEN_NAME_LIMIT),
  };
}

function text(from: RawConfig, key: string): string {
  const value = from[key] ?? '';
  if (typeof value !== 'string') throw new Error(`"${key}" must be a text.`);
  return value.trim();
}

function flag(from: RawConfig, key: string, fallback: boolean): boolean {
  const value = from[key] ?? fallback;
  if (typeof value !== 'boolean') throw new Error(`"${key}" must be true or false.`);
  return value;
}

function choice<T extends string>(from: RawConfig, key: string, options: readonly [T, ...T[]] | readonly T[]): T {
  const value = from[key] ?? options[0];
  // YAML reads a bare `off` as false.
  const word = value === false ? 'off' : value;
  const found = options.find((option) => option === word);
  if (found === undefined) throw new Error(`"${key}" must be one of: ${options.join(', ')}.`);
  return found;
}
