import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FaceKeeper, knownFace } from '../../src/card/face-keeper';
import type { FaceView } from '../../src/core/view';
import type { FaceLook } from '../../src/core/wire';
import { after, attached, wire } from './factories';
import { settle } from './fake-socket';

const MIRA: FaceLook = { look: 'mira', colors: {}, emotion: 'friendly' };
const VIEW: FaceView = { ...MIRA, own: false, pose: 'idle' };
const REST = { motion: 'full', playback: null, mouth: null, theme: null } as const;
let load: ReturnType<typeof vi.fn<() => Promise<unknown>>>;
let changed: ReturnType<typeof vi.fn<() => void>>;
let missing: ReturnType<typeof vi.fn<() => void>>;
let keeper: FaceKeeper;

beforeEach(() => {
  vi.useFakeTimers();
  localStorage.clear();
  load = vi.fn(() => Promise.resolve({}));
  changed = vi.fn();
  missing = vi.fn();
  keeper = new FaceKeeper(load, changed, missing);
});

afterEach(() => {
  keeper.destroy();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

describe('the code of the face', () => {
  it('is not fetched by a cloud avatar that needs no face', () => {
    keeper.foresee(after([wire(attached({}, { face: MIRA, portrait: '/ava.png' }))]));
    expect(keeper.shown(null, REST)).toBeNull();
    expect(load).not.toHaveBeenCalled();
  });

  it('is fetched when a session starts, which may fail', () => {
    keeper.foresee(after([wire(attached({ phase: 'starting' }, { face: MIRA, portrait: '/ava.png' }))]));
    expect(load).toHaveBeenCalledTimes(1);
  });

  it('is fetched once, and shows the face when it is there', async () => {
    expect(keeper.shown(VIEW, REST)).toBeNull();
    expect(keeper.shown(VIEW, REST)).toBeNull();
    await settle();
    expect(changed).toHaveBeenCalledTimes(1);
    expect(keeper.shown(VIEW, REST)).toMatchObject({ view: VIEW, ...REST });
    expect(load).toHaveBeenCalledTimes(1);
  });

  it('that is gone is told', async () => {
    load.mockRejectedValue(new Error('404'));
    keeper.shown(VIEW, REST);
    await settle();
    expect(missing).toHaveBeenCalled();
    expect(keeper.shown(VIEW, REST)).toBeNull();
  });
});

describe('a face that goes', () => {
  beforeEach(async () => {
    keeper.shown(VIEW, REST);
    await settle();
    changed.mockClear();
  });

  it('stays until the video has come through', () => {
    expect(keeper.shown(null, REST)).not.toBeNull();
    vi.advanceTimersByTime(600);
    expect(keeper.shown(null, REST)).not.toBeNull();
    vi.advanceTimersByTime(200);
    expect(changed).toHaveBeenCalledTimes(1);
    expect(keeper.shown(null, REST)).toBeNull();
  });

  it('and comes back stays', () => {
    keeper.shown(null, REST);
    keeper.shown(VIEW, REST);
    vi.advanceTimersByTime(2000);
    expect(keeper.shown(VIEW, REST)).not.toBeNull();
    expect(changed).not.toHaveBeenCalled();
  });
});

describe('the memory of a face', () => {
  const seen = (provider_face: boolean): ReturnType<typeof after> =>
    after([wire(attached({ provider_face }, { face: MIRA }))]);

  it('keeps the one of an avatar that is nothing else', () => {
    expect(knownFace('media_player.mira')).toBeNull();
    keeper.remember('media_player.mira', seen(true));
    expect(knownFace('media_player.mira')).toEqual({ face: MIRA, own: true });
    expect(knownFace('media_player.ava')).toBeNull();
  });

  it('keeps no stand-in', () => {
    keeper.remember('media_player.mira', seen(true));
    keeper.remember('media_player.mira', after([wire(attached({}, { face: { ...MIRA } }))]));
    expect(knownFace('media_player.mira')).toBeNull();
  });

  it('waits for the answer of the integration', () => {
    keeper.remember('media_player.mira', { ...seen(true), link: 'attaching' });
    expect(knownFace('media_player.mira')).toBeNull();
  });

  it('survives what somebody else wrote there', () => {
    localStorage.setItem('streaming_avatar.face.media_player.mira', '{broken');
    expect(knownFace('media_player.mira')).toBeNull();
  });
});
