/**
 * What this card knows about itself, for a user who wonders why something does not work, and as a report for those who
 * help. No key, no token and nothing that was said. Lazy: loaded when it is asked for.
 */
import type { CardState } from '../core/state';
import type { MicrophoneFact } from '../core/wire';
import type { Localize, TextKey } from '../i18n/localize';
import { diagnosticsStyles } from './styles-diagnostics';

export { default as english } from '../i18n/en-diagnostics.json';

export interface DiagnosticsFacts {
  state: CardState;
  card: string;
  house: string;
  screen: string;
  rooms: readonly string[];
  connected: boolean;
  context: string;
  microphone: MicrophoneFact;
}

export interface DiagnosticsParts {
  host: ShadowRoot;
  localize: Localize;
  read: () => DiagnosticsFacts;
  ping: () => Promise<unknown>;
}

interface Row {
  key: string;
  value: string;
  bad?: boolean;
}
type Section = readonly [key: string, rows: readonly Row[]];

const REFRESH_MS = 1000;
const CLOSE_ICON = '<svg viewBox="0 0 24 24" aria-hidden="true"><path d="m6.5 6.5 11 11m0-11-11 11" /></svg>';

const yes = (is: boolean): string => (is ? 'yes' : 'no');

export function diagnose(facts: DiagnosticsFacts, answer: number | null): Section[] {
  const { state } = facts;
  const { server } = state;
  const seat = server.seat === null ? 'none' : server.seat.mine ? 'here' : 'elsewhere';
  const size = `${String(window.innerWidth)} × ${String(window.innerHeight)} (${String(window.devicePixelRatio)}×)`;
  return [
    // The newest first.
    [
      'troubles',
      [...state.troubles].reverse().map(({ at, code }) => ({ key: new Date(at).toISOString(), value: code })),
    ],
    [
      'avatar',
      [
        { key: 'phase', value: server.phase },
        { key: 'activity', value: server.activity },
        { key: 'reason', value: server.reason ?? 'none', bad: server.reason !== null },
        { key: 'queue', value: String(server.queue) },
        { key: 'seat', value: seat },
        { key: 'watching', value: String(server.watching) },
        { key: 'stand_in', value: yes(server.stand_in) },
        { key: 'room', value: state.room },
        { key: 'picture', value: yes(state.picture) },
      ],
    ],
    [
      'connection',
      [
        { key: 'websocket', value: facts.connected ? 'connected' : 'disconnected', bad: !facts.connected },
        { key: 'answer', value: answer === null ? '' : `${String(answer)} ms` },
        { key: 'attached', value: state.problem ?? state.link, bad: state.link !== 'attached' },
        { key: 'control', value: yes(state.canControl) },
      ],
    ],
    [
      'screen',
      [
        { key: 'screen_name', value: facts.screen },
        { key: 'browser', value: navigator.userAgent },
        { key: 'size', value: size },
        { key: 'secure_context', value: yes(window.isSecureContext) },
        { key: 'sound', value: state.audio, bad: state.audio !== 'ok' },
        { key: 'audio_context', value: facts.context === 'suspended' ? 'resting' : facts.context },
        { key: 'muted', value: yes(state.muted || server.muted || state.outranked) },
        { key: 'volume', value: `${String(Math.round(100 * server.volume))} %` },
        { key: 'microphone', value: facts.microphone },
        { key: 'rooms', value: facts.rooms.filter((room) => room !== 'none').join(', ') },
      ],
    ],
    [
      'versions',
      [
        { key: 'card', value: facts.card, bad: state.outdated },
        { key: 'integration', value: state.version ?? '', bad: state.outdated },
        { key: 'home_assistant', value: facts.house },
      ],
    ],
  ];
}

/** What the user calls a room or a person is nobody else's business. */
const PRIVATE = 'screen_name';

/** In English, whatever the user speaks: it is for those who help. */
export function report(sections: readonly Section[], now: Date): string {
  const lines = sections.flatMap(([name, rows]) => [
    '',
    `${name}:`,
    ...rows.filter(({ key }) => key !== PRIVATE).map(({ key, value }) => `  ${key}: ${value || '-'}`),
  ]);
  return [`Streaming Avatar, ${now.toISOString()}`, ...lines, ''].join('\n');
}

