import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../src/core/config';

describe('the configuration of the card', () => {
  it('needs only the avatar and fills in the rest', () => {
    expect(parseConfig({ type: 'custom:streaming-avatar-card', entity: 'media_player.ava' })).toEqual({
      entity: 'media_player.ava',
      name: '',
      show_name: true,
      captions: 'auto',
      controls: 'auto',
      fit: 'cover',
      motion: 'auto',
      start_on_tap: false,
      screen: '',
      compact: false,
    });
  });

  it('keeps what the user chose', () => {
    const chosen = {
      entity: 'media_player.ava',
      name: 'Mia',
      show_name: false,
      captions: 'always',
      controls: 'off',
      fit: 'contain',
      motion: 'reduced',
      start_on_tap: true,
      screen: 'Kitchen tablet',
    };
    expect(parseConfig(chosen)).toEqual({ ...chosen, compact: false });
  });

  it.each([
    [{ columns: 6, rows: 2 }, true],
    [{ columns: 12, rows: 6 }, false],
    [{ rows: 'auto' }, false],
    ['full', false],
  ])('knows a low card by its place in the grid: %j', (grid_options, compact) => {
    expect(parseConfig({ entity: 'media_player.ava', grid_options }).compact).toBe(compact);
  });

  it('reads the bare off of YAML, which is false', () => {
    expect(parseConfig({ entity: 'media_player.ava', captions: false }).captions).toBe('off');
  });

  it('trims the name of the screen to what the integration takes', () => {
    expect(parseConfig({ entity: 'media_player.ava', screen: `  ${'x'.repeat(80)} ` }).screen).toHaveLength(64);
  });

  it.each([
    [null, 'no configuration'],
    ['text', 'no configuration'],
    [{}, 'entity'],
    [{ entity: 'light.kitchen' }, 'entity'],
    [{ entity: 'media_player.Ava!' }, 'entity'],
    [{ entity: 'media_player.ava', captions: 'loud' }, 'captions'],
    [{ entity: 'media_player.ava', controls: 3 }, 'controls'],
    [{ entity: 'media_player.ava', show_name: 'yes' }, 'show_name'],
    [{ entity: 'media_player.ava', name: ['Ava'] }, 'name'],
  ])('says what is wrong with %j', (raw, word) => {
    expect(() => parseConfig(raw)).toThrow(word);
  });
});
