/** Serves the demo page. Usage: npm run demo [-- port] */
import { serve } from './serve.mjs';

const { url } = await serve({ demo: 'demo/main.ts' }, Number(process.argv[2] ?? 8200));
console.log(`${url}/?theme=light (add &scene=speaking to see one state large)`);
