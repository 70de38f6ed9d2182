/** Shows an avatar that stands in a LiveKit room. */
import type { RemoteTrack, RemoteTrackPublication, Room, RoomConnectOptions, RoomOptions } from 'livekit-client';
import { SoundMeter } from '../../audio/sound-meter';
import type { LivekitTransport, Transport } from '../../core/wire';
import type { Engine, EngineEvent, EngineHost } from '../engine';

export type LivekitModule = Pick<
  typeof import('livekit-client'),
  'Room' | 'RoomEvent' | 'Track' | 'DisconnectReason' | 'setLogLevel' | 'LogLevel'
>;

const SOUND_WAIT_MS = 2000;
const MEDIA_WAIT_MS = 25_000;
const MESSAGE_LIMIT = 200;

const ROOM_OPTIONS: RoomOptions = { adaptiveStream: false, dynacast: false, disconnectOnPageLeave: true };
const CONNECT_OPTIONS: RoomConnectOptions = { autoSubscribe: true };

export async function loadLivekit(): Promise<LivekitModule> {
  const module = await import('./livekit-client');
  // It logs addresses and participants of the room at `info`.
  module.setLogLevel(module.LogLevel.error);
  return module;
}

/** Finds the server and agrees on keys with it; whoever joins later has that behind them. Nothing is held. */
export async function warmUp(livekit: LivekitModule, url: string): Promise<void> {
  await new livekit.Room(ROOM_OPTIONS).prepareConnection(url);
}

export class LivekitEngine implements Engine {
  private readonly _video: HTMLVideoElement;
  private readonly _sounds = new Map<RemoteTrack, HTMLAudioElement>();
  private _room: Room | undefined;
  private _picture: { track: RemoteTrack; publication: RemoteTrackPublication } | undefined;
  private _meter: SoundMeter | undefined;
  private _joined = false;
  private _joinCalledAt = 0;
  private _firstFrameAt: number | null = null;
  private _firstFrameTold = false;
  private _muted = false;
  private _volume = 1;
  private _suspended = false;
  private _timers: ReturnType<typeof setTimeout>[] = [];

  constructor(
    private readonly _host: EngineHost,
    private readonly _livekit: LivekitModule,
  ) {
    this._video = document.createElement('video');
    this._video.muted = true;
    this._video.autoplay = true;
    this._video.playsInline = true;
    this._video.disablePictureInPicture = true;
    this._video.setAttribute('aria-hidden', 'true');
    this._video.tabIndex = -1;
  }

  mount(stage: HTMLElement): void {
    stage.append(this._video);
  }

  async join(transport: Transport, _epoch: string): Promise<void> {
    const { url, token } = transport as LivekitTransport;
    const room = new this._livekit.Room(ROOM_OPTIONS);
    this._room = room;
    this._joinCalledAt = performance.now();
    this._listen(room);
    try {
      await room.connect(url, token, CONNECT_OPTIONS);
    } catch (error) {
      if (this._room !== room) return;
      this._clear();
      this._tell({ type: 'error', code: 'join_failed', message: withoutSecrets(error, token) });
      return;
    }
    // The join was taken back while it was under way.
    if (this._room !== room) {
      await room.disconnect(true);
      return;
    }
    this._joined = true;
    this._tell({ type: 'joined' });
    this._after(MEDIA_WAIT_MS, () => {
      if (this._firstFrameAt === null) this._fail('no_media', 'The room has no picture');
    });
  }

  async leave(): Promise<void> {
    const room = this._room;
    this._clear();
    await room?.disconnect(true);
  }

  async publish(topic: string, payload: Uint8Array): Promise<void> {
    if (!this._room) throw new Error('Not in a room');
    const bytes = new Uint8Array(payload);
    await this._room.localParticipant.publishData(bytes, topic ? { reliable: true, topic } : { reliable: true });
  }

  setMuted(muted: boolean): void {
    this._muted = muted;
    this._applySound();
  }

  setVolume(volume: number): void {
    this._volume = volume;
    this._applySound();
  }

  unlockAudio(): void {
    // It unmutes what it starts, so the mute is laid on again.
    void this._room
      ?.startAudio()
      .catch(() => undefined)
      .then(() => {
        this._applySound();
      });
    this._applySound();
    this._play();
  }

  suspend(): void {
    this._suspended = true;
    this._video.pause();
    this._picture?.publication.setEnabled(false);
  }

  resume(): void {
    this._suspended = false;
    this._picture?.publication.setEnabled(true);
    this._play();
  }

  destroy(): void {
    void this.leave().catch(() => undefined);
    this._video.remove();
  }

