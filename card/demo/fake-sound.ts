/** A sound without a loudspeaker, at the moment where somebody says "ah". */
import type { Sound, SoundFactory } from '../src/core/player';

export const createFakeSound: SoundFactory = ({ onEvent }): Sound => ({
  position: 1.2,
  duration: 6,
  mouth: {
    shape: () => ({ open: 0.62, wide: 0.2, press: 0, teeth: 0.6, tongue: 0.2 }),
    loudness: () => 0.6,
  },
  start: () => {
    onEvent({ type: 'started' });
  },
  setGain: () => undefined,
  stop: () => undefined,
});
