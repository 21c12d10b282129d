// Decides which seed is played first against a guard taken out: the one that noticed it last, as the table in docs/simulation.md says.
import { readFileSync } from 'node:fs';

const page = new URL('../../docs/simulation.md', import.meta.url);
const row = /^\| `([a-z0-9-]+)`: .* \| (\d+) \| [^|]* \|$/gm;

/** By the name of the mutant. One that has no row yet, or whose row says "survives", is played from the first seed on. */
export const noticedAt = (text: string = readFileSync(page, 'utf8')): ReadonlyMap<string, number> =>
  new Map([...text.matchAll(row)].map(([, name = '', seed]) => [name, Number(seed)]));