  private _listen(room: Room): void {
    const { RoomEvent } = this._livekit;
    const mine = <A extends unknown[]>(handler: (...args: A) => void) => {
      return (...args: A): void => {
        if (this._room === room) handler(...args);
      };
    };
    room
      .on(
        RoomEvent.TrackSubscribed,
        mine((track: RemoteTrack, publication: RemoteTrackPublication) => {
          this._onTrack(track, publication);
        }),
      )
      .on(
        RoomEvent.TrackUnsubscribed,
        mine((track: RemoteTrack) => {
          this._onTrackGone(track);
        }),
      )
      .on(
        RoomEvent.DataReceived,
        mine((payload: Uint8Array, _participant, _kind, topic?: string) => {
          this._tell({ type: 'data', topic: topic ?? '', payload });
        }),
      )
      .on(
        RoomEvent.AudioPlaybackStatusChanged,
        mine(() => {
          this._tell({ type: 'audio_blocked', blocked: !room.canPlaybackAudio });
        }),
      )
      .on(
        RoomEvent.SignalReconnecting,
        mine(() => {
          this._tell({ type: 'reconnecting', active: true });
        }),
      )
      .on(
        RoomEvent.Reconnecting,
        mine(() => {
          this._tell({ type: 'reconnecting', active: true });
        }),
      )
      .on(
        RoomEvent.Reconnected,
        mine(() => {
          this._tell({ type: 'reconnecting', active: false });
        }),
      )
      .on(
        RoomEvent.Disconnected,
        mine((reason) => {
          // Before that, the failed connect itself tells the error.
          if (!this._joined) return;
          this._clear();
          this._tell({ type: 'lost', reason: this._reasonName(reason) });
        }),
      );
  }

  private _reasonName(reason: number | undefined): string {
    return (reason === undefined ? undefined : this._livekit.DisconnectReason[reason])?.toLowerCase() ?? 'unknown';
  }

  private _onTrack(track: RemoteTrack, publication: RemoteTrackPublication): void {
    if (track.kind === this._livekit.Track.Kind.Video) {
      this._picture?.track.detach(this._video);
      this._picture = { track, publication };
      track.attach(this._video);
      this._awaitFrame(track);
      if (this._suspended) this.suspend();
    } else if (track.kind === this._livekit.Track.Kind.Audio) {
      this._onSound(track);
    }
  }

  private _onSound(track: RemoteTrack): void {
    // Stays out of the page: taken out of it with the card, it would stop.
    const element = document.createElement('audio');
    this._sounds.set(track, element);
    // The mute goes first: attaching starts to play.
    this._applySound();
    track.attach(element);
    this._applySound();
    const context = this._host.audioContext();
    if (context) {
      this._meter ??= new SoundMeter(context, (event) => {
        this._tell(event);
      });
      this._meter.listenTo(track.mediaStreamTrack);
    }
    this._maybeFirstFrame();
  }

  private _onTrackGone(track: RemoteTrack): void {
    const sound = this._sounds.get(track);
    if (sound) {
      track.detach(sound);
      this._sounds.delete(track);
    }
    if (this._picture?.track === track) {
      track.detach(this._video);
      this._picture = undefined;
      this._tell({ type: 'picture', shown: false });
    }
  }

  private _awaitFrame(track: RemoteTrack): void {
    const onFrame = (): void => {
      if (this._picture?.track !== track) return;
      this._tell({ type: 'picture', shown: true });
      if (this._firstFrameAt !== null) return;
      this._firstFrameAt = performance.now();
      this._after(SOUND_WAIT_MS, () => {
        this._tellFirstFrame();
      });
      this._maybeFirstFrame();
    };
    if ('requestVideoFrameCallback' in this._video) this._video.requestVideoFrameCallback(onFrame);
    else (this._video as HTMLVideoElement).addEventListener('timeupdate', onFrame, { once: true });
  }

  private _maybeFirstFrame(): void {
    if (this._firstFrameAt !== null && this._sounds.size > 0) this._tellFirstFrame();
  }

  private _tellFirstFrame(): void {
    if (this._firstFrameTold || this._firstFrameAt === null) return;
    this._firstFrameTold = true;
    this._tell({ type: 'first_frame', milliseconds: Math.round(this._firstFrameAt - this._joinCalledAt) });
  }

  private _play(): void {
    if (this._picture && !this._suspended) void this._video.play().catch(() => undefined);
  }

  private _applySound(): void {
    for (const element of this._sounds.values()) {
      element.muted = this._muted;
      element.volume = this._volume;
    }
  }

  private _after(milliseconds: number, then: () => void): void {
    this._timers.push(setTimeout(then, milliseconds));
  }

  private _fail(code: 'no_media', message: string): void {
    void this.leave().catch(() => undefined);
    this._tell({ type: 'error', code, message });
  }

  private _clear(): void {
    this._room = undefined;
    this._joined = false;
    this._timers.forEach(clearTimeout);
    this._timers = [];
    this._meter?.stop();
    this._meter = undefined;
    for (const [track, element] of this._sounds) {
      track.detach(element);
    }
    this._sounds.clear();
    this._picture?.track.detach(this._video);
    this._picture = undefined;
    this._firstFrameAt = null;
    this._firstFrameTold = false;
  }

  private _tell(event: EngineEvent): void {
    this._host.emit(event);
  }
}

/** The vendor's message may quote the address it joined with. */
function withoutSecrets(error: unknown, token: string): string {
  const message = error instanceof Error ? error.message : 'Joining failed';
  return message
    .split(token)
    .join('…')
    .replace(/\b(?:wss?|https?):\/\/\S+/g, '…')
    .slice(0, MESSAGE_LIMIT);
}
