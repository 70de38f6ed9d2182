/** A critically damped spring: as fast as it can be without swinging over. Exact for any step of time. */
export class Spring {
  private _speed = 0;

  constructor(
    /** Per second; it has come 90 % of the way after about 3.9 / rate. */
    private readonly _rate: number,
    public value = 0,
  ) {}

  step(target: number, seconds: number, haste = 1): number {
    const rate = this._rate * haste;
    const away = this.value - target;
    const drift = (this._speed + rate * away) * seconds;
    const fade = Math.exp(-rate * seconds);
    this.value = target + (away + drift) * fade;
    this._speed = (this._speed - rate * drift) * fade;
    return this.value;
  }

  push(speed: number): void {
    this._speed += speed;
  }

  jump(value: number): void {
    this.value = value;
    this._speed = 0;
  }
}
