// Decides what the contract suites store: whole, plain values of every type, made from a number.
import type { Duty, DutyState, Lane } from '#core/duty/duty.ts';
import type { Incident, SignalRef } from '#core/incident/incident.ts';
import { genesis } from '#core/kernel/hash.ts';
import { type DutyId, type IncidentId, type SignalId, type SubjectId, assetId, controllerId, dutyId, personId } from '#core/kernel/ids.ts';
import { safe } from '#core/kernel/safe.ts';
import { type Instant, instantOf } from '#core/kernel/time.ts';
import { type Entry, headOf, nextEntry } from '#core/register/entry.ts';
import type { Receipt, SignalRecord } from '#flow/ports.ts';

/** The instant every sample counts from: 2026-03-14T02:00:00Z. */
export const zero = instantOf(1_773_453_600_000);
export const at = (seconds: number): Instant => instantOf(zero + seconds * 1_000);

export const sampleIncidentId = (n: number): IncidentId => `inc-sample${String(n).padStart(4, '0')}` as IncidentId;
export const subjectOf = (n: number): SubjectId => sampleIncidentId(n) as string as SubjectId;
export const sampleSignalId = (n: number): SignalId => `sig-sample${String(n).padStart(4, '0')}` as SignalId;

const signalRef = (n: number): SignalRef => ({
  id: sampleSignalId(n),
  source: 'guardduty',
  kind: 'finding',
  time: at(0),
  received: at(1),
  outcome: 'unknown',
  rawRef: `guardduty/${n}`,
});

export const sampleIncident = (n: number, change: Partial<Incident> = {}): Incident =>
  ({
    v: 1,
    id: sampleIncidentId(n),
    ver: 1,
    title: safe`Objects read from a bucket`,
    outcome: 'suspected-breach',
    nature: { confidentiality: 'likely', integrity: 'none', availability: 'none' },
    personalData: 'likely',
    level: 'high',
    findings: [
      {
        rule: { id: 'rule-1', name: 'exfiltration', title: safe`Objects read`, level: 'high', version: 1, category: 'exfiltration' },
        firstAt: at(0),
        lastAt: at(5),
        nature: { confidentiality: 'likely', integrity: 'none', availability: 'none' },
        personalData: 'likely',
        assets: [assetId('mail-store')],
        controllers: [controllerId('controller-a'), controllerId('controller-b')],
        unidentified: false,
      },
    ],
    signals: [signalRef(n)],
    signalCount: 1,
    controllers: [controllerId('controller-a'), controllerId('controller-b')],
    controllersAt: { 'controller-a': at(0), 'controller-b': at(2) },
    unidentified: false,
    openedAt: at(n),
    occurredFrom: at(0),
    occurredTo: at(5),
    suspectedAt: at(n),
    releases: [
      {
        controller: controllerId('controller-a'),
        as: 'suspected',
        at: at(9),
        actor: { by: 'person', person: personId('lead'), role: 'incident-lead' },
      },
    ],
    heldByPolicy: [],
    advice: [],
    head: genesis,
    state: 'suspected',
    ...change,
  }) as Incident;

export const sampleDutyId = (subject: SubjectId, n: number): DutyId => dutyId(subject, 'notice', `controller-${n}`, '1');

export const sampleDuty = (n: number, change: Partial<Duty> = {}): Duty => {
  const subject = change.subject ?? subjectOf(1);
  return {
    v: 1,
    id: sampleDutyId(subject, n),
    subject,
    incident: sampleIncidentId(1),
    kind: 'notice',
    recipient: `controller-${n}`,
    step: '1',
    lane: 'notify',
    state: 'OPEN',
    deadlineAt: at(3_600),
    nextAt: at(n),
    gen: 0,
    attempts: 0,
    softAt: at(1_800),
    createdAt: at(0),
    evidence: [],
    head: genesis,
    ...change,
  };
};

/** A chain of `length` entries, each bound to the one before. */
export const sampleChain = (chain: string, length: number): readonly Entry[] => {
  const entries: Entry[] = [];
  let head = genesis;
  for (let i = 0; i < length; i += 1) {
    const data = { step: i, nested: { list: [1, 'two', null, true], empty: {}, text: '' } };
    const entry = nextEntry(head, { chain, at: at(i), actor: 'machine:sample', type: 'Sampled', data });
    entries.push(entry);
    head = headOf(entry);
  }
  return entries;
};

export const sampleReceipt = (n: number, change: Partial<Receipt> = {}): Receipt => ({
  delivery: `delivery-${n}`,
  source: 'fail2ban',
  at: at(n),
  rawRef: `fail2ban/${n}`,
  disposition: 'assessed',
  ...change,
});

export const sampleSignal = (n: number, change: Partial<SignalRecord> = {}): SignalRecord => ({
  id: sampleSignalId(n),
  delivery: `delivery-${n}`,
  ref: signalRef(n),
  incidents: [],
  ...change,
});

/** What a claim of that duty by this worker looks like, 120 s long. */
export const claimOf = (duty: Pick<Duty, 'subject' | 'id' | 'gen' | 'state'>, owner: string, now: Instant, epoch = 1) => ({
  ref: { subject: duty.subject, id: duty.id },
  seen: { gen: duty.gen, state: duty.state as DutyState },
  owner,
  epoch,
  now,
  leaseUntil: instantOf(now + 120_000),
});

export const laneList: readonly Lane[] = ['notify', 'page', 'ticket', 'other'];
