// Decides where an item stands in the one table (reliability.md 6.2): keys, the due index X1, the lists of X2.
import type { Attempt, DutyRef, Lane } from '#core/duty/duty.ts';
import { sha256 } from '#core/kernel/hash.ts';
import type { DutyId, SubjectId } from '#core/kernel/ids.ts';
import { type Instant, instantOf } from '#core/kernel/time.ts';

/** One operator per deployment (D-1). */
const operator = 'T#main';

export type Key = { readonly PK: string; readonly SK: string };

export const dueIndex = 'X1-due';
export const listIndex = 'X2-list';

const lastStamp = 9_999_999_999_999;

/** An instant as 13 digits, so that text sorts as time. What lies outside is moved to the edge. */
export const stamp = (at: number): string => String(Math.min(Math.max(Math.trunc(at), 0), lastStamp)).padStart(13, '0');
const counted = (n: number): string => String(n).padStart(10, '0');

/** Which of `shards` partitions: by content, so that every reader and writer agrees. */
export const shardOf = (text: string, shards: number): number => Number.parseInt(sha256(text).slice(0, 8), 16) % shards;

const subject = (id: SubjectId | string): string => `${operator}#SUB#${id}`;

export const incidentKey = (id: string): Key => ({ PK: subject(id), SK: 'A' });
export const dutyKey = (ref: DutyRef): Key => ({ PK: subject(ref.subject), SK: `D#${ref.id}` });
export const dutiesPrefix = (of: SubjectId): Key => ({ PK: subject(of), SK: 'D#' });
export const attemptKey = (a: Attempt): Key => ({ PK: subject(a.subject), SK: `R#${a.duty}#${counted(a.gen)}#${a.channel}` });
export const attemptsPrefix = (ref: DutyRef): Key => ({ PK: subject(ref.subject), SK: `R#${ref.id}#` });
export const entryKey = (chain: string, seq: number): Key => ({ PK: `${operator}#LOG#${chain}`, SK: counted(seq) });
export const caseKey = (key: string): Key => ({ PK: `${operator}#CASE#${key}`, SK: 'A' });
export const signalKey = (id: string): Key => ({ PK: `${operator}#SIG#${id}`, SK: 'A' });
export const receiptPartition = (source: string, shard: number): string => `${operator}#RCP#${source}#${shard}`;
/** `T#main#RCP#fail2ban#0`: no source has a mark of ours in its name. */
export const sourceOfReceipt = ({ PK }: Key): string => PK.split('#').at(3) ?? '';
export const receiptKey = (source: string, delivery: string, shards: number): Key => ({
  PK: receiptPartition(source, shardOf(delivery, shards)),
  SK: delivery,
});
export const sourcesKey = (source: string): Key => ({ PK: `${operator}#SRC`, SK: source });
export const memberKey = (group: string, time: Instant, rest: string): Key => ({
  PK: `${operator}#COR#${group}`,
  SK: `${stamp(time)}#${rest}`,
});
export const turnKey = (sink: string): Key => ({ PK: `${operator}#TURN#${sink}`, SK: 'A' });

/** X1: sparse. A duty that may wake stands in it; a terminal one does not. */
export const duePartition = (lane: Lane, shard: number): string => `${operator}#DUE#${lane}#${shard}`;
export const dueKeys = (duty: DutyRef & { readonly lane: Lane; readonly nextAt: Instant }, shards: number) => ({
  // By duty, not by incident: a thousand notices of one incident spread over all partitions (F-28).
  X1PK: duePartition(duty.lane, shardOf(duty.id, shards)),
  X1SK: dueSort(duty.nextAt, duty),
});
export const dueSort = (nextAt: Instant, ref: DutyRef): string => `${stamp(nextAt)}#${ref.subject}#${ref.id}`;
export const wakeOf = (x1sk: string): Instant => instantOf(Number(x1sk.slice(0, 13)));
/** Subject and id come from the base keys, which stand in every index. */
export const refOfKey = (key: Key): DutyRef => ({
  subject: key.PK.slice(`${operator}#SUB#`.length) as SubjectId,
  id: key.SK.slice(2) as DutyId,
});

/** X2: lists that people and the audit walk. */
export type ListName = 'INC' | 'CHAIN' | 'QUAR';
export const listPartition = (list: ListName, shard: number): string => `${operator}#${list}#${shard}`;
export const listKeys = (list: ListName, sort: string, id: string, shards: number) => ({
  X2PK: listPartition(list, shardOf(id, shards)),
  X2SK: sort,
});
export const chainOf = (key: Key): string => key.PK.slice(`${operator}#LOG#`.length);
