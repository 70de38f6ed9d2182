/**
 * The page of the browser tests. `?card` puts the built card on it at once (what the page does by itself is no user's
 * gesture); else `window.bench.mount` makes a card from source with a fake engine.
 */
import type { AudioGate } from '../../src/audio/audio-gate';
import { SoundArbiter } from '../../src/audio/sound-arbiter';
import '../../src/card/avatar-view';
import type { AvatarView } from '../../src/card/avatar-view';
import { parseConfig, type RawConfig } from '../../src/core/config';
import type { WireEvent } from '../../src/core/wire';
import { FakeEngine } from '../../demo/fake-engine';
import { ENTITY, FakeBus, fakeHass, type BusAnswer } from '../../demo/fake-hass';

class HaCard extends HTMLElement {}
customElements.define('ha-card', HaCard);

export interface Mounted {
  view: AvatarView;
  bus: FakeBus;
  engines: FakeEngine[];
}

interface Wanted {
  answer?: BusAnswer;
  config?: RawConfig;
  entity?: string | null;
  preview?: boolean;
}

/** What the integration answers to a card of the avatar that is nothing but its face, or of one in the cloud. */
const ANSWERS: Record<string, BusAnswer> = {
  cloud: { state: { phase: 'live', seat: { mine: true, name: 'Here' } } },
  face: {
    name: 'Mira',
    face: { look: 'mira', colors: {}, emotion: 'friendly' },
    state: { phase: 'live', provider_face: true, seat: { mine: true, name: 'Here' } },
  },
};

const arbiter = new SoundArbiter();
const openGate = {
  fact: 'ok',
  context: null,
  watch: () => () => undefined,
  probe: () => Promise.resolve('ok'),
  hold: () => ({ ready: Promise.resolve(), release: () => undefined }),
  learn: () => undefined,
  unlock: () => Promise.resolve('ok'),
} as unknown as AudioGate;
const later = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

function box(): HTMLElement {
  const element = document.createElement('div');
  element.style.cssText = 'width:400px;height:376px';
  document.body.append(element);
  return element;
}

function mount({ answer, config, entity = 'idle', preview = false }: Wanted = {}): Mounted {
  const bus = new FakeBus(answer);
  const engines: FakeEngine[] = [];
  const view = document.createElement('streaming-avatar-view');
  view.parts = {
    createEngine: (_kind, host) => {
      const engine = new FakeEngine(host);
      engines.push(engine);
      return Promise.resolve(engine);
    },
    preloadEngine: () => undefined,
    loadSounds: () => Promise.reject(new Error('No sound here')),
    audioGate: openGate,
    arbiter,
  };
  view.setConfig(parseConfig({ entity: ENTITY, ...config }));
  view.hass = fakeHass(bus, entity);
  view.preview = preview;
  view.layout = 'grid';
  box().append(view);
  return { view, bus, engines };
}

/** The card that a dashboard would load. */
function mountBuilt(wanted: Wanted = {}): { card: HTMLElement; bus: FakeBus } {
  const bus = new FakeBus(wanted.answer);
  const card = document.createElement('streaming-avatar-card');
  const { setConfig } = card as unknown as { setConfig?: (config: unknown) => void };
  setConfig?.call(card, { type: 'custom:streaming-avatar-card', entity: ENTITY, ...wanted.config });
  Object.assign(card, { hass: fakeHass(bus), layout: 'grid', preview: wanted.preview ?? false });
  box().append(card);
  return { card, bus };
}

/** Told by the console: asking a page from outside counts as a user's gesture, which allows sound. */
async function announce(bus: FakeBus): Promise<void> {
  while (bus.attachments === 0) await later();
  const { audio } = bus.sent[0]?.['client'] as { audio: string };
  // eslint-disable-next-line no-console -- what the test waits for
  console.info(`attached with audio ${audio}`);
}

async function playByItself(bus: FakeBus, url: string): Promise<void> {
  while (bus.attachments === 0) await later();
  bus.emit({ type: 'play', id: 'p1', utterance: 'u1', url, role: 'voice', text: '', emotion: null, speech: true });
  while (bus.reports('playback_blocked').length === 0) await later();
  // eslint-disable-next-line no-console -- what the test waits for
  console.info('blocked while playing');
}

const bench = {
  answers: ANSWERS,
  mount,
  mountBuilt,
  fakeHass,
  FakeBus,
  later,
  current: undefined as Mounted | undefined,
  built: undefined as ReturnType<typeof mountBuilt> | undefined,
  emit: (event: WireEvent): void => {
    bench.current?.bus.emit(event);
  },
};

declare global {
  interface Window {
    bench: typeof bench;
  }
}
window.bench = bench;

const wanted = new URLSearchParams(location.search);
if (wanted.has('card')) {
  const script = document.createElement('script');
  script.type = 'module';
  script.src = '/www/card.js?v=test';
  script.onload = (): void => {
    bench.built = mountBuilt({ answer: ANSWERS[wanted.get('card') || 'cloud'] ?? {} });
    void announce(bench.built.bus);
    const sound = wanted.get('play');
    if (sound !== null) void playByItself(bench.built.bus, sound);
  };
  document.head.append(script);
}
