import type { CardConfig } from '../../src/core/config';
import { parseConfig } from '../../src/core/config';
import { reduce, type Input } from '../../src/core/reducer';
import { IDLE_SERVER, initialState, type CardState } from '../../src/core/state';
import type { AttachedEvent, CaptionEvent, OutcomeEvent, PlayEvent, ServerState, WireEvent } from '../../src/core/wire';
import type { EntityFacts } from '../../src/ha/hass';

export const ENTITY = 'media_player.ava';

export function createConfig(change: Record<string, unknown> = {}): CardConfig {
  return parseConfig({ entity: ENTITY, ...change });
}

export function createEntity(change: Partial<EntityFacts> = {}): EntityFacts {
  return { present: true, available: true, name: 'Ava', picture: null, ...change };
}

export function attached(state: Partial<ServerState> = {}, change: Partial<AttachedEvent> = {}): AttachedEvent {
  return {
    type: 'attached',
    attachment: 'a1',
    version: '0.1.0',
    name: 'Ava',
    portrait: null,
    can_control: true,
    state: { ...IDLE_SERVER, ...state },
    face: null,
    ...change,
  };
}

export function stateEvent(state: Partial<ServerState> = {}): WireEvent {
  return { type: 'state', ...IDLE_SERVER, ...state };
}

export function join(epoch = 'e1'): WireEvent {
  return { type: 'join', epoch, transport: { kind: 'livekit', url: 'wss://room', token: 'secret-token' } };
}

export function caption(change: Partial<CaptionEvent> = {}): CaptionEvent {
  return { type: 'caption', utterance: 'u1', role: 'avatar', text: 'Hello there.', spoken: 5, done: false, ...change };
}

export function play(change: Partial<PlayEvent> = {}): PlayEvent {
  return {
    type: 'play',
    id: 'p1',
    utterance: 'u1',
    url: '/api/tts_proxy/1.wav',
    role: 'voice',
    text: 'Hello there.',
    emotion: null,
    speech: true,
    ...change,
  };
}

export function outcome(change: Partial<OutcomeEvent> = {}): OutcomeEvent {
  return { type: 'outcome', utterance: 'u1', outcome: 'spoken', reason: null, confirmed: true, ...change };
}

export const wire = (event: WireEvent): Input => ({ type: 'wire', event });

/** The state after these inputs, one every `every` milliseconds. */
export function after(inputs: readonly Input[], start: CardState = initialState(0), every = 0): CardState {
  return inputs.reduce((state, input) => reduce(state, input, state.now + every), start);
}
