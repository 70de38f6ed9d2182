/** Runs the lip-sync of the card on sentences that it does not know, and prints its marks as one JSON object. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import * as esbuild from 'esbuild';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const folder = await mkdtemp(join(tmpdir(), 'lipsync-'));
try {
  const outfile = join(folder, 'bench.mjs');
  await esbuild.build({
    absWorkingDir: root,
    entryPoints: ['test/unit/lipsync-bench.ts'],
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'es2021',
    outfile,
    logLevel: 'warning',
  });
  const { marks, speed } = await import(pathToFileURL(outfile).href);
  const spent = () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  };
  console.log(JSON.stringify({ marks: marks(), speed: speed(spent) }));
} finally {
  await rm(folder, { recursive: true });
}
