import { expect, it } from 'vitest';
import { createEngine, TRANSPORTS } from '../../src/engines/create-engine';
import type { EngineEvent } from '../../src/engines/engine';

it('an avatar without a room is there at once', async () => {
  const events: EngineEvent[] = [];
  const engine = await createEngine('none', { emit: (event) => events.push(event), audioContext: () => null });
  engine.mount(document.createElement('div'));
  await engine.join({ kind: 'none' }, 'e1');
  expect(events).toEqual([{ type: 'joined' }, { type: 'first_frame', milliseconds: 0 }]);
  await expect(engine.publish('', new Uint8Array())).rejects.toThrow();
  expect(TRANSPORTS).toContain('none');
});
