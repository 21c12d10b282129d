// Decides that what a function reads at its start lies in two files, the entry and one part: each further file costs a start up to a millisecond.
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type Metafile, build } from 'esbuild';

type Outputs = Metafile['outputs'];

const partName = 'static.mjs';

/** Two chunks may export the same short name, so each name bears its chunk's number. */
const named = (nth: number, name: string): string => `c${nth}_${name}`;

const importOf = /import(?:\{([^}]*)\}from)?"\.\/([\w.-]+\.mjs)";/g;

/** `import{a as b}from"./chunk.mjs"` becomes an import of the same from the one part. */
const pointed = (text: string, numbers: ReadonlyMap<string, number>): string =>
  text.replace(importOf, (whole, names: string | undefined, file: string) => {
    const nth = numbers.get(file);
    if (nth === undefined) return whole;
    if (names === undefined) return '';
    const renamed = names.split(',').map((one) => {
      const [name = '', local = name] = one.split(' as ');
      return `${named(nth, name)} as ${local}`;
    });
    return `import{${renamed.join(',')}}from"./${partName}";`;
  });

/**
 * `chunks`: what the entry imports statically, in the order in which they are run; `files`: all others that may import them. Which chunk a
 * module lies in follows from who reaches it, so that a dozen of them hold a few lines each.
 */
export const joinChunks = async (
  folder: string,
  { outputs, chunks, files }: { readonly outputs: Outputs; readonly chunks: readonly string[]; readonly files: readonly string[] },
): Promise<number> => {
  const numbers = new Map(chunks.map((chunk, nth) => [basename(chunk), nth]));
  const lines = chunks.map((chunk, nth) => {
    const names = (outputs[chunk]?.exports ?? []).map((name) => `${name} as ${named(nth, name)}`);
    return names.length === 0 ? `import './${basename(chunk)}';` : `export { ${names.join(', ')} } from './${basename(chunk)}';`;
  });
  await build({
    stdin: { contents: lines.join('\n'), resolveDir: folder, loader: 'js' },
    outfile: join(folder, partName),
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    minify: true,
    legalComments: 'none',
    // What is loaded later stays a file of its own.
    external: files.map((file) => `./${basename(file)}`),
    logLevel: 'warning',
  });
  for (const file of files) {
    const path = join(folder, basename(file));
    writeFileSync(path, pointed(readFileSync(path, 'utf8'), numbers));
  }
  for (const chunk of chunks) rmSync(join(folder, basename(chunk)));
  return statSync(join(folder, partName)).size;
};
