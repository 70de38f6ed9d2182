/** Bundles a page and serves it from memory, together with the built card. For the demo, the pictures and the tests. */
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';
import { ESBUILD_OPTIONS, WWW } from '../build.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const PAGES = { '': 'demo/index.html', 'test.html': 'test/browser/test.html' };
const TYPES = { js: 'text/javascript', html: 'text/html', json: 'application/json', txt: 'text/plain' };

/** `entries` maps the name of a script to its source. Resolves to the address and a function that stops the server. */
export async function serve(entries, port = 0) {
  const { outputFiles } = await esbuild.build({
    ...ESBUILD_OPTIONS,
    entryPoints: Object.entries(entries).map(([out, source]) => ({ in: source, out })),
    outdir: '/',
    write: false,
    minify: false,
    sourcemap: 'inline',
    define: { __VERSION__: '"0.0.0"' },
  });
  const files = new Map(outputFiles.map((file) => [file.path, file.contents]));
  const server = createServer((request, response) => {
    void answer(new URL(request.url ?? '/', 'http://card').pathname).then(
      ({ body, type }) => response.writeHead(200, { 'content-type': type }).end(body),
      () => response.writeHead(404).end(),
    );
  });
  async function answer(path) {
    const type = TYPES[path.split('.').pop() ?? ''] ?? 'text/html';
    if (files.has(path)) return { body: files.get(path), type };
    const inside = normalize(path).replace(/^\/+/, '');
    const file = inside.startsWith('www/') ? join(WWW, inside.slice(4)) : join(root, PAGES[inside] ?? inside);
    return { body: await readFile(file), type };
  }
  await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${server.address().port}`, stop: () => server.close() };
}
