/** The looks there are, each loaded when it is first shown. Another one is a file beside these and a line here. */
import type { Look } from './look';

const LOADERS: Readonly<Record<string, () => Promise<Look>>> = {
  mira: () => import('./mira').then(({ mira }) => mira),
  nova: () => import('./nova').then(({ nova }) => nova),
};
const loaded = new Map<string, Look>();

export const LOOKS: readonly string[] = Object.keys(LOADERS);

const known = (id: string): string => (id in LOADERS ? id : 'mira');

/** Undefined until it is loaded. */
export const lookOf = (id: string): Look | undefined => loaded.get(known(id));

export async function loadLook(id: string): Promise<void> {
  const look = await LOADERS[known(id)]?.();
  if (look) loaded.set(known(id), look);
}
