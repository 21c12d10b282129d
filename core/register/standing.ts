// Decides whether what stands in the ledger is what its chain tells of it: state and proof change together, or not at all (I-35).
import type { Duty } from '../duty/duty.ts';
import type { Incident } from '../incident/incident.ts';
import type { ChainHead } from '../kernel/hash.ts';
import { rfc3339 } from '../kernel/time.ts';
import type { Entry } from './entry.ts';
import { verifyRegister } from './verify.ts';

/** Where a chain does not bear what stands on it: at which entry, and why. */
export type Fault = { readonly seq: number; readonly reason: string };

const chainFault = (chain: string, head: ChainHead, entries: readonly Entry[]): Fault | undefined => {
  const verdict = verifyRegister(entries, []);
  if (verdict.verdict === 'broken') return { seq: verdict.seq, reason: verdict.reason };
  const last = entries.at(-1);
  if (last === undefined) return { seq: 0, reason: 'it has no entry' };
  if (entries.some((entry) => entry.chain !== chain)) return { seq: last.seq, reason: 'these are the entries of another chain' };
  if (last.seq !== head.seq || last.hash !== head.hash)
    return { seq: last.seq, reason: 'what stands in the ledger names another last entry' };
  return undefined;
};

/** Nothing but an entry moves a duty's state, and nothing at all its deadline. */
export const dutyFault = (duty: Duty, entries: readonly Entry[]): Fault | undefined => {
  const fault = chainFault(duty.id, duty.head, entries);
  const last = entries.at(-1);
  if (fault || !last) return fault;
  if (last.data['state'] !== duty.state) return { seq: last.seq, reason: 'its last entry names another state' };
  if (last.data['deadline'] !== rfc3339(duty.deadlineAt)) return { seq: last.seq, reason: 'its last entry names another deadline' };
  return undefined;
};

/** The event without which an incident is not in this state. */
const toldBy: Readonly<Partial<Record<Incident['state'], string>>> = {
  suspected: 'BreachSuspected',
  confirmed: 'BreachConfirmed',
  contained: 'IncidentContained',
  refuted: 'BreachRefuted',
  closed: 'IncidentClosed',
};

export const incidentFault = (incident: Incident, entries: readonly Entry[]): Fault | undefined => {
  const fault = chainFault(incident.id, incident.head, entries);
  if (fault) return fault;
  const needed = toldBy[incident.state];
  if (needed === undefined || entries.some((entry) => entry.type === needed)) return undefined;
  return { seq: incident.head.seq, reason: 'no entry tells of its state' };
};
