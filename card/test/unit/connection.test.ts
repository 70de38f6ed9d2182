import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Connection } from '../../src/core/connection';
import type { ClientHello, WireEvent } from '../../src/core/wire';
import { attached } from './factories';
import { FakeSocket, settle } from './fake-socket';

const HELLO: ClientHello = {
  id: 'client-1234',
  name: 'Kitchen tablet',
  version: '0.1.0',
  visible: true,
  audio: 'ok',
  microphone: 'insecure',
  transports: ['livekit'],
  playback: null,
};

let socket: FakeSocket;
let told: string[];
let events: WireEvent[];
let hello: ClientHello;
let connection: Connection;

beforeEach(() => {
  vi.useFakeTimers();
  socket = new FakeSocket();
  told = [];
  events = [];
  hello = HELLO;
  connection = new Connection(socket, 'media_player.ava', () => hello, {
    onEvent: (event) => events.push(event),
    onAttaching: (asked) => told.push(asked ? 'attaching, asked' : 'attaching'),
    onLost: () => told.push('lost'),
    onRefused: (problem) => told.push(`refused: ${problem}`),
  });
});

afterEach(() => {
  connection.close();
  expect(vi.getTimerCount()).toBe(0);
  expect(socket.listeners).toBe(0);
  vi.useRealTimers();
});

async function open(): Promise<void> {
  connection.open();
  socket.last.emit(attached());
  socket.last.accept();
  await settle();
}

describe('attaching', () => {
  it('sends who the card is', () => {
    connection.open();
    expect(socket.last.message).toEqual({
      type: 'streaming_avatar/attach',
      entity_id: 'media_player.ava',
      client: HELLO,
    });
  });

  it('leaves no second attaching to the client library', () => {
    connection.open();
    expect(socket.last.options).toEqual({ resubscribe: false });
  });

  it('is done once', () => {
    connection.open();
    connection.open();
    expect(socket.subscriptions).toHaveLength(1);
  });

  it('ends when the card closes it', async () => {
    await open();
    connection.close();
    await settle();
    expect(socket.last.ended).toBe(true);
  });

  it('ends even if the card closed it before the answer', async () => {
    connection.open();
    connection.close();
    socket.last.accept();
    await settle();
    expect(socket.last.ended).toBe(true);
  });

  it('waits for a line', () => {
    socket.connected = false;
    connection.open();
    expect(socket.subscriptions).toHaveLength(0);
    socket.restore();
    expect(socket.subscriptions).toHaveLength(1);
  });
});

describe('a lost line', () => {
  it('is told, and attached again with the facts of then', async () => {
    await open();
    socket.lose();
    expect(told).toEqual(['attaching', 'lost']);
    hello = { ...HELLO, visible: false };
    socket.restore();
    expect(socket.subscriptions).toHaveLength(2);
    expect(socket.last.message).toMatchObject({ client: { visible: false } });
  });

  it('makes the old subscription mute', async () => {
    await open();
    const old = socket.last;
    socket.lose();
    socket.restore();
    socket.last.emit(attached({}, { attachment: 'a2' }));
    old.emit({ type: 'ping' });
    old.emit({ type: 'closed', reason: 'replaced' });
    expect(events).toHaveLength(2);
    expect(socket.sent).toEqual([]);
  });

  it('forgets the old attachment: nothing is reported under it', async () => {
    await open();
    socket.lose();
    void connection.report({ kind: 'joined', epoch: 'e1' });
    connection.relay('e1', '', new Uint8Array(3));
    expect(socket.sent).toEqual([]);
  });
});

describe('a refusal', () => {
  it.each(['unauthorized', 'too_many'] as const)('%s is told at once and tried again slowly', async (code) => {
    connection.open();
    socket.last.refuse(code);
    await settle();
    expect(told).toEqual(['attaching', `refused: ${code}`]);
    await vi.advanceTimersByTimeAsync(29_000);
    expect(socket.subscriptions).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(2000);
    expect(socket.subscriptions).toHaveLength(2);
  });

  it.each(['unknown_command', 'not_found'])('%s may be a Home Assistant that still starts', async (code) => {
    connection.open();
    for (const wait of [1000, 2000, 5000, 10_000]) {
      socket.last.refuse(code);
      await settle();
      expect(told).not.toContain('refused: not_found');
      await vi.advanceTimersByTimeAsync(wait);
    }
    socket.last.refuse(code);
    await settle();
    expect(told).toContain('refused: not_found');
    await vi.advanceTimersByTimeAsync(30_000);
    socket.last.emit(attached());
    expect(events).toHaveLength(1);
  });

  it('is tried again at once when a person asks', async () => {
    connection.open();
    socket.last.refuse('too_many');
    await settle();
    connection.attachAgain();
    expect(told[told.length - 1]).toBe('attaching, asked');
    expect(socket.subscriptions).toHaveLength(2);
  });
});

