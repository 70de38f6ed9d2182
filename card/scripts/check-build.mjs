/** Fails when the built card in the repository is not what these sources give. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, listFiles, WWW } from '../build.mjs';

const fresh = await mkdtemp(join(tmpdir(), 'streaming-avatar-card-'));
try {
  await build(fresh);
  const names = new Set([...(await listFiles(fresh)), ...(await listFiles(WWW))]);
  const read = (folder, name) => readFile(join(folder, name)).catch(() => null);
  const different = [];
  for (const name of [...names].sort()) {
    const [now, committed] = await Promise.all([read(fresh, name), read(WWW, name)]);
    if (!now || !committed || !now.equals(committed)) different.push(name);
  }
  if (different.length > 0) {
    console.error(
      `The built card is not up to date: ${different.join(', ')}\nRun \`npm run build\` and commit the result.`,
    );
    process.exitCode = 1;
  } else console.log(`The built card is up to date: ${names.size} files.`);
} finally {
  await rm(fresh, { recursive: true, force: true });
}
