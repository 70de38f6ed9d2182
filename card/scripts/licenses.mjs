/** Collects the licences of everything that ends up in the built files. */
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** livekit-client comes already bundled; its source map names what is inside, but for what was bundled before it. */
const PREBUNDLED = {
  'livekit-client': { map: 'dist/livekit-client.esm.mjs.map', inside: ['@livekit/protocol', 'tslib'] },
};

export async function thirdPartyLicenses(root, metafile) {
  const names = new Set();
  for (const output of Object.values(metafile.outputs)) {
    for (const input of Object.keys(output.inputs)) addPackage(names, input);
  }
  for (const [name, { map, inside }] of Object.entries(PREBUNDLED)) {
    if (!names.has(name)) continue;
    const { sources } = JSON.parse(await readFile(join(root, 'node_modules', name, map), 'utf8'));
    for (const source of sources) addPackage(names, source);
    for (const other of inside) names.add(other);
  }
  const parts = await Promise.all([...names].sort().map((name) => describe(root, name)));
  return `The built card contains these packages.\n\n${parts.join('\n')}`;
}

function addPackage(names, path) {
  const found = [...path.matchAll(/node_modules\/(?!\.pnpm)((?:@[^/]+\/)?[^/]+)\//g)].at(-1);
  if (found) names.add(found[1]);
}

async function describe(root, name) {
  const folder = join(root, 'node_modules', name);
  const { version, license } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const texts = (await readdir(folder)).filter((file) => /^(licen[cs]e|notice)/i.test(file)).sort();
  const bodies = await Promise.all(texts.map((file) => readFile(join(folder, file), 'utf8')));
  const body = bodies.length > 0 ? bodies.map((text) => text.trim()).join('\n\n') : `License: ${license}`;
  return `${'='.repeat(80)}\n${name} ${version} (${license})\n${'='.repeat(80)}\n\n${body}\n`;
}
