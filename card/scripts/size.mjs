/** Weighs the built card against its budgets (gzip). */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { listFiles, WWW } from '../build.mjs';

const SHELL_LIMIT = 2500;
const OWN_LIMIT = 30_000;
const LIVEKIT = /^chunks\/livekit-client-/;

const files = (await listFiles(WWW)).filter((name) => name.endsWith('.js'));
const rows = await Promise.all(
  files.map(async (name) => {
    const body = await readFile(join(WWW, name));
    return { name, bytes: body.length, gzip: gzipSync(body, { level: 9 }).length };
  }),
);
const sum = (chosen) => chosen.reduce((total, { gzip }) => total + gzip, 0);
const budgets = [
  { name: 'shell (card.js)', gzip: sum(rows.filter(({ name }) => name === 'card.js')), limit: SHELL_LIMIT },
  {
    name: 'everything but livekit-client',
    gzip: sum(rows.filter(({ name }) => !LIVEKIT.test(name))),
    limit: OWN_LIMIT,
  },
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
