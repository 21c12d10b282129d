// What happens when the house itself is hit: another machine takes up the open cases of a kit, in a store of its own (P-13).
import { type Duty, endsByDelivery, isTerminal } from '#core/duty/duty.ts';
import type { PersonId } from '#core/kernel/ids.ts';
import { type Instant, endOfTime } from '#core/kernel/time.ts';
import { genesis } from '#core/kernel/hash.ts';
import { type Entry, nextEntry } from '#core/register/entry.ts';
import type { NightKit } from '#core/register/night-kit.ts';
import { PortError, type World, type Write } from './ports.ts';
import { hold, isHeld } from './restore.ts';
import { type Channel, turnTrust } from './trust.ts';

export type Beginning = {
  readonly kit: Pick<NightKit, 'madeAt' | 'anchor' | 'seed'>;
  /** SHA-256 of the kit as it was sealed: by it the night is known. */
  readonly sealed: string;
  readonly by: PersonId;
  readonly why: string;
  readonly distrusted: readonly Channel[];
};

/** The chain that says when a night began and ended, and from what. */
export const nightChain = (sealed: string): string => `night:${sealed.slice(0, 16)}`;

export const startedType = 'NightStarted';

/** Whoever held it when the kit was made is elsewhere. What could not leave by the old channels is tried at once by the new ones. */
const takenUp = (duty: Duty, now: Instant): Duty => {
  const { owner: _owner, ownerEpoch: _epoch, leaseUntil: _lease, ...free } = duty;
  const tryNow = duty.state === 'BLOCKED' && duty.nextAt > now && duty.nextAt < endOfTime && !isHeld(duty);
  return tryNow ? { ...free, nextAt: now } : free;
};

/** Due between the kit and now, or in hand when it was made: the house may have sent it. */
const mayHaveLeft = (duty: Duty, now: Instant): boolean =>
  endsByDelivery(duty) && !isTerminal(duty.state) && duty.state !== 'SENT' && (duty.owner !== undefined || duty.nextAt <= now);

const chainsIn = (entries: readonly Entry[]): ReadonlyMap<string, readonly Entry[]> => Map.groupBy(entries, ({ chain }) => chain);

const put = async (world: World, writes: readonly Write[]): Promise<void> => {
  if ((await world.ledger.commit(writes)) === 'conflict')
    throw new PortError('ledger', 'refused', 'the kit holds one item twice, or this store is not empty');
};

const begun = ({ kit, sealed, by, why, distrusted }: Beginning, now: Instant): Entry =>
  nextEntry(genesis, {
    chain: nightChain(sealed),
    at: now,
    actor: `person:night:${by}`,
    type: startedType,
    data: { kit: sealed, madeAt: kit.madeAt, anchor: kit.anchor?.root ?? null, anchoredAt: kit.anchor?.at ?? null, distrusted, why },
  });

export type Begun = { readonly incidents: number; readonly duties: number; readonly held: number };

/** Into an empty store. A notice that the house may have sent since the kit was made waits for a person; nobody is told twice by a clock. */
export const beginNight = async (world: World, beginning: Beginning): Promise<Begun> => {
  const { seed } = beginning.kit;
  const now = world.clock.now();
  const chains = chainsIn(seed.entries);
  const linesOf = (chain: string): readonly Write[] => (chains.get(chain) ?? []).map((entry): Write => ({ put: 'entry', entry }));
  await put(world, [{ put: 'entry', entry: begun(beginning, now) }]);
  const actor = `person:night:${beginning.by}`;
  for (const channel of beginning.distrusted) await turnTrust(world, { channel, trust: false, actor, reason: beginning.why });
  for (const incident of seed.incidents) await put(world, [{ put: 'incident', incident, ifVer: 0 }, ...linesOf(incident.id)]);
  for (const duty of seed.duties) await put(world, [{ put: 'duty', duty: takenUp(duty, now), if: 'absent' }, ...linesOf(duty.id)]);
  const open = seed.duties.filter((duty) => mayHaveLeft(duty, now));
  for (const duty of open) await hold(world, duty);
  return { incidents: seed.incidents.length, duties: seed.duties.length, held: open.length };
};

/** Who began the night on this store, and from which kit; undefined: nobody did. */
export const nightOf = (entries: readonly Entry[]): { readonly sealed: string; readonly madeAt: string } | undefined => {
  const start = entries.find(({ type, chain }) => type === startedType && chain.startsWith('night:'));
  return start && { sealed: String(start.data['kit']), madeAt: String(start.data['madeAt']) };
};

/** The end of an address behind its @, in lower case. */
const domainOf = (mailbox: string): string => mailbox.slice(mailbox.lastIndexOf('@') + 1).toLowerCase();

/** Mailboxes of the house: where notices come from, and wherever its own people read mail. The external officer's are not. */
export const houseMailboxes = ({ directory, notice }: ReturnType<World['directory']['current']>['configuration']) => {
  const officers = new Set(directory.roles.get('dpo') ?? []);
  const people = [...directory.people.values()].filter(({ id }) => !officers.has(id)).map(({ mail }) => mail);
  const domains = new Set([...people, ...(notice ? [notice.from, notice.replyTo] : [])].map(domainOf));
  return (mailbox: string): boolean => domains.has(domainOf(mailbox));
};
