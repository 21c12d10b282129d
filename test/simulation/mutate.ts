// Decides how a guard is taken out: its source is rewritten while it is loaded, and nowhere else. The product knows of no switch.
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Mutant } from './mutants.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The source without its guard. A text that is not there exactly once is a table that no longer fits the code. */
export const mutated = ({ name, file, find, put, also }: Mutant, source: string): string =>
  [{ find, put }, ...(also ? [also] : [])].reduce((text, edit) => {
    const found = text.split(edit.find).length - 1;
    if (found !== 1) throw new Error(`mutant ${name}: its text stands ${found} times in ${file}, not once`);
    return text.replace(edit.find, () => edit.put);
  }, source);

/** From here on the mutant's file is loaded without its guard. To be called before anything of the product is imported. */
export const takeOut = (mutant: Mutant): void => {
  registerHooks({
    load: (url, context, nextLoad) => {
      const loaded = nextLoad(url, context);
      if (!url.startsWith('file:') || fileURLToPath(url) !== `${root}${mutant.file}`) return loaded;
      const text = typeof loaded.source === 'string' ? loaded.source : new TextDecoder().decode(loaded.source as Uint8Array);
      return { ...loaded, source: mutated(mutant, text), shortCircuit: true };
    },
  });
};
