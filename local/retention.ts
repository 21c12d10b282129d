// Decides when one machine erases lists of affected people: when their time is over, whether or not anybody looks (D-14).
import { minus } from '#core/kernel/time.ts';
import { keptFor, listPrefix } from '#flow/data-subjects.ts';
import type { Node } from './node.ts';

/** The first name behind all that begin so: lists are found by the primary key. */
const behind = `${listPrefix.slice(0, -1)}0`;

/** Tells how many. Their counts and hashes stay in the register. */
export const eraseLists = ({ database, world }: Pick<Node, 'database' | 'world'>): Promise<number> =>
  database.write(() =>
    database.run('DELETE FROM raw WHERE ref > ? AND ref < ? AND at <= ?', listPrefix, behind, minus(world.clock.now(), keptFor)),
  );
