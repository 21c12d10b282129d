// Decides whether a split keeps its word: the part goes on by the same clocks, whoever was told learns its reference, nobody is told twice (P-14).
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Duty } from '#core/duty/duty.ts';
import type { Incident } from '#core/incident/incident.ts';
import { controllerId, incidentSubject, personId, reference } from '#core/kernel/ids.ts';
import { hours, minutes, plus } from '#core/kernel/time.ts';
import { verifyRegister } from '#core/register/verify.ts';
import { audit } from '#flow/audit.ts';
import { command } from '#flow/change.ts';
import { mergeCases } from '#flow/merge.ts';
import { splitCase } from '#flow/split.ts';
import { type Harness, openHarness, startedAt } from '../flow/harness.ts';
import { contacts } from '../flow/lines.ts';
import { exfiltration, stuffing, tenHoursLater } from '../flow/raw-events.ts';
import type { Recorded } from '../flow/recorder.ts';

const lead = { by: 'person', person: personId('malik-brandt'), role: 'incident-lead' } as const;
const clinic = controllerId('clinic-portal');

let h: Harness;
let whole: Incident;
beforeEach(async () => {
  h = await openHarness();
  await h.play([exfiltration()]);
  await h.acknowledge();
  h.takeMessages();
  whole = await h.incident();
});
afterEach(() => h.close());

const splitting = (part: { readonly rules?: readonly string[]; readonly controllers?: readonly string[] }, of = whole) =>
  splitCase(h.world, {
    id: of.id,
    part: { rules: part.rules ?? [], controllers: (part.controllers ?? []).map(controllerId) },
    actor: lead,
    reason: 'the clinic is another story',
  });
const split = async (...given: Parameters<typeof splitting>): Promise<Incident> => {
  const done = await splitting(...given);
  if (!done.ok) throw new Error(done.error.message);
  await h.work();
  return done.value;
};
const now = async (incident: Incident): Promise<Incident> => (await h.world.ledger.incident(incident.id)) ?? incident;
const dutiesOf = (incident: Incident): Promise<readonly Duty[]> => h.world.ledger.dutiesOf(incidentSubject(incident.id));
const act = async (incident: Incident, type: 'Release' | 'Confirm'): Promise<void> => {
  await command(h.world, incident.id, (_incident, at) =>
    type === 'Release' ? { type, at, actor: lead } : { type, at, since: startedAt, how: 'read in the log', actor: lead, release: true },
  );
  await h.work();
};
const toControllers = (): readonly Recorded[] => h.takeMessages().filter(({ to }) => (Object.values(contacts) as string[]).includes(to));
const told = (messages: readonly Recorded[]) => messages.map(({ to, subject }) => `${to}: ${subject}`).toSorted();

describe('a part that is split off before anybody was told', () => {
  it('has its controllers alone, and the other the rest: by the clocks of the whole', async () => {
    await h.fastForward('3h');
    const part = await split({ controllers: ['clinic-portal'] });
    expect(part).toMatchObject({ state: 'suspected', controllers: [clinic], openedAt: startedAt, suspectedAt: startedAt, ack: whole.ack });
    expect(part.controllersAt).toEqual({ 'clinic-portal': startedAt });
    expect(await now(whole)).toMatchObject({ state: 'suspected', controllers: ['museum-shop', 'travel-club'], suspectedAt: startedAt });
    h.takeMessages();
  });

  it('is told by the hour that stood before, each once, under its own reference', async () => {
    await h.fastForward('20h');
    const part = await split({ controllers: ['clinic-portal'] });
    h.takeMessages();
    await h.fastForward('30h');
    const notices = toControllers();
    expect(told(notices)).toEqual(
      [
        `${contacts['museum-shop']}: Notice of a suspected breach, not confirmed [${reference(whole.id)}]`,
        `${contacts['clinic-portal']}: Notice of a suspected breach, not confirmed [${reference(part.id)}]`,
      ].toSorted(),
    );
    for (const notice of notices) expect(notice.at).toBeLessThanOrEqual(plus(startedAt, hours(24)));
  });

  it('stands in both chains with who and why, and proves itself', async () => {
    const part = await split({ controllers: ['clinic-portal'] });
    const lines = (await h.entries()).filter(({ type }) => type === 'IncidentSplit' || type === 'IncidentSplitOff');
    expect(lines.map(({ chain, actor, data }) => [chain, actor, data['reason']]).toSorted()).toEqual(
      [whole.id, part.id].map((id) => [id, 'person:incident-lead:malik-brandt', 'the clinic is another story']).toSorted(),
    );
    expect(verifyRegister(await h.entries(), []).verdict).toBe('self-consistent');
    h.takeMessages();
    expect(await audit(h.world)).toMatchObject({ repaired: 0, reindexed: 0, unproved: 0, chains: 'whole', failed: 0 });
  });

  it('is done once where two do it at the same time', async () => {
    const both = await Promise.all([splitting({ controllers: ['clinic-portal'] }), splitting({ controllers: ['clinic-portal'] })]);
    expect(both.map(({ ok }) => ok).toSorted()).toEqual([false, true]);
    expect(await h.incidents()).toHaveLength(2);
    await h.work();
    h.takeMessages();
  });
});

