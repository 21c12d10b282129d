// Decides whether P-14 holds whatever happens: each controller's last message is what still holds for it, no clock moves later, nobody hears of another.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Command } from '#core/incident/decide.ts';
import type { Actor, Incident } from '#core/incident/incident.ts';
import { liveReleases } from '#core/incident/scope.ts';
import { type ControllerId, controllerId, incidentSubject, personId } from '#core/kernel/ids.ts';
import { type Instant, earliest } from '#core/kernel/time.ts';
import { command } from '#flow/change.ts';
import { mergeCases } from '#flow/merge.ts';
import { receive } from '#flow/receive.ts';
import { type Harness, openHarness } from '../flow/harness.ts';
import { type Told, contacts } from '../flow/lines.ts';
import { exfiltration } from '../flow/raw-events.ts';
import type { Failure, Recorded } from '../flow/recorder.ts';

const everybody = Object.keys(contacts) as Told[];
const names: Readonly<Record<Told, string>> = {
  'museum-shop': 'Museumsladen',
  'clinic-portal': 'Klinikportal',
  'travel-club': 'Travel Club',
};
const lead: Actor = { by: 'person', person: personId('malik-brandt'), role: 'incident-lead' };
const evidence = 'The access log of that hour is whole and says so.';

const acts = ['release', 'confirm', 'confirm and release', 'refute', 'withdraw', 'scope', 'contain', 'merge'] as const;
/** A few in the suite; `A_RUNS=500` for a night of its own. */
const runs = Number(process.env['A_RUNS'] ?? 8);
type Step =
  | { readonly do: (typeof acts)[number]; readonly nth: number }
  | { readonly do: 'narrow' | 'widen'; readonly whom: Told; readonly nth: number }
  | { readonly do: 'find'; readonly bucket: string; readonly n: number }
  | { readonly do: 'wait'; readonly minutes: number }
  | { readonly do: 'arrive'; readonly nth: number }
  | { readonly do: 'weather'; readonly whom: Told; readonly failure: Failure | undefined };

const nth = fc.nat({ max: 2 });
const whom = fc.constantFrom(...everybody);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom(...acts), nth }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('narrow' as const, 'widen' as const), whom, nth }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('find' as const),
      bucket: fc.constantFrom('muster-message-archive', 'lost-bucket'),
      n: fc.nat({ max: 2 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('wait' as const), minutes: fc.integer({ min: 1, max: 700 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('arrive' as const), nth }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('weather' as const),
      whom,
      failure: fc.constantFrom<Failure | undefined>('again', 'refused', 'unsure', 'lost', undefined),
    }),
  },
);

const commandOf = (given: Step, { at }: { readonly at: Instant }): Command | undefined => {
  switch (given.do) {
    case 'release':
      return { type: 'Release', at, actor: lead };
    case 'confirm':
    case 'confirm and release':
      return { type: 'Confirm', at, since: at, how: 'seen', reason: 'seen only now', actor: lead, release: given.do !== 'confirm' };
    case 'refute':
      return { type: 'Refute', at, actor: lead, evidence };
    case 'withdraw':
      return { type: 'Withdraw', at, actor: lead, reason: evidence };
    case 'scope':
      return { type: 'ConfirmScope', at, actor: lead, reason: evidence };
    case 'contain':
      return { type: 'Contain', at, actor: lead };
    case 'narrow':
      return { type: 'Narrow', at, actor: lead, controllers: [controllerId(given.whom)], reason: evidence };
    case 'widen':
      return { type: 'Widen', at, actor: lead, controllers: [controllerId(given.whom)], reason: evidence };
    default:
      return undefined;
  }
};

const everyIncident = async (h: Harness): Promise<readonly Incident[]> => {
  const all: Incident[] = [];
  for await (const incident of h.world.ledger.incidents()) all.push(incident);
  return all;
};

/** One step of a story, and everything that it makes due. */
const take = async (h: Harness, given: Step, weather: Map<string, Failure | undefined>): Promise<void> => {
  if (given.do === 'weather') weather.set(contacts[given.whom], given.failure);
  else if (given.do === 'wait') await h.fastForward(`${given.minutes}m`);
  else if (given.do === 'find') await h.play([exfiltration(given.bucket, given.n)]);
  else if (given.do === 'arrive') {
    const sent = (await h.duties()).filter((duty) => duty.lane === 'notify' && duty.state === 'SENT');
    const duty = sent[given.nth % Math.max(1, sent.length)];
    if (duty) await receive(h.world, { duty, what: 'delivered', by: { provider: 'smtp', eventId: `${duty.id} arrived` } });
  } else {
    const all = await everyIncident(h);
    const incident = all[given.nth % all.length];
    const [older] = all;
    if (given.do === 'merge' && incident && older)
      await mergeCases(h.world, { one: older.id, other: incident.id, actor: lead, reason: evidence });
    else if (incident) await command(h.world, incident.id, (_incident, at) => commandOf(given, { at }) as Command);
  }
  await h.work();
};

