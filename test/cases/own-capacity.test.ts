// Decides whether a breach of the operator's own data sets off what it owes as a controller, beside the notices and never instead (P-4).
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Asset, Configuration } from '#core/directory/directory.ts';
import type { Duty, DutyKind } from '#core/duty/duty.ts';
import { assetId, controllerId, personId } from '#core/kernel/ids.ts';
import { fromConfiguration } from '#core/kernel/safe.ts';
import { hours, plus } from '#core/kernel/time.ts';
import { audit } from '#flow/audit.ts';
import { receive } from '#flow/receive.ts';
import { type Harness, openHarness, startedAt } from '../flow/harness.ts';
import { contacts } from '../flow/lines.ts';
import { eventsDir, raw } from '../flow/raw-events.ts';

const management = { by: 'person', person: personId('greta-vogt'), role: 'management' } as const;
/** Somebody took all data of a Workspace out: the mail of the staff, and what a customer had shared there. */
const takeout = () => raw('google-alert-center', readFileSync(`${eventsDir}/google-alert-center/takeout.json`, 'utf8'));

const workspace = (capacity: Asset['capacity'], controllers: readonly string[]): Asset => ({
  id: assetId('workspace'),
  name: fromConfiguration('Workspace'),
  identifiers: ['google:C03example', 'google:03example'],
  dataClasses: ['contact'],
  controllers: controllers.map(controllerId),
  capacity,
});
const withWorkspace =
  (asset: Asset) =>
  ({ directory, ...rest }: Configuration): Configuration => ({
    ...rest,
    directory: { ...directory, assets: [...directory.assets, asset] },
  });

let h: Harness;
const begin = async (asset = workspace('both', ['museum-shop'])): Promise<void> => {
  h = await openHarness({ change: withWorkspace(asset) });
  await h.play([takeout()]);
  await h.acknowledge();
  h.takeMessages();
};
beforeEach(() => begin());
afterEach(() => h.close());

const own = async (kind?: DutyKind): Promise<readonly Duty[]> => (await h.duties(kind)).filter((duty) => duty.kind.startsWith('own-'));
const states = async () => (await own()).map(({ kind, step, state }) => [kind, step, state]).toSorted();
const assess = (risk: string, reason = 'Names and addresses of forty employees.') =>
  h.act((_incident, at) => ({ type: 'AssessOwn', at, actor: management, risk, reason }));
const confirm = () => h.confirm({ since: startedAt });
const pages = (about: string) => h.takeMessages().filter(({ subject }) => subject.includes(about));
const toReport = 'report it to our authority';

