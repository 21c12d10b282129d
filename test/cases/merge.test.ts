// Decides whether a finding that belongs to two cases makes one of them: the older lives on, earliest times win, nobody is told twice (D-3, P-14).
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Incident } from '#core/incident/incident.ts';
import { hours } from '#core/kernel/time.ts';
import { type Harness, openHarness, startedAt } from '../flow/harness.ts';
import { exfiltration, tenHoursLater } from '../flow/raw-events.ts';

let h: Harness;
beforeEach(async () => {
  h = await openHarness();
  // Finding 1 names a bucket that nobody knows; an hour later finding 2 names the archive.
  await h.play([exfiltration('lost-bucket', 1)]);
  await h.fastForward('1h');
  await h.play([exfiltration('muster-message-archive', 2)]);
  await h.acknowledgeAll();
  h.takeMessages();
});
afterEach(() => h.close());

/** The vendor updates finding 1: it was the archive as well. */
const bridge = () => h.play([tenHoursLater(exfiltration('muster-message-archive', 1))]);

const everyIncident = async (): Promise<readonly Incident[]> => {
  const all: Incident[] = [];
  for await (const incident of h.world.ledger.incidents()) all.push(incident);
  return all;
};

describe('a finding that belongs to two cases', () => {
  it('leaves one: the older, with the controllers, findings and signals of both', async () => {
    expect(await h.incidents()).toHaveLength(2);
    await bridge();
    const [merged] = await h.incidents();
    expect(await h.incidents()).toHaveLength(1);
    expect(merged).toMatchObject({
      openedAt: startedAt,
      suspectedAt: startedAt,
      controllers: ['clinic-portal', 'museum-shop', 'travel-club'],
      signalCount: 3,
    });
    expect(merged?.findings.map((finding) => finding.rule.name).toSorted()).toEqual([
      'guardduty_s3_exfil_content',
      'guardduty_s3_exfil_unknown',
    ]);
    h.takeMessages();
  });

  it('says in both where the other went', async () => {
    await bridge();
    const [older, younger] = await everyIncident();
    expect(younger).toMatchObject({ state: 'closed', mergedInto: older?.id });
    const chained = (await h.entries()).filter((entry) => entry.type === 'IncidentMerged' || entry.type === 'IncidentClosed');
    expect(chained.map((entry) => entry.chain).toSorted()).toEqual([older?.id, younger?.id].toSorted());
    h.takeMessages();
  });

  it('lets the merged one call, remind and send nothing more', async () => {
    const younger = (await everyIncident())[1];
    await bridge();
    h.takeMessages();
    await h.fastForward('26h');
    expect(h.takeMessages().filter((message) => message.incident === younger?.id)).toEqual([]);
  });

  it('tells each controller once, at a limit that no merge moved later', async () => {
    await h.fastForward('9h');
    await bridge();
    await h.fastForward('30h');
    const notices = h.takeMessages().filter((message) => message.subject.startsWith('Notice'));
    expect(notices.map((message) => message.to).toSorted()).toEqual(['datenschutz@museum-shop.example', 'security@clinic-portal.example']);
    for (const notice of notices) expect(notice.at).toBeLessThanOrEqual(startedAt + hours(25));
  });
});
