// Decides where anchors of the register lie on one machine: one file each, whole or not at all, never written again (P-11).
import { linkSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Anchor, anchorName, isAnchor } from '#core/register/verify.ts';
import { type Anchors, PortError } from '#flow/ports.ts';

const codeOf = (cause: unknown): string => (cause as NodeJS.ErrnoException).code ?? 'unknown';

/** Beside its place first, then linked there: a link is made only where nothing is, and what it shows is whole. */
const writeOnce = (path: string, text: string): void => {
  const beside = `${path}.${process.pid}.tmp`;
  writeFileSync(beside, text, { mode: 0o400, flush: true });
  try {
    linkSync(beside, path);
  } catch (cause) {
    if (codeOf(cause) !== 'EEXIST') throw cause;
  } finally {
    rmSync(beside, { force: true });
  }
};

const files = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder).filter((name) => name.endsWith('.json'));
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return [];
    throw cause;
  }
};

const reading = <T>(what: string, act: () => T): T => {
  try {
    return act();
  } catch (cause) {
    if (cause instanceof PortError) throw cause;
    throw new PortError('anchors', 'again', `${what}: ${codeOf(cause)}`, { cause });
  }
};

const anchorIn = (path: string): Anchor => {
  const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
  if (!isAnchor(value)) throw new PortError('anchors', 'refused', 'the newest file of the anchors is no anchor');
  return value;
};

/** `folder` is made when the first anchor is written. */
export const fileAnchors = (folder: string): Anchors => ({
  put: async (anchor) =>
    reading('an anchor could not be written', () => {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      writeOnce(join(folder, `${anchorName(anchor)}.json`), `${JSON.stringify(anchor)}\n`);
    }),
  latest: async () =>
    reading('the last anchor could not be read', () => {
      const newest = files(folder).toSorted().at(-1);
      return newest === undefined ? undefined : anchorIn(join(folder, newest));
    }),
});
