// Decides whether a sub-processor's notice becomes what it must: drafts and duties at once, its arrival as awareness, a forged one called about (P-7, P-22).
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Incident } from '#core/incident/incident.ts';
import { isTerminal } from '#core/duty/duty.ts';
import { instantOf, plus, hours } from '#core/kernel/time.ts';
import type { World, Write } from '#flow/ports.ts';
import type { Played } from '#local/play.ts';
import { receive } from '#flow/receive.ts';
import { personId } from '#core/kernel/ids.ts';
import { type Harness, openHarness } from '../flow/harness.ts';
import { eventsDir, raw } from '../flow/raw-events.ts';

const mail = (file: string): Played => ({ source: 'subprocessor-mail', bytes: readFileSync(`${eventsDir}/subprocessor-mail/${file}`) });
const monday = instantOf(Date.UTC(2026, 2, 16, 8, 0, 0));
/** The samples arrived on Friday at 23:00 in Berlin. */
const friday = Date.UTC(2026, 2, 13, 22, 0, 5);

let h: Harness;
let commits: (readonly Write[])[];
const watched = (world: World): World => ({
  ...world,
  ledger: {
    ...world.ledger,
    commit: (writes) => {
      commits.push(writes);
      return world.ledger.commit(writes);
    },
  },
});
beforeEach(async () => {
  commits = [];
  h = await openHarness({ startAt: monday, wrap: watched });
});
afterEach(() => {
  h.takeMessages();
  h.close();
});

const steps = async (): Promise<readonly string[]> =>
  (await h.duties())
    .filter(({ kind }) => ['subprocessor', 'phone', 'review'].includes(kind))
    .map(({ kind, step }) => `${kind} ${step}`)
    .toSorted();
const subprocessor = ['subprocessor inform', 'subprocessor review-destruction', 'subprocessor review-protection'];

describe('a notice that states a breach, signed by the sub-processor', () => {
  beforeEach(() => h.play([mail('breach-verified.eml')]));

  it('makes the suspicion, the drafts, and three duties beside the usual ones, in one transaction', async () => {
    const incident = await h.incident();
    expect(incident).toMatchObject({ state: 'suspected', controllers: ['clinic-portal', 'museum-shop', 'travel-club'] });
    expect(await steps()).toEqual(subprocessor);
    const [opening, second] = commits.filter((writes) => writes.some((write) => write.put === 'incident'));
    expect(second).toBeUndefined();
    const made = (opening ?? []).flatMap((write) => (write.put === 'duty' ? [write.duty.kind] : []));
    // The drafts stand from then on: what waits is their release.
    expect(made.toSorted()).toEqual([
      'call',
      'consult',
      'inform',
      'inform',
      'inform',
      'inform',
      'release',
      'subprocessor',
      'subprocessor',
      'subprocessor',
      'ticket',
    ]);
  });

  it('makes the Friday of its arrival the awareness, though it was read on Monday', async () => {
    expect(await h.confirm()).toMatchObject({
      ok: false,
      error: { field: 'reason', message: expect.stringContaining('2026-03-13T22:00:05Z') },
    });
    expect(await h.confirm({ since: instantOf(friday) })).toMatchObject({ ok: true });
    expect((await h.incident()).aware?.at).toBe(friday);
  });

  it('says nothing of its words to anybody', async () => {
    await h.fastForward('2d');
    const said = JSON.stringify([h.sinks.sent, h.logged, await h.entries(), await h.incident()]);
    for (const word of ['unauthorised', 'hashed', 'notices@', 'tenant – please']) expect(said).not.toContain(word);
  });

  it('reminds of each duty until a person says what was done', async () => {
    await h.acknowledge();
    await h.fastForward('26h');
    const [inform] = (await h.duties('subprocessor')).filter(({ step }) => step === 'inform');
    expect(inform).toMatchObject({ state: 'SENT', deadlineAt: plus(monday, hours(24)) });
    const about = () => h.takeMessages().filter(({ subject }) => subject.includes('Inform the sub-processor')).length;
    expect(about()).toBeGreaterThan(2);
    const word = { person: personId('malik-brandt'), how: 'phoned their desk, case 77' };
    expect(inform && (await receive(h.world, { duty: inform, what: 'done', by: word }))).toMatchObject({ ok: true });
    await h.fastForward('5d');
    expect(about()).toBe(0);
    expect(
      (await h.duties('subprocessor'))
        .filter(({ state }) => !isTerminal(state))
        .map(({ step }) => step)
        .toSorted(),
    ).toEqual(['review-destruction', 'review-protection']);
  });

  it('takes what follows into the same case, and the same mail once', async () => {
    await h.play([mail('follow-up.eml'), mail('breach-verified.eml')]);
    expect((await h.incident()).signalCount).toBe(2);
    expect((await h.world.ledger.intake()).find(({ disposition }) => disposition === 'duplicate')?.count).toBe(1);
  });
});