describe('closed by the integration', () => {
  it('removed: is told, and tried again, for the account may only be set up anew', async () => {
    await open();
    socket.last.emit({ type: 'closed', reason: 'removed' });
    expect(socket.subscriptions).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(5000);
    expect(socket.subscriptions).toHaveLength(2);
    socket.last.emit(attached());
    expect(events.map(({ type }) => type)).toEqual(['attached', 'closed', 'attached']);
  });

  it.each(['limit', 'replaced'] as const)('%s: is told and nothing happens by itself', async (reason) => {
    await open();
    socket.last.emit({ type: 'closed', reason });
    await vi.advanceTimersByTimeAsync(120_000);
    expect(events[events.length - 1]).toEqual({ type: 'closed', reason });
    expect(socket.subscriptions).toHaveLength(1);
  });

  it('is attached again after the next reconnect', async () => {
    await open();
    socket.last.emit({ type: 'closed', reason: 'removed' });
    socket.lose();
    socket.restore();
    expect(socket.subscriptions).toHaveLength(2);
  });
});

describe('reports', () => {
  it('answer a ping', async () => {
    await open();
    socket.last.emit({ type: 'ping' });
    expect(socket.sent).toEqual([{ type: 'streaming_avatar/report', attachment: 'a1', kind: 'pong' }]);
    expect(events).toHaveLength(1);
  });

  it('attach again when the integration no longer knows the card', async () => {
    await open();
    socket.answers.set('streaming_avatar/report', { code: 'unknown_attachment' });
    void connection.report({ kind: 'joined', epoch: 'e1' });
    void connection.report({ kind: 'joined', epoch: 'e1' });
    await settle();
    await vi.advanceTimersByTimeAsync(1000);
    expect(socket.subscriptions).toHaveLength(2);
  });
});

describe('commands', () => {
  it('say and take the seat under the attachment', async () => {
    await open();
    socket.answers.set('streaming_avatar/say', { value: { utterance: 'u7' } });
    await expect(connection.say('Hello')).resolves.toBe('u7');
    await connection.takeSeat();
    expect(socket.sent).toEqual([
      { type: 'streaming_avatar/say', attachment: 'a1', text: 'Hello' },
      { type: 'streaming_avatar/take_seat', attachment: 'a1' },
    ]);
  });

  it('tell a refusal to who asked', async () => {
    await open();
    socket.answers.set('streaming_avatar/say', { code: 'unauthorized' });
    await expect(connection.say('Hello')).rejects.toMatchObject({ code: 'unauthorized' });
  });
});

describe('relays', () => {
  const relays = (): unknown[] => socket.sent.filter(({ type }) => type === 'streaming_avatar/relay');
  // Their code comes with the first of them.
  const settled = (): Promise<unknown> => vi.dynamicImportSettled();

  it('carry the bytes as they came', async () => {
    await open();
    connection.relay('e1', 'lk-chat', Uint8Array.of(0, 127, 255));
    await settled();
    expect(socket.sent).toEqual([
      { type: 'streaming_avatar/relay', attachment: 'a1', epoch: 'e1', topic: 'lk-chat', payload: 'AH//' },
    ]);
  });

  it('keep below what the integration takes in a second, in order, and lose none', async () => {
    await open();
    for (let i = 0; i < 400; i += 1) connection.relay('e1', String(i), new Uint8Array(1));
    await settled();
    let before = 0;
    for (let second = 0; second < 6; second += 1) {
      await vi.advanceTimersByTimeAsync(1000);
      expect(relays().length - before).toBeLessThanOrEqual(200);
      before = relays().length;
    }
    expect(relays().map((relay) => (relay as { topic: string }).topic)).toEqual(
      Array.from({ length: 400 }, (_, i) => String(i)),
    );
  });

  it('wait on a stalled line, so that they do not arrive in one burst', async () => {
    await open();
    const answer = vi.spyOn(socket, 'sendMessagePromise').mockReturnValue(new Promise(() => undefined));
    for (let i = 0; i < 400; i += 1) connection.relay('e1', '', new Uint8Array(1));
    await settled();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(answer.mock.calls.length).toBeLessThanOrEqual(100);
  });

  it('leave out what is larger than a message may be', async () => {
    await open();
    connection.relay('e1', '', new Uint8Array(16 * 1024 + 1));
    await settled();
    expect(relays()).toEqual([]);
    connection.relay('e1', '', new Uint8Array(16 * 1024));
    await settled();
    expect(relays()).toHaveLength(1);
  });

  it('stop with the card', async () => {
    await open();
    for (let i = 0; i < 400; i += 1) connection.relay('e1', '', new Uint8Array(1));
    await settled();
    connection.close();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('that wait for their code are forgotten with the line', async () => {
    await open();
    connection.relay('e1', '', new Uint8Array(1));
    socket.lose();
    socket.restore();
    socket.last.emit(attached({}, { attachment: 'a2' }));
    await settled();
    expect(relays()).toEqual([]);
  });
});

describe('after a sleep', () => {
  it('a line that answers is left alone', async () => {
    await open();
    await connection.check();
    expect(socket.reconnects).toBe(0);
    expect(socket.subscriptions).toHaveLength(1);
  });

  it('a dead line is renewed', async () => {
    await open();
    socket.alive = false;
    const checked = connection.check();
    await vi.advanceTimersByTimeAsync(5000);
    await checked;
    expect(socket.reconnects).toBe(1);
  });

  it('a lost attachment is made anew', async () => {
    connection.open();
    await connection.check();
    expect(socket.subscriptions).toHaveLength(2);
  });
});
