// Case 5 (azul #5625): a finding that was only updated alarms again. An update is told when it is graver or names something new, else counted.
// What its source archives is closed with that reason, unless it may be a breach: then a person says what it means.
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isTerminal } from '#core/duty/duty.ts';
import type { Played } from '#local/play.ts';
import { type Harness, openHarness } from '../flow/harness.ts';
import type { Recorded } from '../flow/recorder.ts';
import { eventsDir, exfiltration, graveFinding, raw } from '../flow/raw-events.ts';

let h: Harness;
beforeEach(async () => {
  h = await openHarness();
});
afterEach(() => h.close());

type Hub = { detail: { findings: Record<string, unknown>[] } };
const inspector = (change: Readonly<Record<string, unknown>> = {}): Played => {
  const event = JSON.parse(readFileSync(`${eventsDir}/securityhub/inspector.json`, 'utf8')) as Hub;
  event.detail.findings = event.detail.findings.map((finding) => ({ ...finding, ...change }));
  return raw('securityhub', event);
};
const label = (of: string, product: number) => ({ Severity: { Label: of, Product: product }, FindingProviderFields: undefined });
const later = (hour: number) => ({ UpdatedAt: `2026-03-14T${String(hour).padStart(2, '0')}:05:12.440Z` });
const guardduty = (
  { source, bytes }: Played,
  change: (detail: { updatedAt: string; service: Record<string, unknown> }) => void,
): Played => {
  const event = JSON.parse(new TextDecoder().decode(bytes)) as { detail: { updatedAt: string; service: Record<string, unknown> } };
  change(event.detail);
  return raw(source, event);
};
const archived = (event: Played): Played => guardduty(event, (detail) => Object.assign(detail.service, { archived: true }));
const updated = (event: Played, hour: number): Played =>
  guardduty(event, (detail) => {
    detail.updatedAt = `2026-03-14T${String(hour).padStart(2, '0')}:00:00Z`;
    Object.assign(detail.service, { count: hour, eventLastSeen: detail.updatedAt });
  });
const called = (messages: readonly Recorded[]): number =>
  messages.filter(({ channel, subject }) => channel === 'slack' && /Please take this incident|has grown/.test(subject)).length;

describe('an update of a finding', () => {
  it('of Inspector opens nothing twice, however often it comes', async () => {
    for (let hour = 4; hour < 20; hour += 1) await h.play([inspector({ ...later(hour), ...label('CRITICAL', 9) })]);
    expect((await h.incidents()).length).toBeLessThanOrEqual(1);
    expect(called(h.takeMessages())).toBeLessThanOrEqual(1);
  });

  it('that changes nothing is counted: one call for the first, none for the rest', async () => {
    await h.play([exfiltration()]);
    await h.acknowledge();
    expect(called(h.takeMessages())).toBe(1);
    for (let hour = 4; hour < 12; hour += 1) await h.play([updated(exfiltration(), hour)]);
    expect(await h.incident()).toMatchObject({ signalCount: 9 });
    h.expectMessages([]);
  });

  it('that is graver calls again', async () => {
    await h.play([graveFinding(1)]);
    await h.acknowledge();
    h.takeMessages();
    await h.fastForward('1h');
    // The same finding, and its source says now that data were read.
    await h.play([
      guardduty(exfiltration('muster-message-archive', 1), (detail) => Object.assign(detail, { updatedAt: '2026-03-14T06:00:00Z' })),
    ]);
    expect(await h.incident()).toMatchObject({ level: 'critical', state: 'suspected', signalCount: 2 });
    expect(called(h.takeMessages())).toBeGreaterThan(0);
  });
});