let open: HTMLDialogElement | undefined;

/** Resolves when the user has closed it. One at a time. */
export async function showDiagnostics(parts: DiagnosticsParts): Promise<void> {
  if (open) return;
  const { host, localize } = parts;
  const dialog = document.createElement('dialog');
  open = dialog;
  dialog.className = 'diagnostics';
  dialog.setAttribute('aria-labelledby', 'diagnostics-title');
  dialog.innerHTML = `<style>${diagnosticsStyles}</style>
    <header><h2 id="diagnostics-title"></h2><button type="button" autofocus>${CLOSE_ICON}</button></header>
    <div class="rows" tabindex="0"></div>
    <footer><button type="button"></button><span role="status"></span></footer>`;
  const part = (selector: string): HTMLElement => dialog.querySelector(selector) as HTMLElement;
  const rows = part('.rows');
  const told = part('footer span');
  part('h2').textContent = localize('diagnostics.title');
  rows.setAttribute('aria-label', localize('diagnostics.title'));
  part('header button').setAttribute('aria-label', localize('control.close'));
  part('footer button').textContent = localize('diagnostics.copy');

  let answer: number | null = null;
  const began = performance.now();
  let drawn = '';
  const draw = (): void => {
    const sections = diagnose(parts.read(), answer);
    const now = JSON.stringify(sections);
    if (now !== drawn) rows.replaceChildren(...sections.flatMap((section) => drawSection(section, localize)));
    drawn = now;
  };
  draw();
  void parts.ping().then(
    () => {
      answer = Math.round(performance.now() - began);
      draw();
    },
    () => undefined,
  );
  const timer = setInterval(draw, REFRESH_MS);

  part('header button').onclick = (): void => {
    dialog.close();
  };
  part('footer button').onclick = (): void => {
    void copy(report(diagnose(parts.read(), answer), new Date()), part('footer')).then((copied) => {
      told.textContent = localize(copied ? 'diagnostics.copied' : 'diagnostics.copy_yourself');
    });
  };
  // A tap beside it closes it; inside, something of it is the target.
  dialog.onclick = (event): void => {
    if (event.target === dialog) dialog.close();
  };
  dialog.onkeydown = (event): void => {
    event.stopPropagation();
  };
  host.append(dialog);
  dialog.showModal();
  await new Promise((resolve) => {
    dialog.onclose = resolve;
  });
  clearInterval(timer);
  dialog.remove();
  open = undefined;
}

function drawSection([name, rows]: Section, localize: Localize): HTMLElement[] {
  const title = document.createElement('h3');
  title.textContent = localize(`diagnostics.${name}` as TextKey);
  const list = document.createElement('dl');
  for (const { key, value, bad } of rows) {
    const row = document.createElement('div');
    row.classList.toggle('bad', bad === true);
    const term = document.createElement('dt');
    const words = document.createElement('dd');
    term.textContent = localize(`diagnostics.${key}` as TextKey) || new Date(key).toLocaleTimeString();
    words.textContent = known(value, localize) || value || '–';
    row.append(term, words);
    list.append(row);
  }
  if (rows.length === 0) list.textContent = localize('diagnostics.no_troubles');
  return [title, list];
}

/** A word or the title of a problem; empty where the value speaks for itself. */
function known(value: string, localize: Localize): string {
  return localize(`value.${value}` as TextKey) || localize(`notice.${value}.title` as TextKey);
}

/** On plain http there is no clipboard; then the old way, and in the end a text to copy by hand. */
async function copy(text: string, place: HTMLElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = place.querySelector('textarea') ?? document.createElement('textarea');
    field.value = text;
    field.readOnly = true;
    field.className = 'unseen';
    place.append(field);
    field.select();
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- all there is without https
    const copied = document.execCommand('copy');
    if (copied) field.remove();
    else field.className = '';
    return copied;
  }
}
