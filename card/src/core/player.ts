/**
 * What the integration has this card play: one sound at a time, from `play` to its end, heard or only mouthed, and what
 * is told about it. The sound goes on while the line to Home Assistant is cut.
 */
import type { AudioGate, Hold } from '../audio/audio-gate';
import { errorMessage } from '../ha/socket';
import type { MouthShape } from '../lipsync/mouth';
import type { PlaybackState } from './state';
import type { PlaybackErrorCode, PlaybackReport, PlayEvent } from './wire';

export type SoundEvent =
  | { type: 'started' }
  | { type: 'finished'; seconds: number }
  | { type: 'stopped'; seconds: number }
  | { type: 'failed'; code: PlaybackErrorCode; message: string };

/** What a mouth asks for with every picture. */
export interface Mouth {
  /** Null where the sound cannot be read. */
  shape(): MouthShape | null;
  /** 0 to 1. */
  loudness(): number;
}

/** One sound, playing. */
export interface Sound {
  readonly position: number;
  readonly duration: number | null;
  readonly mouth: Mouth;
  start(): void;
  /** 0 to 1; 0 is a sound that only moves lips. */
  setGain(gain: number): void;
  /** Fades out. Tells nothing more. */
  stop(): void;
}

export interface SoundParts {
  url: string;
  context: AudioContext | null;
  /** Before that the context is on its way to run. */
  ready: Promise<unknown>;
  onEvent: (event: SoundEvent) => void;
}
export type SoundFactory = (parts: SoundParts) => Sound;

export interface PlayerParts {
  audioGate: AudioGate;
  /** The code that plays and reads sound, fetched when first needed. */
  loadSounds: () => Promise<SoundFactory>;
  resolveUrl: (path: string) => string;
  /** Whether the integration took it. */
  report: (report: PlaybackReport) => Promise<boolean>;
  /** `completed`: a sound was played to its end. */
  onChange: (completed: boolean) => void;
  onFailed: (code: PlaybackErrorCode) => void;
}

const MESSAGE_LIMIT = 200;

interface Playing {
  event: PlayEvent;
  /** Wakes the context while the sound is still being fetched. */
  hold: Hold;
  sound: Sound | undefined;
  started: boolean;
  toldBlocked: boolean;
}

export class Player {
  private _playing: Playing | undefined;
  /** How the last sound ended, until the integration has taken it. */
  private _untold: PlaybackReport | undefined;
  private _volume = 1;
  private _silenced = false;

  constructor(private readonly _parts: PlayerParts) {}

  get state(): PlaybackState | null {
    if (!this._playing) return null;
    const { event, sound, started } = this._playing;
    const { id, utterance, role, text, emotion } = event;
    return {
      id,
      utterance,
      role,
      text,
      emotion,
      started,
      position: started ? (sound?.position ?? 0) : 0,
      duration: sound?.duration ?? null,
    };
  }

  get mouth(): Mouth | null {
    return this._playing?.started ? (this._playing.sound?.mouth ?? null) : null;
  }

  /** What `attach` names: what plays, or has ended without anybody being told. */
  get pending(): string | null {
    return this._playing?.event.id ?? this._untold?.playback ?? null;
  }

  play(event: PlayEvent): void {
    // It has ended while the line was cut: nothing is said twice.
    if (event.id === this._untold?.playback) return;
    if (this._playing?.event.id === event.id) {
      this._playing.event = { ...this._playing.event, role: event.role };
      this._applyGain();
      this._tellBlocked();
      this._parts.onChange(false);
      return;
    }
    this.stop();
    const hold = this._parts.audioGate.hold();
    const playing: Playing = { event, hold, sound: undefined, started: false, toldBlocked: false };
    this._playing = playing;
    this._untold = undefined;
    this._parts.onChange(false);
    void this._begin(playing);
  }

  /** Without an id: whatever plays. */
  stop(id?: string): void {
    const playing = this._playing;
    if (!playing || (id !== undefined && id !== playing.event.id)) return;
    const seconds = playing.started ? (playing.sound?.position ?? 0) : 0;
    playing.sound?.stop();
    this._end(playing, { kind: 'playback_finished', playback: playing.event.id, seconds, stopped: true });
  }

  setVolume(volume: number): void {
    this._volume = volume;
    this._applyGain();
  }

  setSilenced(silenced: boolean): void {
    this._silenced = silenced;
    this._applyGain();
  }

  /** After a new attach: what was told while the line was down never arrived. */
  reportAgain(): void {
    if (this._playing?.started) this._tellStarted(this._playing);
    else if (this._untold) void this._tellEnd(this._untold);
  }

  private async _begin(playing: Playing): Promise<void> {
    const { audioGate, loadSounds, resolveUrl } = this._parts;
    try {
      const createSound = await loadSounds();
      if (this._playing !== playing) return;
      const { context } = audioGate;
      if (context && context.state !== 'running') void context.resume().catch(() => undefined);
      playing.sound = createSound({
        url: resolveUrl(playing.event.url),
        context,
        ready: playing.hold.ready,
        onEvent: (event) => {
          if (this._playing === playing) this._onSound(playing, event);
        },
      });
      this._applyGain();
      playing.sound.start();
    } catch (error) {
      if (this._playing === playing) this._fail(playing, 'chunk_missing', errorMessage(error));
    }
  }

  private _onSound(playing: Playing, event: SoundEvent): void {
    const playback = playing.event.id;
    switch (event.type) {
      case 'started':
        playing.started = true;
        this._tellStarted(playing);
        this._tellBlocked();
        this._parts.onChange(false);
        return;
      case 'finished':
      case 'stopped': {
        const stopped = event.type === 'stopped';
        this._end(playing, { kind: 'playback_finished', playback, seconds: event.seconds, stopped });
        return;
      }
      case 'failed':
        this._fail(playing, event.code, event.message);
    }
  }

  private _fail(playing: Playing, code: PlaybackErrorCode, message: string): void {
    const told = message.slice(0, MESSAGE_LIMIT);
    this._end(playing, { kind: 'playback_failed', playback: playing.event.id, code, message: told });
    this._parts.onFailed(code);
  }

  private _end(playing: Playing, report: PlaybackReport): void {
    if (this._playing !== playing) return;
    this._playing = undefined;
    playing.hold.release();
    void this._tellEnd(report);
    this._parts.onChange(report.kind === 'playback_finished' && !report.stopped);
  }

  private async _tellEnd(report: PlaybackReport): Promise<void> {
    this._untold = report;
    const taken = await this._parts.report(report);
    if (taken && this._untold === report) this._untold = undefined;
  }

  private _tellStarted({ event, sound }: Playing): void {
    void this._parts.report({ kind: 'playback_started', playback: event.id, duration: sound?.duration ?? null });
  }

  /** It plays silently then, and becomes heard when somebody touches the page. */
  private _tellBlocked(): void {
    const playing = this._playing;
    if (!playing?.started || playing.toldBlocked || playing.event.role !== 'voice') return;
    const { audioGate, report } = this._parts;
    if (audioGate.context?.state === 'running') return;
    playing.toldBlocked = true;
    audioGate.learn(true);
    void report({ kind: 'playback_blocked', playback: playing.event.id });
  }

  private _applyGain(): void {
    const heard = this._playing?.event.role === 'voice' && !this._silenced;
    this._playing?.sound?.setGain(heard ? this._volume : 0);
  }
}