describe('a part in which alone somebody was told', () => {
  it('keeps the promise to it, and the other says why it does not', async () => {
    await command(h.world, whole.id, (_incident, at) => ({ type: 'Release', at, actor: lead, controllers: [clinic] }));
    await h.work();
    const part = await split({ controllers: ['clinic-portal'] });
    h.takeMessages();
    await h.fastForward('20h');
    const promiseOf = async (incident: Incident) => (await dutiesOf(incident)).find(({ step }) => step === 'update');
    expect(await promiseOf(whole)).toMatchObject({ state: 'CANCELLED', reason: 'nothing that was told goes on here' });
    expect(await promiseOf(part)).toMatchObject({ state: 'SENT' });
    h.takeMessages();
  });
});

describe('a part whose controller was told', () => {
  beforeEach(async () => {
    await act(whole, 'Release');
    h.takeMessages();
  });

  it('is told the new reference by mail, and nobody else anything', async () => {
    const part = await split({ controllers: ['clinic-portal'] });
    const [letter, ...others] = toControllers();
    expect(others).toEqual([]);
    expect(letter).toMatchObject({
      to: contacts['clinic-portal'],
      subject: `Your matter goes on under a new reference [${reference(part.id)}]`,
    });
    expect(letter?.text).toContain(`Reference: ${reference(part.id)}`);
    expect(letter?.text).toContain(`Earlier reference: ${reference(whole.id)}`);
    expect(letter?.text).not.toContain('as well');
    for (const name of ['Museumsladen', 'Travel Club']) expect(letter?.text).not.toContain(name);
  });

  it('is not told the same again, and the next word bears both references', async () => {
    const part = await split({ controllers: ['clinic-portal'] });
    h.takeMessages();
    await act(part, 'Release');
    expect(toControllers()).toEqual([]);
    await act(part, 'Confirm');
    const [notice, ...others] = toControllers();
    expect(others).toEqual([]);
    expect(notice?.to).toBe(contacts['clinic-portal']);
    expect(notice?.text.replaceAll('\r', '')).toContain(`  Reference: ${reference(part.id)}\n  Earlier reference: ${reference(whole.id)}`);
    await act(whole, 'Confirm');
    expect(
      toControllers()
        .map(({ to }) => to)
        .toSorted(),
    ).toEqual([contacts['museum-shop'], contacts['travel-club']].toSorted());
  });

  it('has the promise of the next word kept by the hour that was named', async () => {
    const before = (await dutiesOf(whole)).find(({ step }) => step === 'update');
    const part = await split({ controllers: ['clinic-portal'] });
    expect((await dutiesOf(part)).find(({ step }) => step === 'update')).toMatchObject({
      kind: 'human',
      state: 'OPEN',
      deadlineAt: before?.deadlineAt,
      nextAt: before?.nextAt,
    });
    h.takeMessages();
  });

  it('sets a person beside the letter that does not arrive', async () => {
    const part = await split({ controllers: ['clinic-portal'] });
    h.takeMessages();
    await h.fastForward('35m');
    const [letter] = (await dutiesOf(part)).filter(({ kind }) => kind === 'update');
    expect((await dutiesOf(part)).some(({ kind, parent }) => kind === 'human' && parent === letter?.id)).toBe(true);
    h.takeMessages();
  });

  it('keeps its letter back where it is merged again before it left', async () => {
    h.weather((message) => (message.channel === 'mail' ? 'again' : undefined));
    const part = await split({ controllers: ['clinic-portal'] });
    const back = await mergeCases(h.world, { one: part.id, other: whole.id, actor: lead, reason: 'it is one story' });
    expect(back).toMatchObject({ ok: true, value: { id: whole.id, controllers: ['clinic-portal', 'museum-shop', 'travel-club'] } });
    h.weather(() => undefined);
    await h.fastForward('1h');
    expect(toControllers()).toEqual([]);
    await act(whole, 'Release');
    expect(toControllers()).toEqual([]);
    await act(whole, 'Confirm');
    expect(toControllers()).toHaveLength(3);
  });
});