describe('a finding that its source archives or suppresses', () => {
  /** Grave, and nothing of it touches personal data. */
  const operational = (change: Readonly<Record<string, unknown>> = {}) =>
    inspector({
      ProductName: 'GuardDuty',
      ProductArn: 'arn:aws:securityhub:eu-central-1::product/aws/guardduty',
      Types: ['TTPs/Discovery/Other'],
      ...label('CRITICAL', 9),
      ...change,
    });

  it.each<readonly [string, Readonly<Record<string, unknown>>]>([
    ['archived', { RecordState: 'ARCHIVED', ...later(5) }],
    ['suppressed', { Workflow: { Status: 'SUPPRESSED' }, WorkflowState: 'SUPPRESSED', ...later(5) }],
    ['resolved', { Workflow: { Status: 'RESOLVED' }, ...later(5) }],
  ])('%s closes its security incident, and the register says why', async (_, change) => {
    await h.play([operational()]);
    expect(await h.incident()).toMatchObject({ outcome: 'security-incident', state: 'open' });
    await h.play([operational(change)]);
    expect(await h.incident()).toMatchObject({ state: 'closed', reason: 'archived or suppressed at its source' });
    expect((await h.entries()).filter(({ type }) => type === 'IncidentClosed').map(({ actor }) => actor)).toEqual(['machine:source']);
    h.takeMessages();
    await h.fastForward('1d');
    expect(called(h.takeMessages())).toBe(0);
  });

  it('closes nothing that other findings hold open', async () => {
    await h.play([operational(), operational({ Id: 'arn:aws:securityhub:another', ...later(4) })]);
    await h.play([operational({ RecordState: 'ARCHIVED', ...later(5) })]);
    expect((await h.incidents()).map(({ state }) => state)).toEqual(['open']);
    h.takeMessages();
  });

  it('ends no suspicion: a person says what it means, and the clocks go on', async () => {
    await h.play([exfiltration()]);
    await h.acknowledge();
    h.takeMessages();
    await h.play([archived(exfiltration())]);
    expect(await h.incident()).toMatchObject({ state: 'suspected', signalCount: 1 });
    expect(
      h
        .takeMessages()
        .map(({ to }) => to)
        .toSorted(),
    ).toEqual(['Malik Brandt', 'Tomke Harms']);
    const [asked] = await h.duties('human');
    expect(asked).toMatchObject({ step: 'archived', recipient: 'incident-lead' });
    await h.refute();
    await h.fastForward('1d');
    expect((await h.duties('human')).filter(({ step, state }) => step === 'archived' && !isTerminal(state))).toEqual([]);
    h.takeMessages();
  });

  it('ends no assessment either: whoever broke in may archive too', async () => {
    await h.play([graveFinding(1), archived(graveFinding(1))]);
    expect(await h.incident()).toMatchObject({ outcome: 'breach-assessment', state: 'open' });
    expect((await h.duties('human')).map(({ step }) => step)).toEqual(['archived']);
    h.takeMessages();
  });

  it('is another state of it, though its time and count are the same, and asks once', async () => {
    await h.play([exfiltration(), archived(exfiltration()), archived(exfiltration()), archived(updated(exfiltration(), 7))]);
    expect((await h.duties('human')).filter(({ step }) => step === 'archived')).toHaveLength(1);
    expect((await h.world.ledger.intake()).find(({ disposition }) => disposition === 'duplicate')?.count).toBe(1);
    h.takeMessages();
  });

  it('before anybody heard of it closes it all the same when it comes: a bus knows no order', async () => {
    await h.play([operational({ RecordState: 'ARCHIVED', ...later(5) })]);
    expect(await h.incidents()).toEqual([]);
    await h.play([operational()]);
    expect(await h.incident()).toMatchObject({ state: 'closed', reason: 'archived or suppressed at its source' });
    // Everybody is informed of it as of every incident (P-2), and nobody is called.
    const told = h.takeMessages();
    expect(called(told)).toBe(0);
    expect(told.filter(({ subject }) => subject.includes('For your information'))).toHaveLength(4);
    await h.play([operational(later(6))]);
    expect((await h.incidents()).map(({ state }) => state).toSorted()).toEqual(['closed', 'open']);
    h.takeMessages();
  });

  it('before anybody heard of it asks what it means, where it may be a breach', async () => {
    await h.play([archived(exfiltration()), exfiltration()]);
    expect(await h.incident()).toMatchObject({ state: 'suspected' });
    expect((await h.duties('human')).map(({ step }) => step)).toEqual(['archived']);
    h.takeMessages();
  });

  it('closes nothing that came again since, however late it is told', async () => {
    await h.play([operational(), operational(later(7)), operational({ RecordState: 'ARCHIVED', ...later(5) })]);
    expect((await h.incidents()).map(({ state }) => state)).toEqual(['open']);
    h.takeMessages();
  });

  it.each([[[0, 1, 2]], [[0, 2, 1]], [[1, 0, 2]], [[1, 2, 0]], [[2, 0, 1]], [[2, 1, 0]]])(
    'leaves the same open whatever the order of three states of it (%j)',
    async (order) => {
      const states = [operational(), operational({ RecordState: 'ARCHIVED', ...later(5) }), operational(later(7))];
      await h.play(order.flatMap((nth) => states[nth] ?? []));
      expect((await h.incidents()).filter(({ state }) => state === 'open')).toHaveLength(1);
      await h.play([operational({ RecordState: 'ARCHIVED', ...later(8) })]);
      expect((await h.incidents()).filter(({ state }) => state === 'open')).toEqual([]);
      h.takeMessages();
    },
  );

  it('and opened again there is a new case', async () => {
    await h.play([operational(), operational({ RecordState: 'ARCHIVED', ...later(5) }), operational(later(6))]);
    expect((await h.incidents()).map(({ state }) => state).toSorted()).toEqual(['closed', 'open']);
    h.takeMessages();
  });
});
