// Decides whether a person's merge of two cases keeps its word: one goes on, both references hold, no question and no term is lost (P-14).
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Incident } from '#core/incident/incident.ts';
import { incidentSubject, personId } from '#core/kernel/ids.ts';
import { hours, minutes, plus } from '#core/kernel/time.ts';
import { isTerminal } from '#core/duty/duty.ts';
import { audit } from '#flow/audit.ts';
import { command } from '#flow/change.ts';
import { mergeCases } from '#flow/merge.ts';
import { type Harness, openHarness, startedAt } from '../flow/harness.ts';
import { exfiltration } from '../flow/raw-events.ts';

const lead = { by: 'person', person: personId('malik-brandt'), role: 'incident-lead' } as const;

let h: Harness;
let older: Incident;
let younger: Incident;
beforeEach(async () => {
  h = await openHarness();
  // The archive first; ten minutes later a bucket that nobody knows.
  await h.play([exfiltration('muster-message-archive', 1)]);
  await h.fastForward('10m');
  await h.play([exfiltration('lost-bucket', 2)]);
  await h.acknowledgeAll();
  h.takeMessages();
  [older, younger] = (await h.incidents()) as [Incident, Incident];
});
afterEach(() => h.close());

const merge = async (one = younger, other = older) => {
  const done = await mergeCases(h.world, { one: one.id, other: other.id, actor: lead, reason: 'the same key did both' });
  await h.work();
  return done;
};
const dutiesOf = (incident: Incident) => h.world.ledger.dutiesOf(incidentSubject(incident.id));

describe('a merge by a person', () => {
  it('leaves the older one, and says so in both chains under his name', async () => {
    expect(await merge()).toMatchObject({ ok: true, value: { id: older.id, absorbed: [younger.id] } });
    expect((await h.incidents()).map(({ id }) => id)).toEqual([older.id]);
    const lines = (await h.entries()).filter(({ type }) => type === 'IncidentMerged' || type === 'IncidentClosed');
    expect(lines.map(({ chain, actor, data }) => [chain, actor, data['reason']]).toSorted()).toEqual(
      [older.id, younger.id].map((id) => [id, 'person:incident-lead:malik-brandt', 'the same key did both']).toSorted(),
    );
    h.takeMessages();
  });

  it('asks on whose data it is, by the hour at which it was to be known before', async () => {
    const before = (await dutiesOf(younger)).find(({ kind }) => kind === 'identify-controller');
    expect(before).toMatchObject({ state: 'SENT', deadlineAt: plus(startedAt, minutes(70)) });
    await merge();
    const [identify] = (await dutiesOf(older)).filter(({ kind }) => kind === 'identify-controller');
    expect(identify).toMatchObject({ state: 'SENT', deadlineAt: before?.deadlineAt });
    h.takeMessages();
    await h.fastForward('1h');
    expect(
      h
        .takeMessages()
        .filter(({ subject }) => subject.includes('Identify'))
        .map(({ to, incident }) => [to, incident]),
    ).toEqual([
      ['Malik Brandt', older.id],
      ['Greta Vogt', older.id],
    ]);
  });

  it('lets the merged one ask, remind and send nothing more', async () => {
    await merge();
    h.takeMessages();
    await h.fastForward('26h');
    expect(h.takeMessages().filter(({ incident }) => incident === younger.id)).toEqual([]);
    expect((await dutiesOf(younger)).filter(({ state }) => !isTerminal(state))).toEqual([]);
  });

  it('moves no term of a controller later, and tells nobody twice', async () => {
    await h.fastForward('20h');
    await merge();
    h.takeMessages();
    await h.fastForward('30h');
    const notices = h.takeMessages().filter(({ subject }) => subject.startsWith('Notice'));
    expect(notices.map(({ to }) => to).toSorted()).toEqual(['datenschutz@museum-shop.example', 'security@clinic-portal.example']);
    for (const notice of notices) expect(notice.at).toBeLessThanOrEqual(startedAt + hours(24));
  });

  it('takes what was told under the other reference as told', async () => {
    await command(h.world, older.id, (_incident, at) => ({ type: 'Release', at, actor: lead }));
    await h.work();
    h.takeMessages();
    const third = await merge(older, younger);
    expect(third.ok && third.value.releases.map(({ under }) => under)).toEqual([undefined, undefined, undefined]);
    await h.fastForward('26h');
    expect(h.takeMessages().filter(({ subject }) => subject.startsWith('Notice'))).toEqual([]);
  });

  it('leaves nothing that the audit would mend or complain of', async () => {
    await merge();
    h.takeMessages();
    expect(await audit(h.world)).toMatchObject({ repaired: 0, reindexed: 0, unproved: 0, chains: 'whole', failed: 0 });
  });

  it('is refused in words where there is no such case, and changes nothing', async () => {
    const before = await h.entries();
    expect(await merge(older, { ...younger, id: 'inc-none' as Incident['id'] })).toMatchObject({ ok: false, error: { field: 'other' } });
    expect(await merge(older, older)).toMatchObject({ ok: false, error: { message: 'This is the same case. Name another one.' } });
    expect(await h.entries()).toEqual(before);
  });

  it('wins against a change made at the same time by deciding again', async () => {
    let raced = false;
    const { ledger } = h.world;
    const racing = {
      ...h.world,
      ledger: {
        ...ledger,
        commit: async (writes: Parameters<typeof ledger.commit>[0]) => {
          if (!raced) {
            raced = true;
            await command(h.world, younger.id, (_incident, at) => ({ type: 'Advise', at, text: 'Tell them.' }));
          }
          return ledger.commit(writes);
        },
      },
    };
    const done = await mergeCases(racing, { one: older.id, other: younger.id, actor: lead, reason: 'the same key did both' });
    expect(done).toMatchObject({ ok: true });
    expect(
      (await h.entries())
        .filter(({ chain }) => chain === younger.id)
        .map(({ type }) => type)
        .slice(-2),
    ).toEqual(['AdviceGiven', 'IncidentClosed']);
    await h.work();
    h.takeMessages();
  });
});