describe('a part whose notice was let go and has not left', () => {
  it('is told under its own reference, once the mail works again, and not under the other', async () => {
    h.weather((message) => (message.channel === 'mail' && message.to === contacts['clinic-portal'] ? 'again' : undefined));
    await act(whole, 'Release');
    const part = await split({ controllers: ['clinic-portal'] });
    const [stopped] = (await dutiesOf(whole)).filter(({ kind, recipient }) => kind === 'notice' && recipient === clinic);
    expect(stopped).toMatchObject({ state: 'CANCELLED', reason: `goes on as ${reference(part.id)}` });
    h.takeMessages();
    h.weather(() => undefined);
    await h.fastForward('10m');
    expect(told(toControllers())).toEqual([
      `${contacts['clinic-portal']}: Notice of a suspected breach, not confirmed [${reference(part.id)}]`,
    ]);
    await h.fastForward('26h');
    expect(toControllers()).toEqual([]);
  });
});

describe('a split that would come between', () => {
  const down = () => h.weather((message) => (message.channel === 'mail' ? 'again' : undefined));
  const why = async (...given: Parameters<typeof splitting>) => {
    const done = await splitting(...given);
    return done.ok ? undefined : done.error.message;
  };

  it('waits while somebody is at a notice: it may be leaving under the other reference', async () => {
    down();
    await act(whole, 'Release');
    const [notice] = (await dutiesOf(whole)).filter(({ kind }) => kind === 'notice') as [Duty];
    h.clock.set(notice.nextAt);
    const { gen, state } = notice;
    await h.world.ledger.claim({
      ref: notice,
      seen: { gen, state },
      owner: 'another',
      epoch: h.node.epoch,
      now: notice.nextAt,
      leaseUntil: plus(notice.nextAt, minutes(2)),
    });
    expect(await why({ controllers: ['clinic-portal'] })).toBe('A notice of this case is leaving right now. Try again in two minutes.');
    expect(await h.incidents()).toHaveLength(1);
    h.takeMessages();
  });

  it('waits while more notices are to be stopped than one transaction holds', async () => {
    const many = Array.from({ length: 16 }, (_, i) => controllerId(`shop-${i}`));
    h.configure(({ directory, ...rest }) => {
      const one = directory.controllers.get(clinic);
      if (!one) throw new Error('the example has no clinic');
      const controllers = new Map([...directory.controllers, ...many.map((id) => [id, { ...one, id }] as const)]);
      return { ...rest, directory: { ...directory, controllers } };
    });
    await command(h.world, whole.id, (_incident, at) => ({ type: 'Widen', at, actor: lead, controllers: many, reason: 'their shelves' }));
    await h.work();
    down();
    await act(whole, 'Release');
    const rules = whole.findings.map(({ rule }) => rule.name);
    expect(await why({ rules, controllers: many })).toBe(
      'Too many notices of this part are about to leave. Try again when they have left.',
    );
    expect(await why({ rules, controllers: many.slice(1) })).toBeUndefined();
    await h.work();
    h.takeMessages();
  });
});

describe('what comes after a split', () => {
  const later = () => h.play([tenHoursLater(exfiltration('muster-message-archive', 1))]);

  it('goes to each part as far as it is about it, joins nothing again and tells nobody twice', async () => {
    const part = await split({ controllers: ['clinic-portal'] });
    await later();
    expect(await h.incidents()).toHaveLength(2);
    const [rest, own] = [await now(whole), await now(part)];
    expect(rest.controllers).toEqual(['museum-shop', 'travel-club']);
    expect(own.controllers).toEqual([clinic]);
    expect(rest.occurredTo).toBe(own.occurredTo);
    expect(own.occurredTo).toBeGreaterThan(whole.occurredTo);
    h.takeMessages();
  });

  it('goes to the part alone where the other is refuted', async () => {
    const part = await split({ controllers: ['clinic-portal'] });
    await command(h.world, whole.id, (_incident, at) => ({
      type: 'Refute',
      at,
      actor: lead,
      evidence: 'The access log of that hour is whole and shows our own export.',
    }));
    await later();
    expect(await h.incidents()).toHaveLength(2);
    expect((await now(part)).occurredTo).toBeGreaterThan(whole.occurredTo);
    h.takeMessages();
  });

  it('goes on in one where the two were merged again', async () => {
    const part = await split({ controllers: ['clinic-portal'] });
    await mergeCases(h.world, { one: part.id, other: whole.id, actor: lead, reason: 'it is one story' });
    await later();
    const [only, ...others] = await h.incidents();
    expect(others).toEqual([]);
    expect(only).toMatchObject({ id: whole.id, controllers: ['clinic-portal', 'museum-shop', 'travel-club'] });
    await h.work();
    h.takeMessages();
  });
});

