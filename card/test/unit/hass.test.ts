import { describe, expect, it, vi } from 'vitest';
import { cardForm, english } from '../../src/card-form';
import { captionFit } from '../../src/card/caption-fit';
import { parseConfig } from '../../src/core/config';
import {
  absoluteUrl,
  changedFor,
  entityFacts,
  languageOf,
  runAction,
  watchReducedMotion,
  type Hass,
} from '../../src/ha/hass';
import { entitySuggestion, stubConfig } from '../../src/ha/suggestions';
import { learn, loadLanguage, localizeEnglish, localizeWith } from '../../src/i18n/localize';

const ENTITY = 'media_player.ava';
const createHass = (change: Record<string, unknown> = {}): Hass =>
  ({
    connection: {},
    connected: true,
    states: { [ENTITY]: { state: 'idle', attributes: { friendly_name: 'Ava', entity_picture: '/p.png' } } },
    entities: { [ENTITY]: { platform: 'streaming_avatar' }, 'sensor.ava': { platform: 'streaming_avatar' } },
    locale: { language: 'de' },
    ...change,
  }) as unknown as Hass;

describe('hass', () => {
  it('tells about an entity', () => {
    expect(entityFacts(createHass(), ENTITY)).toEqual({
      present: true,
      available: true,
      name: 'Ava',
      picture: '/p.png',
    });
    expect(entityFacts(createHass(), 'media_player.gone')).toEqual({
      present: false,
      available: false,
      name: '',
      picture: null,
    });
  });

  it('knows an unavailable entity, and that an unknown state is none', () => {
    const state = (value: string): Hass => createHass({ states: { [ENTITY]: { state: value, attributes: {} } } });
    expect(entityFacts(state('unavailable'), ENTITY).available).toBe(false);
    expect(entityFacts(state('unknown'), ENTITY).available).toBe(true);
  });

  it('prefers the name that Home Assistant builds', () => {
    expect(entityFacts(createHass({ formatEntityName: () => 'Hall Ava' }), ENTITY).name).toBe('Hall Ava');
  });

  it('changes for a card only with what the card reads', () => {
    const old = createHass();
    const same = {
      ...(old as unknown as object),
      states: { ...(old as unknown as { states: object }).states, 'light.x': {} },
    };
    expect(changedFor(ENTITY, old, same as unknown as Hass)).toBe(false);
    expect(changedFor(ENTITY, old, createHass())).toBe(true);
    expect(changedFor(ENTITY, undefined, old)).toBe(true);
  });

  it('speaks a language and knows addresses', () => {
    expect(languageOf(createHass())).toBe('de');
    expect(languageOf(createHass({ locale: undefined }))).toBe('en');
    const hass = createHass({ hassUrl: (path: string) => `https://home.example${path}` });
    expect(absoluteUrl(hass, '/p.png')).toBe('https://home.example/p.png');
    expect(absoluteUrl(hass, 'https://cloud.example/p.png')).toBe('https://cloud.example/p.png');
  });

  it('runs an action on the avatar, without a toast', async () => {
    const callService = vi.fn(() => Promise.resolve());
    await runAction(createHass({ callService }), 'interrupt', ENTITY);
    expect(callService).toHaveBeenCalledWith('streaming_avatar', 'interrupt', {}, { entity_id: ENTITY }, false);
  });

  it('watches the setting for less motion', () => {
    const element = document.createElement('div');
    const stopped = vi.fn();
    element.addEventListener('context-request', (event) => {
      const request = event as unknown as { context: string; callback: (value: boolean, stop: () => void) => void };
      if (request.context === 'reducedMotion') request.callback(true, stopped);
    });
    const told = vi.fn();
    watchReducedMotion(element, told)();
    expect(told).toHaveBeenCalledWith(true);
    expect(stopped).toHaveBeenCalled();
  });
});

describe('the card picker', () => {
  const TAG = 'streaming-avatar-card';

  it('offers the card for our avatars only', () => {
    const offered = entitySuggestion(createHass(), ENTITY, TAG) as { label: string; config: unknown }[];
    expect(offered.map(({ label }) => label)).toEqual(['Large portrait', 'Compact, two rows high']);
    expect(offered[0]?.config).toEqual({ type: `custom:${TAG}`, entity: ENTITY });
    expect(entitySuggestion(createHass(), 'sensor.ava', TAG)).toBeNull();
    expect(entitySuggestion(createHass({ entities: { [ENTITY]: { platform: 'cast' } } }), ENTITY, TAG)).toBeNull();
    expect(entitySuggestion(createHass({ entities: undefined }), ENTITY, TAG)).toBeNull();
  });

  it('starts with the first avatar of the house', () => {
    expect(stubConfig(createHass())).toEqual({ entity: ENTITY });
    expect(stubConfig(createHass({ entities: {} }))).toEqual({ entity: '' });
  });
});

describe('the form of the editor', () => {
  learn(english);
  const { schema, computeLabel, computeHelper } = cardForm(localizeEnglish);

  it('has a label for every field and no field that the card does not know', () => {
    for (const field of schema) expect(computeLabel(field)).not.toBe(field.name);
    // The grid itself asks for the size of a card.
    const known = Object.keys(parseConfig({ entity: ENTITY })).filter((name) => name !== 'compact');
    expect(schema.map(({ name }) => name).sort()).toEqual(known.sort());
    expect(computeHelper({ name: 'screen' })).toMatch(/screen/);
    expect(computeHelper({ name: 'show_name' })).toBeUndefined();
  });

  it('shows the defaults of the card', () => {
    const defaults = parseConfig({ entity: ENTITY });
    for (const field of schema) {
      if ('default' in field) expect(defaults).toHaveProperty(field.name, field.default);
    }
  });

  it('names every choice, and the card takes it', () => {
    const choices = schema.flatMap(({ name, selector }) => {
      const { select } = selector as { select?: { options: { value: string; label: string }[] } };
      return (select?.options ?? []).map((option) => ({ name, ...option }));
    });
    expect(choices).toHaveLength(11);
    for (const { name, value, label } of choices) {
      expect(label).not.toBe('');
      expect(parseConfig({ entity: ENTITY, [name]: value })).toHaveProperty(name, value);
    }
  });
});

describe('texts', () => {
  it('fall back to English, key by key', () => {
    const localize = localizeWith({ 'control.start': 'Starten' });
    expect(localize('control.start')).toBe('Starten');
    expect(localize('control.stop')).toBe('Stop');
  });

  it('carry values', () => {
    expect(localizeWith({})('status.elsewhere', { screen: 'Kitchen tablet' })).toBe('Shown on Kitchen tablet');
  });

  it('are English for a language nobody wrote yet', async () => {
    expect((await loadLanguage('xx-YY'))('control.start')).toBe('Start');
  });
});

describe('captions on a card', () => {
  it('grow with it, within limits', () => {
    expect(captionFit(200, 248).size).toBeLessThan(captionFit(1000, 640).size);
    expect(captionFit(2000, 1200).size).toBe(30);
  });

  it('hold less beside the picture of a low card', () => {
    expect(captionFit(400, 184).limit).toBeLessThan(captionFit(400, 376).limit);
    expect(captionFit(100, 100).limit).toBe(24);
  });

  it.each([
    [400, 376, true],
    [200, 248, false],
    [400, 184, false],
    [285, 300, false],
    [1000, 640, false],
    [1000, 376, true],
  ])('need more styles unless they are of an ordinary size: %i by %i', (width, height, ordinary) => {
    expect(captionFit(width, height).ordinary).toBe(ordinary);
  });
});
