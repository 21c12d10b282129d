// Decides whether the demo's story ends as told, whatever the order in which its events come, and however often.
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { readFileSync, readdirSync } from 'node:fs';
import { type Played, eventsUnder } from '#local/play.ts';
import { signalCounts } from '#flow/report.ts';
import { type Harness, example, lineOf, openHarness } from '../flow/harness.ts';
import { informs, suspicion, ticket } from '../flow/lines.ts';
import { demoDir } from '../flow/raw-events.ts';

const played = eventsUnder([demoDir], example.sources);
if (!played.ok) throw new Error(played.error);
const demo: readonly Played[] = played.value;

const open: Harness[] = [];
const harness = async (): Promise<Harness> => {
  const h = await openHarness();
  open.push(h);
  return h;
};
afterEach(() => {
  for (const h of open.splice(0)) h.close();
});

/** What must be the same however the events come. */
const outcomeOf = async (h: Harness) => ({
  incidents: (await h.incidents())
    .map(({ title, outcome, nature, personalData, level, findings, controllers, state }) => ({
      title,
      outcome,
      nature,
      personalData,
      level,
      state,
      controllers,
      rules: findings.map((finding) => finding.rule.name).toSorted(),
    }))
    .toSorted((a, b) => (a.title < b.title ? -1 : 1)),
  messages: h.takeMessages().map(lineOf).toSorted(),
});

/** Feeds and works off, at the end or after each event. */
const feed = async (events: readonly Played[], eager = false) => {
  const h = await harness();
  if (!eager) await h.play(events);
  else {
    for (const event of events) await h.play([event]);
  }
  return h;
};

describe('the demo', () => {
  it('shows the exfiltration as a suspected breach of exactly its three controllers', async () => {
    const { incidents } = await outcomeOf(await feed(demo));
    expect(incidents.find((incident) => incident.rules.includes('guardduty_s3_exfil_content'))).toMatchObject({
      outcome: 'suspected-breach',
      state: 'suspected',
      controllers: ['clinic-portal', 'museum-shop', 'travel-club'],
      rules: ['guardduty_s3_exfil_content'],
      level: 'critical',
    });
  });

  it('shows the stuffing that ended in a login as an incident on the tenant of the account', async () => {
    const { incidents } = await outcomeOf(await feed(demo));
    expect(incidents.find((incident) => incident.rules.includes('auth0_stuffing_compromise'))).toMatchObject({
      outcome: 'suspected-breach',
      controllers: ['museum-shop'],
      rules: ['auth0_stuffing_compromise', 'auth0_stuffing_source'],
    });
    expect(incidents).toHaveLength(2);
  });

  it('opens no incident on bans alone', async () => {
    const h = await feed(demo.filter((event) => event.source === 'fail2ban'));
    expect(await outcomeOf(h)).toEqual({ incidents: [], messages: [] });
  });

  it('rests no incident on bans alone in the whole story either', async () => {
    const h = await feed(demo);
    for (const incident of await h.incidents())
      expect(new Set(incident.signals.map((signal) => signal.source))).not.toEqual(new Set(['fail2ban']));
    h.takeMessages();
  });

  it('wakes nobody for the noise', async () => {
    const lines = (await outcomeOf(await feed(demo))).messages;
    expect(lines).toEqual([...suspicion, ...suspicion].toSorted());
    expect(lines.filter((line) => line === ticket)).toHaveLength(2);
    expect(lines.filter((line) => informs.includes(line))).toHaveLength(8);
  });

  it('sends no notice before a person released it, and then one per controller', async () => {
    const h = await feed(demo);
    expect(h.takeMessages().filter((m) => m.subject.includes('Noti'))).toEqual([]);
  });

  it('counts each of its events once', async () => {
    const h = await feed(demo);
    expect(signalCounts(await h.world.ledger.intake())).toEqual({ accepted: demo.length, rejected: 0, duplicates: 0 });
    h.takeMessages();
  });
});

describe('the demo fed in another way', () => {
  const told = (async () => outcomeOf(await feed(demo)))();

  it('twice, one after the other: the same incidents and no message more', async () => {
    const h = await feed(demo);
    await h.play(demo);
    expect(signalCounts(await h.world.ledger.intake())).toEqual({ accepted: demo.length, rejected: 0, duplicates: demo.length });
    expect(await outcomeOf(h)).toEqual(await told);
  });

  it('in reverse order: the same', async () => {
    expect(await outcomeOf(await feed(demo.toReversed()))).toEqual(await told);
  });

  it('in reverse order, each event worked off before the next: the same', async () => {
    expect(await outcomeOf(await feed(demo.toReversed(), true))).toEqual(await told);
  });

  it('with every event doubled: the same', async () => {
    expect(await outcomeOf(await feed(demo.flatMap((event) => [event, event])))).toEqual(await told);
  });

  it('shuffled, some doubled, worked off early or late: the same', async () => {
    const expected = await told;
    const order = fc.tuple(
      fc.shuffledSubarray(
        demo.map((_, i) => i),
        { minLength: demo.length },
      ),
      fc.array(fc.nat(demo.length - 1), { maxLength: 20 }),
      fc.boolean(),
    );
    await fc.assert(
      fc.asyncProperty(order, async ([shuffled, again, eager]) => {
        const events = [...shuffled, ...again].flatMap((i) => demo[i] ?? []);
        expect(await outcomeOf(await feed(events, eager))).toEqual(expected);
      }),
      { numRuns: 6 },
    );
  });

  it('as the files an hour later in one delivery each: the same', async () => {
    const h = await harness();
    const { ingestDelivery } = await import('#flow/ingest.ts');
    const source: Readonly<Record<string, string>> = { '10': 'fail2ban', '20': 'auth0', '30': 'guardduty' };
    for (const name of readdirSync(demoDir).toSorted()) {
      await ingestDelivery(h.world, {
        source: source[name.slice(0, 2)] ?? '',
        id: name,
        bytes: readFileSync(`${demoDir}/${name}`),
        received: h.clock.now(),
      });
    }
    await h.work();
    expect(await outcomeOf(h)).toEqual(await told);
  });
});
