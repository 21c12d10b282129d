// What happens after a restore: what the world proves of mail is written into a ledger that was set back, before any duty acts again (P-25).
import type { Duty } from '#core/duty/duty.ts';
import { endsByDelivery, isTerminal } from '#core/duty/duty.ts';
import type { Incident } from '#core/incident/incident.ts';
import type { DutyId } from '#core/kernel/ids.ts';
import { incidentSubject } from '#core/kernel/ids.ts';
import { type Instant, hours, instantOf, latest, minus, parseInstant } from '#core/kernel/time.ts';
import type { Journal, Ledger, Testimony, World } from './ports.ts';
import { receive } from './receive.ts';
import { hold, isHeld, noteSent, noticesThatCouldBe, probeFirst, restoreNotice } from './restore.ts';

export type ReconcileWorld = World & { readonly journal: Journal };

/**
 * What became of one message to somebody outside.
 * `held`: it may have left and nothing proves it, so a person decides. `open`: nothing says that it left; it goes when the ledger is thawed.
 */
export type Verdict = 'delivered' | 'bounced' | 'sent' | 'known' | 'held' | 'open' | 'unknown';

export type Row = {
  readonly duty: DutyId;
  readonly incident?: Incident['id'];
  readonly recipient?: string;
  readonly verdict: Verdict;
};

export type Reconciling = {
  /** The restore point, or earlier: what was kept since then is read. */
  readonly since: Instant;
  /** Where the journal itself was lost, every message that stands open may have left. */
  readonly journal: 'kept' | 'lost';
};

/** A report is kept before the ledger is changed, and may have waited for that in its queue. */
const margin = hours(24);

/** The last thing that a ledger knows: it was set back to then, or later. Asked before anything is written into it. */
export const lastEntryAt = async (ledger: Ledger): Promise<Instant> => {
  let last = instantOf(0);
  for await (const entry of ledger.entries()) {
    const at = parseInstant(entry.at);
    if (at.ok) last = latest(last, at.value);
  }
  return last;
};

type Heard = readonly Testimony[];

const heardSince = async (journal: Journal, since: Instant): Promise<Map<DutyId, Heard>> => {
  const heard = new Map<DutyId, Heard>();
  for await (const one of journal.since(since)) heard.set(one.duty, [...(heard.get(one.duty) ?? []), one]);
  return heard;
};

/** Anything but `tried` proves that it left: what bounced was sent before. */
const proofIn = (heard: Heard): Testimony | undefined =>
  heard.find((one) => one.what === 'sent') ?? heard.find((one) => one.what !== 'tried');

/** Only the keys of notices bear a contact's number. */
const isNotice = (heard: Heard): boolean => heard.some((one) => /\.mail\.contact-\d+$/.test(one.eventId));

/** Whoever is outside hears nothing twice: controllers, and the external DPO. Staff may be called again. */
const goesOutside = (duty: Duty): boolean => endsByDelivery(duty) || duty.kind === 'consult';

/** What came back goes the way that it always goes. */
const passOn = async (world: World, duty: Duty, heard: Heard): Promise<Verdict> => {
  let verdict: Verdict = 'sent';
  for (const { what, by, eventId } of heard.toSorted((a, b) => a.at - b.at)) {
    if (what === 'tried' || what === 'sent') continue;
    await receive(world, { duty, what, by: { provider: by, eventId } });
    if (what !== 'delayed' && verdict !== 'delivered') verdict = what;
  }
  return verdict;
};

/** In hand when the copy was made, or tried since: nobody can say that it did not leave. */
const mayHaveLeft = (duty: Duty, heard: Heard, journal: Reconciling['journal']): boolean =>
  isHeld(duty) || heard.length > 0 || duty.owner !== undefined || journal === 'lost';

const settleDuty = async (world: World, duty: Duty, heard: Heard, journal: Reconciling['journal']): Promise<Verdict> => {
  if (isTerminal(duty.state)) return 'known';
  const proof = proofIn(heard);
  if (proof) {
    const news = await noteSent(world, duty, proof);
    const passed = await passOn(world, duty, heard);
    return news || passed !== 'sent' ? passed : 'known';
  }
  if (duty.state === 'SENT') return 'known';
  // Advice is asked for once more rather than not at all.
  if (!endsByDelivery(duty) || !mayHaveLeft(duty, heard, journal)) return 'open';
  await hold(world, duty);
  return 'held';
};

const rowOf = (duty: Duty, verdict: Verdict): Row => ({
  duty: duty.id,
  recipient: duty.recipient,
  verdict,
  ...(duty.incident === undefined ? {} : { incident: duty.incident }),
});

/** Messages of duties that the ledger does not have: it was released after the copy was made. It is put back as sent, so that nobody sends it again. */
const settleUnknown = async (world: World, incidents: readonly Incident[], told: ReadonlyMap<DutyId, Heard>): Promise<readonly Row[]> => {
  const notices = [...told].filter(([, heard]) => isNotice(heard));
  if (notices.length === 0) return [];
  const could = noticesThatCouldBe(incidents, world.directory.current().configuration, world.clock.now());
  const rows: Row[] = [];
  for (const [id, heard] of notices) {
    const notice = could.get(id);
    if (!notice) {
      rows.push({ duty: id, verdict: 'unknown' });
      continue;
    }
    const duty = await restoreNotice(world, notice);
    rows.push(rowOf(duty, await settleDuty(world, duty, heard, 'kept')));
  }
  return rows;
};

/** Doing it again changes nothing more. Nothing is sent here, and nothing that the ledger knows is forgotten. */
export const reconcile = async (world: ReconcileWorld, { since, journal }: Reconciling): Promise<readonly Row[]> => {
  const told = await heardSince(world.journal, minus(since, margin));
  const rows: Row[] = [];
  const incidents: Incident[] = [];
  for await (const incident of world.ledger.incidents()) {
    incidents.push(incident);
    for (const duty of await world.ledger.dutiesOf(incidentSubject(incident.id))) {
      const heard = told.get(duty.id) ?? [];
      told.delete(duty.id);
      if (goesOutside(duty)) rows.push(rowOf(duty, await settleDuty(world, duty, heard, journal)));
      else if (duty.kind === 'ticket') await probeFirst(world, duty);
    }
  }
  return [...rows, ...(await settleUnknown(world, incidents, told))];
};
