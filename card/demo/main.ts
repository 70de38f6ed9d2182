/** Shows scenes of the card in the demo page. `window.demo` is what the screenshots and the browser tests drive. */
import type { AudioGate } from '../src/audio/audio-gate';
import { SoundArbiter } from '../src/audio/sound-arbiter';
import '../src/card/avatar-view';
import { parseConfig } from '../src/core/config';
import type { AudioFact } from '../src/core/wire';
import { EngineLoadError } from '../src/engines/engine';
import { drawPresenter, FakeEngine } from './fake-engine';
import { createFakeSound } from './fake-sound';
import { ENTITY, FakeBus, fakeHass } from './fake-hass';
import { SCENES, type Scene } from './scenes';

class HaCard extends HTMLElement {}
customElements.define('ha-card', HaCard);

function fakeGate(fact: AudioFact): AudioGate {
  const gate = {
    fact,
    context: null,
    watch: () => () => undefined,
    hold: () => ({ ready: Promise.resolve(), release: () => undefined }),
    probe: () => Promise.resolve(fact),
    learn: () => undefined,
    unlock: () => Promise.resolve(fact),
  };
  return gate as unknown as AudioGate;
}

const later = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

async function show(name: string, width: number, height: number): Promise<HTMLElement> {
  const scene: Scene = SCENES[name] ?? {};
  const answer = { ...scene.answer };
  if (scene.live) answer.state = { phase: 'live', seat: { mine: true, name: 'Here' }, ...answer.state };
  if (answer.portrait === 'PRESENTER') answer.portrait = drawPresenter().toDataURL();
  const known = scene.known ? JSON.stringify({ face: scene.known, own: true }) : 'null';
  localStorage.setItem(`streaming_avatar.face.${ENTITY}`, known);
  const bus = new FakeBus(answer);
  let engine: FakeEngine | undefined;
  const view = document.createElement('streaming-avatar-view');
  view.parts = {
    createEngine: (kind, host) => {
      if (kind === 'missing') return Promise.reject(new EngineLoadError('chunk_missing', ''));
      engine = new FakeEngine(host);
      return Promise.resolve(engine);
    },
    preloadEngine: () => undefined,
    loadSounds: () => Promise.resolve(createFakeSound),
    audioGate: fakeGate(scene.audio ?? 'ok'),
    arbiter: new SoundArbiter(),
  };
  view.setConfig(parseConfig({ entity: ENTITY, ...scene.config }));
  view.hass = fakeHass(bus, scene.entity === undefined ? 'idle' : scene.entity);
  view.preview = scene.preview ?? false;
  view.layout = 'grid';
  const box = document.createElement('figure');
  box.style.cssText = `margin:0;width:${String(width)}px;height:${String(height)}px`;
  box.dataset['scene'] = name;
  box.append(view);
  document.querySelector('main')?.append(box);
  await later();
  if (scene.live) bus.emit({ type: 'join', epoch: name, transport: { kind: 'livekit' } });
  while (scene.live && !view.shadowRoot?.querySelector('.video')) await later();
  if (!view.shadowRoot) return box;
  const root = view.shadowRoot;
  await scene.play?.({ bus, engine: () => engine, root: () => root });
  await later();
  await view.updateComplete;
  return box;
}

const demo = {
  scenes: Object.keys(SCENES),
  show,
  /** The buttons hide after a while; not in pictures. */
  wake: (): void => {
    for (const view of document.querySelectorAll('streaming-avatar-view')) {
      if (view.closest('figure')?.dataset['scene']?.includes('idle_pointer')) continue;
      Object.assign(view, { _asleep: false });
      clearTimeout((view as unknown as { _sleepTimer: number })._sleepTimer);
    }
  },
};

declare global {
  interface Window {
    demo: typeof demo;
  }
}
window.demo = demo;

const wanted = new URLSearchParams(location.search);
document.documentElement.dataset['theme'] = wanted.get('theme') ?? 'light';
const size = [Number(wanted.get('width') ?? 400), Number(wanted.get('height') ?? 376)] as const;
const chosen = wanted.get('scene');
if (chosen !== 'none') for (const name of chosen === null ? demo.scenes : [chosen]) void show(name, ...size);
