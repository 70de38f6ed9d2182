/** What a user may write in the card's configuration; checked once, here. */
export type CaptionMode = 'auto' | 'always' | 'off';
export type ControlsMode = 'auto' | 'always' | 'off';
export type Fit = 'cover' | 'contain';
export type Motion = 'auto' | 'full' | 'reduced';

export interface CardConfig {
  entity: string;
  name: string;
  show_name: boolean;
  captions: CaptionMode;
  controls: ControlsMode;
  fit: Fit;
  motion: Motion;
  start_on_tap: boolean;
  screen: string;
  /** Placed as a low card; where there is no grid to say so, as in the card picker, it shows itself as one. */
  compact: boolean;
}

export type RawConfig = Record<string, unknown>;

const CAPTION_MODES: readonly CaptionMode[] = ['auto', 'always', 'off'];
const CONTROLS_MODES: readonly ControlsMode[] = ['auto', 'always', 'off'];
const FITS: readonly Fit[] = ['cover', 'contain'];
const MOTIONS: readonly Motion[] = ['auto', 'full', 'reduced'];
const SCREEN_NAME_LIMIT = 64;
const COMPACT_ROWS = 2;

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
    motion: choice(from, 'motion', MOTIONS),
    start_on_tap: flag(from, 'start_on_tap', false),
    screen: text(from, 'screen').slice(0, SCREEN_NAME_LIMIT),
    compact: isCompact(from['grid_options']),
  };
}

function isCompact(grid: unknown): boolean {
  const { rows } = (grid ?? {}) as { rows?: unknown };
  return typeof rows === 'number' && rows <= COMPACT_ROWS;
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