/** Each instant that the law counts, by name: none of them may ever be later than it was. */
const clocksOf = async (h: Harness): Promise<ReadonlyMap<string, Instant>> => {
  const clocks = new Map<string, Instant>();
  for (const incident of await everyIncident(h)) {
    const { id, openedAt, suspectedAt, aware, controllersAt } = incident;
    for (const [name, at] of Object.entries({ openedAt, suspectedAt, aware: aware?.at }))
      if (at !== undefined) clocks.set(`${id} ${name}`, at);
    for (const [controller, at] of Object.entries(controllersAt)) clocks.set(`${id} ${controller}`, at);
    for (const duty of await h.world.ledger.dutiesOf(incidentSubject(id))) clocks.set(duty.id, duty.deadlineAt);
  }
  return clocks;
};

const kindOf = ({ subject }: Recorded): 'withdrawn' | 'confirmed' | 'suspected' => {
  if (subject.startsWith('Withdrawal')) return 'withdrawn';
  return subject.startsWith('Notification') ? 'confirmed' : 'suspected';
};

/** What its duties say that it was told last: a withdrawal that was called off, or a notice that never left, is no word. */
const lastWord = async (h: Harness, incident: Incident, id: ControllerId): Promise<string | undefined> => {
  const live = liveReleases(incident).filter((one) => one.controller === id);
  if (live.length > 0) return live.at(-1)?.as;
  const own = await h.world.ledger.dutiesOf(incidentSubject(incident.id));
  const off = own.filter((duty) => duty.kind === 'withdrawal' && duty.recipient === id).at(-1);
  return off?.reason === 'affected after all' ? undefined : 'withdrawn';
};

/** Any of its contacts. */
const isTo = (who: Told, to: string): boolean => to.endsWith(`@${who}.example`);

const others = ({ to }: Recorded): readonly string[] => everybody.filter((who) => !isTo(who, to)).flatMap((who) => [who, names[who]]);

/** Of those that live on, with all that was told under the references that lead to them. */
const onlyStatusIsLast = async (h: Harness, messages: readonly Recorded[]): Promise<void> => {
  for (const incident of (await everyIncident(h)).filter(({ state }) => state !== 'closed')) {
    const references = new Set<string>([incident.id, ...(incident.absorbed ?? [])]);
    for (const who of everybody) {
      const last = messages.findLast((message) => isTo(who, message.to) && references.has(message.incident));
      if (last) expect([who, kindOf(last)]).toEqual([who, (await lastWord(h, incident, controllerId(who))) ?? kindOf(last)]);
    }
  }
};

/** A withdrawal follows something that may have left, and takes it back once. A repeat of the same mail is the same mail. */
const eachTakesBack = (messages: readonly Recorded[], tried: readonly Recorded[]): void => {
  const once = [...new Map(messages.map((message) => [message.key, message])).values()];
  for (const [i, message] of once.entries()) {
    if (kindOf(message) !== 'withdrawn') continue;
    const same = ({ to }: Recorded): boolean => to.split('@')[1] === message.to.split('@')[1];
    const before = tried.filter((one) => same(one) && one.at <= message.at && kindOf(one) !== 'withdrawn');
    expect(before.length).toBeGreaterThan(0);
    const last = once.slice(0, i).findLast((one) => same(one) && one.incident === message.incident);
    if (last) expect(kindOf(last)).not.toBe('withdrawn');
  }
};

const played = async (h: Harness, story: readonly Step[]): Promise<void> => {
  const weather = new Map<string, Failure | undefined>();
  h.weather((message) => weather.get(message.to));
  await h.play([exfiltration()]);
  await h.acknowledge();
  let known = await clocksOf(h);
  for (const given of story) {
    await take(h, given, weather);
    const now = await clocksOf(h);
    for (const [name, at] of now) expect(at, name).toBeLessThanOrEqual(known.get(name) ?? at);
    known = new Map([...known, ...[...now].map(([name, at]) => [name, earliest(at, known.get(name) ?? at)] as const)]);
  }
  weather.clear();
  await h.fastForward('25h');
};

it('leaves each controller with one status, which is its last message; moves no clock later; tells nobody of another', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 14 }), async (story) => {
      const h = await openHarness();
      await played(h, story);
      const messages = h.takeMessages().filter(({ to }) => everybody.some((who) => isTo(who, to)));
      for (const message of messages) for (const name of others(message)) expect(`${message.subject}${message.text}`).not.toContain(name);
      await onlyStatusIsLast(h, messages);
      eachTakesBack(messages, h.sinks.tried);
      h.close();
    }),
    { numRuns: runs },
  );
}, 60_000);
