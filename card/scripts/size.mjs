/** Weighs the built card against its budgets (gzip). */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { listFiles, WWW } from '../build.mjs';

const KB = 1000;
/**
 * Speaking needs none of these: a cloud's room, texts of what goes wrong, a picture for who has none, radio and the
 * like, the styles of cards that are small or large, further languages, the editor, tile cards, diagnostics.
 */
const ROOM = /^chunks\/livekit-/;
const ROOM_CLIENT = /^chunks\/livekit-client-/;
const NOTICES = /^chunks\/en-notices-/;
const PLACEHOLDER = /^chunks\/placeholder-/;
const ELEMENT = /^chunks\/element-sound-/;
const OTHERS = /^chunks\/(relay-queue|styles-sizes|de|es|fr|nl|card-form|tile-feature|diagnostics)-/;
const LANGUAGES = /^chunks\/(de|es|fr|nl)-/;
/** One look is loaded; the heaviest counts. */
const LOOK = /^chunks\/(mira|nova)-/;
const SHELL = /^card\.js$/;

const files = (await listFiles(WWW)).filter((name) => name.endsWith('.js'));
const rows = await Promise.all(
  files.map(async (name) => {
    const body = await readFile(join(WWW, name));
    return { name, bytes: body.length, gzip: gzipSync(body, { level: 9 }).length };
  }),
);
const looks = rows.filter(({ name }) => LOOK.test(name)).map(({ gzip }) => gzip);
const languages = rows.filter(({ name }) => LANGUAGES.test(name)).map(({ gzip }) => gzip);
const sum = (chosen) => rows.filter(chosen).reduce((total, { gzip }) => total + gzip, 0);
const budgets = [
  { name: 'shell, on every dashboard page', gzip: sum(({ name }) => SHELL.test(name)), limit: 2.5 * KB },
  {
    name: 'from shell to talking face',
    gzip:
      Math.max(0, ...looks) +
      sum(({ name }) => [ROOM, NOTICES, PLACEHOLDER, ELEMENT, LOOK, OTHERS].every((part) => !part.test(name))),
    // The goal is 50; what is above it are the face, its lip-sync and the streamed sound.
    limit: 54 * KB,
  },
  {
    name: 'room, without livekit-client',
    gzip: sum(({ name }) => ROOM.test(name) && !ROOM_CLIENT.test(name)),
    limit: 5 * KB,
  },
  { name: 'one further language', gzip: Math.max(0, ...languages), limit: 4.5 * KB },
  { name: 'texts of what goes wrong', gzip: sum(({ name }) => NOTICES.test(name)), limit: 2.5 * KB },
];

const line = (name, ...cells) => console.log(name.padEnd(40), ...cells.map((cell) => String(cell).padStart(10)));
line('file', 'bytes', 'gzip');
for (const { name, bytes, gzip } of rows) line(name, bytes, gzip);
console.log();
line('budget', 'gzip', 'limit');
for (const { name, gzip, limit } of budgets) line(name, gzip, gzip > limit ? `${limit} !` : limit);
if (budgets.some(({ gzip, limit }) => gzip > limit)) {
  console.error('\nThe card has outgrown its budget.');
  process.exitCode = 1;
}
