/** In one page one avatar sounds at a time: the last that began to speak; the others are muted until it ends. */
export interface Voice {
  setOutranked(outranked: boolean): void;
}

export class SoundArbiter {
  private readonly _sounding: Voice[] = [];

  begin(voice: Voice): void {
    this._remove(voice);
    this._sounding.push(voice);
    this._apply();
  }

  end(voice: Voice): void {
    if (!this._remove(voice)) return;
    voice.setOutranked(false);
    this._apply();
  }

  private _remove(voice: Voice): boolean {
    const at = this._sounding.indexOf(voice);
    if (at >= 0) this._sounding.splice(at, 1);
    return at >= 0;
  }

  private _apply(): void {
    const last = this._sounding[this._sounding.length - 1];
    for (const voice of this._sounding) voice.setOutranked(voice !== last);
  }
}

export const soundArbiter = new SoundArbiter();