describe('a notice that no server vouches for', () => {
  it.each(['forged-dkim-fails.eml', 'forged-own-results.eml'])('%s: suspected, and somebody calls the number on file', async (file) => {
    await h.play([mail(file)]);
    expect(await h.incident()).toMatchObject({ state: 'suspected' });
    expect(await steps()).toEqual(['phone verify-sender', ...subprocessor]);
    const calls = h.takeMessages().filter(({ subject }) => subject.includes('Call the sub-processor at the number on file'));
    expect(calls.map(({ to }) => to)).toEqual(['Malik Brandt']);
    // Nobody stated a fact: awareness is when people here became sure.
    expect(await h.confirm()).toMatchObject({ ok: true });
  });

  it('goes on asking until somebody called, and is over when it was refuted', async () => {
    await h.play([mail('forged-dkim-fails.eml')]);
    await h.fastForward('3h');
    expect(h.takeMessages().filter(({ subject }) => subject.includes('Call the sub-processor')).length).toBeGreaterThan(3);
    await h.refute();
    expect((await h.duties('phone')).map(({ state }) => state)).toEqual(['CANCELLED']);
    expect((await h.duties('subprocessor')).filter(({ state }) => state === 'CANCELLED')).not.toEqual([]);
  });

  it('from a stranger is looked at by a person within the hour', async () => {
    await h.play([mail('signed-by-another.eml')]);
    expect(await h.incident()).toMatchObject({ outcome: 'breach-assessment', controllers: [] });
    expect(await steps()).toEqual(['review assess', 'review triage']);
  });
});

describe('a notice that came by phone', () => {
  const told = (more: object = {}): Played =>
    raw('person-report', { report: 'person', id: '1', by: 'selin-aydin', text: 'They were broken into.', ...more });

  it('is suspected and called about, with drafts, the three duties and the triage in one transaction', async () => {
    await h.play([told({ subprocessor: 'auth0' })]);
    expect(await h.incident()).toMatchObject({
      state: 'suspected',
      controllers: expect.arrayContaining(['museum-shop', 'clinic-portal', 'travel-club']),
    });
    expect(await steps()).toEqual(['phone verify-sender', 'review triage', ...subprocessor]);
    expect(commits.filter((writes) => writes.some((write) => write.put === 'incident'))).toHaveLength(1);
    // Nobody stated a fact that a server vouches for: awareness is when people here became sure (P-7).
    expect(await h.confirm()).toMatchObject({ ok: true });
  });

  it('of one that is not in the directory is a report like any other', async () => {
    await h.play([told({ subprocessor: 'nobody-knows' })]);
    expect(await h.incident()).toMatchObject({ outcome: 'breach-assessment' });
    expect(await steps()).toEqual(['review assess', 'review triage']);
  });
});

describe('what is no notice', () => {
  it('is counted, and wakes nobody', async () => {
    await h.play(['newsletter.eml', 'maintenance-german.eml'].map(mail));
    expect(await h.incidents()).toEqual([]);
    h.expectMessages([]);
  });

  it('is read by a person where nobody can tell', async () => {
    await h.play(['unclear-french.eml', 'letter-as-pdf.eml', 'advisory.eml', 'webinar-on-breaches.eml'].map(mail));
    const incidents: readonly Incident[] = await h.incidents();
    expect(incidents.map(({ outcome }) => outcome)).toEqual(Array.from({ length: 4 }, () => 'security-incident'));
    expect(await steps()).toEqual(Array.from({ length: 4 }, () => 'review triage'));
    expect(h.takeMessages().filter(({ subject }) => subject.includes('Please take this incident'))).toEqual([]);
  });
});
