/** What is true of this screen, and whether the integration knows it yet. */
import type { AudioGate } from '../audio/audio-gate';
import type { Facts, MicrophoneFact } from './wire';

export class ScreenFacts {
  visible = false;
  private _told = '';

  constructor(private readonly _audioGate: AudioGate) {}

  /** Whoever reads them tells them. */
  take(): Facts {
    const facts = this._now();
    this._told = JSON.stringify(facts);
    return facts;
  }

  get changed(): boolean {
    return JSON.stringify(this._now()) !== this._told;
  }

  private _now(): Facts {
    return { visible: this.visible, audio: this._audioGate.fact, microphone: microphoneFact() };
  }
}

/** The microphone comes with a later version; what this browser could offer is known already. */
export function microphoneFact(): MicrophoneFact {
  if (!window.isSecureContext) return 'insecure';
  return (navigator.mediaDevices as MediaDevices | undefined)?.getUserMedia ? 'ok' : 'none';
}
