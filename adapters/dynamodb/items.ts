// Decides how our values stand as items and how items become values again; an item of an unknown version is refused (I-43).
import { type Attempt, type Duty, isTerminal } from '#core/duty/duty.ts';
import type { Incident } from '#core/incident/incident.ts';
import type { Entry } from '#core/register/entry.ts';
import { type CaseRecord, type OnStranger, PortError, type Receipt, type SignalRecord } from '#flow/ports.ts';
import { attemptKey, caseKey, dueKeys, dutyKey, entryKey, incidentKey, type Key, listKeys, receiptKey, signalKey, stamp } from './keys.ts';
import type { Item } from './paginate.ts';

/** The version this code writes, in attribute `v` of every item. */
const version = 1;

const indexNames: ReadonlySet<string> = new Set(['PK', 'SK', 'X1PK', 'X1SK', 'X2PK', 'X2SK', 'ttl']);

const plain = (item: Item): Record<string, unknown> => Object.fromEntries(Object.entries(item).filter(([name]) => !indexNames.has(name)));

const known = (item: Item): Record<string, unknown> => {
  if (item['v'] !== version) {
    const found = typeof item['v'] === 'number' ? String(item['v']) : 'none';
    throw new PortError(
      'ledger',
      'unknown-version',
      `an item has version ${found}; this version of Art33 knows ${version}. Deploy the version that wrote it.`,
    );
  }
  return plain(item);
};

/** Values whose own type has no `v` carry it only in the table. */
const withoutVersion = (item: Item): Record<string, unknown> => {
  const { v: _, ...value } = known(item);
  return value;
};

export const incidentItem = (incident: Incident, shards: number): Item => ({
  ...incident,
  ...incidentKey(incident.id),
  ...listKeys('INC', `${stamp(incident.openedAt)}#${incident.id}`, incident.id, shards),
});
export const incidentOf = (item: Item | undefined): Incident | undefined => (item ? (known(item) as Incident) : undefined);

/** Terminal duties leave the due index; nothing else ever does (I-10). */
export const dutyItem = (duty: Duty, shards: number): Item => ({
  ...duty,
  ...dutyKey(duty),
  ...(isTerminal(duty.state) ? {} : dueKeys(duty, shards)),
});
/** A list goes on without what a newer version wrote, when it has somebody to tell. */
export const knownOr = <T>(item: Item, read: (item: Item) => T, onStranger: OnStranger | undefined): T | undefined => {
  try {
    return read(item);
  } catch (cause) {
    if (!onStranger || !(cause instanceof PortError) || cause.kind !== 'unknown-version') throw cause;
    onStranger(String(item['id']));
    return undefined;
  }
};
export const dutyOf = (item: Item | undefined): Duty | undefined => (item ? (known(item) as Duty) : undefined);

export const attemptItem = (attempt: Attempt): Item => ({ ...attempt, ...attemptKey(attempt), v: version });
export const attemptOf = (item: Item): Attempt => withoutVersion(item) as Attempt;

/** `data` is kept as text: what was hashed is what is read, to the byte. The first entry of a chain puts it on the list. */
export const entryItem = (entry: Entry, shards: number): Item => ({
  ...entry,
  ...entryKey(entry.chain, entry.seq),
  data: JSON.stringify(entry.data),
  ...(entry.seq === 1 ? listKeys('CHAIN', entry.chain, entry.chain, shards) : {}),
});
export const entryOf = (item: Item): Entry => {
  const value = known(item);
  return { ...value, data: JSON.parse(String(value['data'])) as Entry['data'] } as Entry;
};

export const caseItem = (record: CaseRecord): Item => ({ ...record, ...caseKey(record.key), v: version });
export const caseOf = (item: Item | undefined): CaseRecord | undefined => (item ? (withoutVersion(item) as CaseRecord) : undefined);

/** The list of a signal's incidents only grows, so its length is its version. */
export const signalItem = (signal: SignalRecord): Item => ({
  ...signal,
  ...signalKey(signal.id),
  v: version,
  ver: signal.incidents.length,
});
export const signalOf = (item: Item | undefined): SignalRecord | undefined => {
  if (!item) return undefined;
  const { ver: _, ...signal } = withoutVersion(item);
  return signal as SignalRecord;
};

export const receiptItem = (receipt: Receipt, shards: number): Item => ({
  ...receipt,
  ...receiptKey(receipt.source, receipt.delivery, shards),
  v: version,
  ...(receipt.disposition === 'quarantined'
    ? listKeys('QUAR', `${stamp(receipt.at)}#${receipt.source}#${receipt.delivery}`, receipt.delivery, shards)
    : {}),
});
export const receiptOf = (item: Item | undefined): Receipt | undefined => (item ? (withoutVersion(item) as Receipt) : undefined);

export const keyOf = (item: Item): Key => ({ PK: String(item['PK']), SK: String(item['SK']) });
