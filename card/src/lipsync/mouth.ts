/** What a mouth does, apart from any look. */
export interface MouthShape {
  /** 0 closed to 1 wide open. */
  open: number;
  /** -1 rounded to 1 spread. */
  wide: number;
  /** 0 relaxed to 1 lips pressed together. */
  press: number;
  /** 0 to 1, how much of the upper teeth shows. */
  teeth: number;
  /** 0 to 1, how far up the tongue is. */
  tongue: number;
}

export const CLOSED_MOUTH: Readonly<MouthShape> = { open: 0, wide: 0, press: 0, teeth: 0, tongue: 0 };