describe('findings that are split off', () => {
  let added: Incident;
  let stolen: readonly string[];
  beforeEach(async () => {
    await h.fastForward('10m');
    await h.play([...stuffing('org_of_nobody')]);
    await h.acknowledgeAll();
    [, added] = (await h.incidents()) as [Incident, Incident];
    stolen = added.findings.map(({ rule }) => rule.name);
    await mergeCases(h.world, { one: whole.id, other: added.id, actor: lead, reason: 'one night' });
    await h.work();
    whole = await h.incident();
    h.takeMessages();
  });
  const question = async (incident: Incident) => (await dutiesOf(incident)).find(({ kind }) => kind === 'identify-controller');

  it('take their signals, their open question and its hour with them', async () => {
    expect(whole).toMatchObject({ unidentified: true, signalCount: 1 + added.signalCount });
    const before = await question(whole);
    expect(before?.deadlineAt).toBe(plus(startedAt, minutes(70)));
    const part = await split({ rules: stolen });
    expect(part).toMatchObject({ state: 'suspected', controllers: [], unidentified: true, signalCount: added.signalCount });
    expect(part.signals).toEqual(added.signals);
    expect(await now(whole)).toMatchObject({ unidentified: false, signalCount: 1, controllers: whole.controllers });
    expect(await question(part)).toMatchObject({ state: 'SENT', deadlineAt: before?.deadlineAt });
    expect(await question(whole)).toMatchObject({ state: 'CANCELLED', reason: `goes on as ${reference(part.id)}` });
    h.takeMessages();
    expect(await audit(h.world)).toMatchObject({ repaired: 0, reindexed: 0, unproved: 0, chains: 'whole', failed: 0 });
  });

  it('can be split again, each with the signals that are its own', async () => {
    const part = await split({ rules: ['guardduty_s3_exfil_content'] });
    expect(part).toMatchObject({ controllers: ['clinic-portal', 'museum-shop', 'travel-club'], signalCount: 1, openedAt: startedAt });
    const smaller = await split({ controllers: ['clinic-portal'] }, part);
    expect(smaller).toMatchObject({ controllers: [clinic], openedAt: startedAt, suspectedAt: startedAt });
    expect(smaller.signals).toEqual(part.signals);
    h.takeMessages();
    await h.play([tenHoursLater(exfiltration('muster-message-archive', 1))]);
    expect(await h.incidents()).toHaveLength(3);
    expect((await now(smaller)).occurredTo).toBeGreaterThan(smaller.occurredTo);
    expect((await now(part)).controllers).toEqual(['museum-shop', 'travel-club']);
    expect((await now(whole)).findings.map(({ rule }) => rule.name)).toEqual(stolen);
    h.takeMessages();
  });

  it('are refused where nothing would be left, nothing is chosen or nothing fits', async () => {
    const before = await h.entries();
    const refused = async (...given: Parameters<typeof splitting>) => {
      const done = await splitting(...given);
      return done.ok ? undefined : done.error.message;
    };
    expect(await refused({})).toBe('Choose the findings or the controllers that go on by themselves.');
    expect(await refused({ rules: [...stolen, 'guardduty_s3_exfil_content'] })).toBe(
      'That is the whole case: nothing would be left of it.',
    );
    expect(await refused({ rules: ['no_such_rule'] })).toBe('Choose findings and controllers of this case only.');
    expect(await refused({ controllers: ['nobody'] })).toBe('Choose findings and controllers of this case only.');
    expect(await refused({ rules: stolen, controllers: ['clinic-portal'] })).toBe('None of these findings touches these controllers.');
    expect(await refused({ rules: stolen }, { ...whole, id: 'inc-none' as Incident['id'] })).toBe('There is no such incident.');
    expect(await h.entries()).toEqual(before);
  });
});