describe('a Workspace that holds our own data and a customer’s', () => {
  it('yields both tracks: the notice to the customer, and our assessment and report', async () => {
    expect(await own()).toEqual([]);
    await confirm();
    const told = h.takeMessages().filter(({ subject }) => subject.includes('Art. 33(2)'));
    expect(told.map(({ to }) => to)).toEqual([contacts['museum-shop']]);
    expect((await own()).map(({ kind, recipient, deadlineAt }) => [kind, recipient, deadlineAt]).toSorted()).toEqual([
      ['own-assessment', 'management', plus(startedAt, hours(24))],
      ['own-report', 'management', plus(startedAt, hours(72))],
    ]);
  });

  it('has the assessment asked for with the suspicion, before anybody is certain', async () => {
    await h.fastForward('4h');
    expect((await h.incident()).state).toBe('suspected');
    expect(await states()).toEqual([['own-assessment', '1', 'SENT']]);
    expect(pages('assess the risk').map(({ to }) => to)).toEqual(['Greta Vogt']);
  });

  it('calls the management when 24 of the 72 hours are left, and again until it is reported', async () => {
    await confirm();
    await assess('risk');
    h.takeMessages();
    await h.fastForward('47h');
    expect(pages(toReport)).toEqual([]);
    await h.fastForward('61m');
    const called = pages(toReport);
    expect(called.map(({ channel, to }) => `${channel} ${to}`).toSorted()).toEqual([
      'mail greta.vogt@muster.example',
      'mail malik.brandt@muster.example',
      'slack Greta Vogt',
      'slack Malik Brandt',
    ]);
    expect(called[0]?.at).toBe(plus(startedAt, hours(48)));
    await h.fastForward('30h');
    expect(pages(toReport).length).toBe(4 * 7);
    const [report] = await own('own-report');
    const done = await receive(h.world, {
      duty: report as Duty,
      what: 'done',
      by: { person: management.person, how: 'reported, file 4711 of the authority' },
    });
    expect(done.ok).toBe(true);
    await h.fastForward('24h');
    expect(pages(toReport)).toEqual([]);
    expect((await own('own-report'))[0]?.state).toBe('DONE');
    expect(await audit(h.world)).toMatchObject({ repaired: 0, unproved: 0, chains: 'whole', failed: 0 });
  });

  it('takes no “no risk” without a reason, and ends the report with one', async () => {
    await confirm();
    for (const reason of ['', '  ', 'all fine'])
      expect(await assess('none', reason), reason).toMatchObject({ ok: false, error: { kind: 'invalid', field: 'reason' } });
    expect(await states()).toEqual([
      ['own-assessment', '1', 'SENT'],
      ['own-report', '1', 'SENT'],
    ]);
    expect(await assess('none', 'The export was encrypted and the key never left the house.')).toMatchObject({ ok: true });
    expect((await own()).map(({ kind, state, reason }) => [kind, state, reason]).toSorted()).toEqual([
      ['own-assessment', 'DONE', 'assessed: none'],
      ['own-report', 'CANCELLED', 'a risk is unlikely, by the reason on record'],
    ]);
    h.takeMessages();
  });

  it('owes the report anew, by the same hour, when it turns out to be a risk after all; and the people’s where it is high', async () => {
    await confirm();
    await assess('none', 'The export was encrypted and the key never left the house.');
    await h.fastForward('10h');
    await assess('high', 'The key was in the same export.');
    const open = (await own()).filter(({ state }) => state !== 'CANCELLED' && state !== 'DONE');
    expect(open.map(({ kind, step, deadlineAt }) => [kind, step, deadlineAt]).toSorted()).toEqual([
      ['own-art34', '2', plus(startedAt, hours(34))],
      ['own-report', '2', plus(startedAt, hours(72))],
    ]);
    expect(pages('tell the people concerned').map(({ to }) => to)).toEqual(['Greta Vogt']);
    await assess('risk', 'The export was never opened: its one download failed.');
    expect((await own('own-art34'))[0]).toMatchObject({ state: 'CANCELLED', reason: 'no high risk, by the reason on record' });
    h.takeMessages();
  });

  it('moves nothing of the notices to others, whatever was said of our own', async () => {
    await assess('none', 'The export was encrypted and the key never left the house.');
    await h.fastForward('4h');
    await assess('none', 'The export was encrypted and the key never left the house.');
    await h.fastForward('24h');
    expect(
      h
        .takeMessages()
        .filter(({ subject }) => subject.startsWith('Notice'))
        .map(({ to, at }) => [to, at]),
    ).toEqual([[contacts['museum-shop'], plus(startedAt, hours(28))]]);
  });

  it('is asked about no more once the suspicion is refuted', async () => {
    await h.fastForward('4h');
    await h.refute();
    expect(await states()).toEqual([['own-assessment', '1', 'CANCELLED']]);
    expect(await assess('risk')).toMatchObject({ ok: false, error: { message: 'This case is over: no risk is left to assess.' } });
    h.takeMessages();
  });

  it('stands in the register with who said it and why', async () => {
    await confirm();
    await assess('risk');
    const [line] = (await h.entries()).filter(({ type }) => type === 'OwnBreachAssessed');
    expect(line).toMatchObject({
      actor: 'person:management:greta-vogt',
      data: { risk: 'risk', reason: 'Names and addresses of forty employees.' },
    });
    h.takeMessages();
  });
});

describe('whose data it is decides', () => {
  it('a Workspace of our own alone: our track, and no notice to anybody', async () => {
    h.close();
    await begin(workspace('controller', []));
    await confirm();
    expect((await own()).map(({ kind }) => kind).toSorted()).toEqual(['own-assessment', 'own-report']);
    expect(h.takeMessages().filter(({ subject }) => subject.startsWith('Noti'))).toEqual([]);
  });

  it('a customer’s alone: no track of our own', async () => {
    h.close();
    await begin(workspace('processor', ['museum-shop']));
    await confirm();
    expect(await own()).toEqual([]);
    expect(await assess('risk')).toMatchObject({ ok: true });
    expect(await own()).toEqual([]);
    h.takeMessages();
  });
});
