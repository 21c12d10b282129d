// Decides what an operator begins with: a whole copy of the example in a new place, or nothing at all.
import { cp, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Result, fail, ok } from '#core/kernel/result.ts';

/** The example that ships with Art33. */
export const shippedConfiguration = fileURLToPath(new URL('../../config/', import.meta.url));

/** `schema` goes along so that editors find it where the files' first lines say. */
const copied = ['directory', 'schema', 'policy.yml', 'processing.yml', 'art33.yml', 'lists.yml', 'sources.yml'] as const;

const rulesReadme = `# Your own rules

Art33 loads the rules that it ships with, and every \`*.yml\` below this directory.
A rule is a Sigma document. Tests for \`name.yml\` stand beside it in \`name.tests.yml\`.
`;

/** Refuses a place that holds anything. Written beside it first, then renamed: nobody finds half a configuration. */
export const initConfiguration = async (target: string, from: string = shippedConfiguration): Promise<Result<{ readonly dir: string }>> => {
  const dir = resolve(target);
  const refusal = await refused(dir);
  if (refusal) return fail(`${target}: ${refusal}`);
  let draft: string | undefined;
  try {
    await mkdir(dirname(dir), { recursive: true });
    draft = await mkdtemp(join(dirname(dir), `.${basename(dir)}-`));
    for (const name of copied) await cp(join(from, name), join(draft, name), { recursive: true, errorOnExist: true });
    await mkdir(join(draft, 'rules'));
    await writeFile(join(draft, 'rules', 'README.md'), rulesReadme);
    await rename(draft, dir);
    return ok({ dir });
  } catch {
    if (draft !== undefined) await rm(draft, { recursive: true, force: true });
    return fail(`${target}: could not be written; name a new directory in a place where this user may write`);
  }
};

const refused = async (dir: string): Promise<string | undefined> => {
  if (relative(process.cwd(), dir) === '') return 'is the directory you are in; name a new one, such as ./art33-config';
  try {
    return (await readdir(dir)).length > 0 ? 'is not empty; name a new directory' : undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    return code === 'ENOTDIR' ? 'is a file; name a new directory' : 'cannot be read; name a new directory';
  }
};
