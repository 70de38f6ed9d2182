import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { AudioGate } from '../../src/audio/audio-gate';
import { Player, type PlayerParts } from '../../src/core/player';
import type { PlaybackReport } from '../../src/core/wire';
import { play } from './factories';
import { FakeGate } from './fake-gate';
import { settle } from './fake-socket';
import { FakeSounds } from './fake-sounds';

let gate: FakeGate;
let sounds: FakeSounds;
let reports: PlaybackReport[];
/** Whether the line to Home Assistant takes reports. */
let line: boolean;
let parts: PlayerParts;
let player: Player;

beforeEach(() => {
  gate = new FakeGate();
  gate.run();
  sounds = new FakeSounds();
  reports = [];
  line = true;
  parts = {
    audioGate: gate as unknown as AudioGate,
    loadSounds: () => Promise.resolve(sounds.create),
    resolveUrl: (path) => `http://house${path}`,
    report: (report) => {
      if (line) reports.push(report);
      return Promise.resolve(line);
    },
    onChange: vi.fn(),
    onFailed: vi.fn(),
  };
  player = new Player(parts);
});

async function sounding(change: Parameters<typeof play>[0] = {}): Promise<void> {
  player.play(play(change));
  await settle();
  sounds.last.duration = 4;
  sounds.last.emit({ type: 'started' });
}

describe('a sound', () => {
  it('is fetched from Home Assistant and told from its start to its end', async () => {
    await sounding();
    expect(sounds.last.parts.url).toBe('http://house/api/tts_proxy/1.wav');
    expect(sounds.last).toMatchObject({ running: true, gain: 1 });
    sounds.last.emit({ type: 'finished', seconds: 3.5 });
    await settle();
    expect(reports).toEqual([
      { kind: 'playback_started', playback: 'p1', duration: 4 },
      { kind: 'playback_finished', playback: 'p1', seconds: 3.5, stopped: false },
    ]);
    expect(player.state).toBeNull();
    expect(vi.mocked(parts.onChange).mock.calls).toEqual([[false], [false], [true]]);
  });

  it('that cannot be played says why', async () => {
    await sounding();
    sounds.last.emit({ type: 'failed', code: 'fetch', message: 'HTTP 404' });
    expect(reports).toContainEqual({ kind: 'playback_failed', playback: 'p1', code: 'fetch', message: 'HTTP 404' });
    expect(parts.onFailed).toHaveBeenCalledWith('fetch');
    expect(player.pending).toBe('p1');
    await settle();
    expect(player.pending).toBeNull();
  });

  it('whose code is gone says so', async () => {
    parts.loadSounds = () => Promise.reject(new Error('404'));
    player.play(play());
    await settle();
    expect(reports).toEqual([{ kind: 'playback_failed', playback: 'p1', code: 'chunk_missing', message: '404' }]);
    expect(parts.onFailed).toHaveBeenCalledWith('chunk_missing');
  });

  it('gives way to the next one', async () => {
    await sounding();
    sounds.last.position = 1.5;
    await sounding({ id: 'p2' });
    expect(sounds.all[0]?.stopped).toBe(true);
    expect(reports[1]).toEqual({ kind: 'playback_finished', playback: 'p1', seconds: 1.5, stopped: true });
    sounds.all[0]?.emit({ type: 'finished', seconds: 4 });
    expect(player.state?.id).toBe('p2');
  });

  it('is stopped by its own id only', async () => {
    await sounding();
    player.stop('p0');
    expect(sounds.last.stopped).toBe(false);
    player.stop('p1');
    expect(sounds.last.stopped).toBe(true);
    expect(player.mouth).toBeNull();
  });

  it('that is stopped before its code is there never starts', async () => {
    player.play(play());
    player.stop('p1');
    await settle();
    expect(sounds.all).toEqual([]);
  });

  it('moves the mouth only while it plays', async () => {
    player.play(play());
    await settle();
    expect(player.mouth).toBeNull();
    sounds.last.emit({ type: 'started' });
    expect(player.mouth).toBe(sounds.last.mouth);
  });
});

describe('its loudness', () => {
  it('is the volume, and nothing while it is silenced', async () => {
    player.setVolume(0.4);
    await sounding();
    expect(sounds.last.gain).toBe(0.4);
    player.setSilenced(true);
    expect(sounds.last.gain).toBe(0);
    player.setSilenced(false);
    expect(sounds.last.gain).toBe(0.4);
  });

  it('moves between screens in mid-sentence', async () => {
    await sounding({ role: 'mimic' });
    expect(sounds.last.gain).toBe(0);
    player.play(play({ role: 'voice' }));
    expect(sounds.last.gain).toBe(1);
    player.play(play({ role: 'mimic' }));
    expect(sounds.last.gain).toBe(0);
    expect(sounds.all).toHaveLength(1);
  });
});

describe('a browser that blocks sound', () => {
  it('plays silently and says so once', async () => {
    gate.block();
    await sounding();
    player.play(play());
    expect(reports.map(({ kind }) => kind)).toEqual(['playback_started', 'playback_blocked']);
    expect(gate.learned).toEqual([true]);
  });

  it('has nothing to say about a screen that is silent anyway, until it is to sound', async () => {
    gate.block();
    await sounding({ role: 'mimic' });
    expect(gate.learned).toEqual([]);
    player.play(play({ role: 'voice' }));
    expect(gate.learned).toEqual([true]);
  });
});

describe('the context of the page', () => {
  it('is held from the order to play to the end of the sound', async () => {
    player.play(play());
    expect(gate.holds).toBe(1);
    player.play(play({ role: 'mimic' }));
    await settle();
    expect(gate.holds).toBe(1);
    sounds.last.emit({ type: 'finished', seconds: 4 });
    expect(gate.holds).toBe(0);
    await sounding({ id: 'p2' });
    player.play(play({ id: 'p3' }));
    expect(gate.holds).toBe(1);
    player.stop();
    expect(gate.holds).toBe(0);
  });

  it('is waited for by the sound, not by its fetching', async () => {
    gate.ready = new Promise(() => undefined);
    player.play(play());
    await settle();
    expect(sounds.last).toMatchObject({ running: true, parts: { ready: gate.ready } });
  });
});

describe('a lost line', () => {
  it('does not stop the sound, which is told again', async () => {
    await sounding();
    line = false;
    expect(player.pending).toBe('p1');
    line = true;
    player.reportAgain();
    expect(reports.filter(({ kind }) => kind === 'playback_started')).toHaveLength(2);
  });

  it('keeps the end of a sound until it is told', async () => {
    await sounding();
    line = false;
    sounds.last.emit({ type: 'finished', seconds: 4 });
    await settle();
    expect(player.pending).toBe('p1');
    line = true;
    player.reportAgain();
    await settle();
    expect(reports.slice(-1)).toMatchObject([{ kind: 'playback_finished', playback: 'p1', stopped: false }]);
    expect(player.pending).toBeNull();
    player.reportAgain();
    expect(reports).toHaveLength(2);
  });

  it('has nothing to say about a sound that has not begun', async () => {
    player.play(play());
    await settle();
    player.reportAgain();
    expect(reports).toEqual([]);
  });
});
