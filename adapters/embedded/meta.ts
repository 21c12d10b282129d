// Decides what a store knows about itself: which start this is, whether it is a demo's, how far a play has come.
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Database } from './database.ts';

const read = (db: Database, name: string): string | undefined => {
  const value = db.get('SELECT value FROM meta WHERE name = ?', name)?.['value'];
  return value === undefined ? undefined : String(value);
};

const put = (db: Database, name: string, value: string): void => {
  db.run('INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value', name, value);
};

/** A new epoch at each start: claims of an older one are void at once (D-7). */
export const nextEpoch = (db: Database): Promise<number> =>
  db.write(() => {
    const epoch = Number(read(db, 'epoch') ?? '0') + 1;
    put(db, 'epoch', String(epoch));
    return epoch;
  });

/** `night`: begun from a night kit, elsewhere than the house. */
export type StoreKind = 'demo' | 'own' | 'night';

const holds: Readonly<Record<StoreKind, string>> = {
  demo: "holds the demo's invented incidents. Give your own configuration another folder: --data DIR.",
  own: 'holds real incidents. The example configuration plays in a folder of its own: leave --data out, or name another.',
  night: 'holds a night. `art33 night --kit FILE` goes on with it, `art33 night merge` brings it home.',
};

/** Invented breaches never enter the real register, nor real ones the demo's (D-28). */
export const storeKind = async (db: Database, kind: StoreKind, dir: string): Promise<void> => {
  const known = read(db, 'kind');
  if (known !== undefined && known !== kind) throw new Error(`${dir} ${holds[asKind(known)]}`);
  await db.write(() => put(db, 'kind', kind));
};

/** A store of which nothing is said is taken for a real one. */
const asKind = (text: string | undefined): StoreKind => (text === 'demo' || text === 'night' ? text : 'own');

/** How far a play of given events has come: a killed one goes on where it stopped, a finished one is not played again by itself. */
export type Play = {
  readonly run: number;
  readonly events: string;
  readonly next: number;
  readonly finished: boolean;
  /** False while a `--once` has not come to its end: started again, it goes on and plays nothing twice. */
  readonly told?: boolean;
};

export const playOf = (db: Database): Play | undefined => {
  const text = read(db, 'play');
  return text === undefined ? undefined : (JSON.parse(text) as Play);
};

export const savePlay = (db: Database, play: Play): Promise<void> => db.write(() => put(db, 'play', JSON.stringify(play)));

/** The `--once` that played has told its outcome: asked again, it is another feeding. */
export const tellPlay = async (db: Database): Promise<void> => {
  const play = playOf(db);
  if (play) await savePlay(db, { ...play, told: true });
};

/** What kind of store lies in a folder, read without opening it for work. */
export const storedKind = (dir: string): StoreKind => {
  const db = new DatabaseSync(join(dir, 'art33.db'), { readOnly: true });
  try {
    const row = db.prepare(`SELECT value FROM meta WHERE name = 'kind'`).get() as { value: string } | undefined;
    return asKind(row?.value);
  } finally {
    db.close();
  }
};
