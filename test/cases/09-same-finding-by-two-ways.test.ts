// Case 9 (automated-security-response-on-aws #243): one finding arrives from the member's and the central account within milliseconds. It is one.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Played } from '#local/play.ts';
import { ingestDelivery } from '#flow/ingest.ts';
import { type Harness, openHarness } from '../flow/harness.ts';
import { exfiltration, raw } from '../flow/raw-events.ts';

let h: Harness;
beforeEach(async () => {
  h = await openHarness();
});
afterEach(() => {
  h.takeMessages();
  h.close();
});

const finding = JSON.parse(new TextDecoder().decode(exfiltration().bytes)) as { detail: object };
const hub = {
  Findings: [
    {
      Id: 'arn:aws:guardduty:eu-central-1:111122223333:finding/x',
      ProductArn: 'arn:aws:securityhub:eu-central-1::product/aws/guardduty',
      SchemaVersion: '2018-10-08',
      AwsAccountId: '111122223333',
      GeneratorId: 'x',
      Types: ['TTPs/Exfiltration'],
      CreatedAt: '2026-03-14T03:05:12Z',
      UpdatedAt: '2026-03-14T03:05:12Z',
      Severity: { Label: 'CRITICAL' },
      Title: 't',
      Description: 'd',
      Resources: [{ Type: 'AwsS3Bucket', Id: 'arn:aws:s3:::muster-message-archive' }],
      RecordState: 'ACTIVE',
      Workflow: { Status: 'NEW' },
    },
  ],
};
const auth0 = {
  log_id: 'l1',
  data: { log_id: 'l1', date: '2026-03-14T02:30:00.000Z', type: 's', ip: '203.0.113.9', user_id: 'auth0|1', tenant_name: 'muster' },
};
const bus = (source: string, type: string, detail: unknown, account: string, id: string) => ({
  version: '0',
  id,
  'detail-type': type,
  source,
  account,
  time: '2026-03-14T03:06:00Z',
  region: 'eu-central-1',
  resources: [],
  detail,
});

const ways: Readonly<Record<string, readonly (readonly [string, unknown])[]>> = {
  'GuardDuty by member, administrator, SNS and bare': [
    ['guardduty', bus('aws.guardduty', 'GuardDuty Finding', finding.detail, '111122223333', 'a')],
    ['guardduty', bus('aws.guardduty', 'GuardDuty Finding', finding.detail, '444455556666', 'b')],
    [
      'guardduty',
      { Type: 'Notification', Message: JSON.stringify(bus('aws.guardduty', 'GuardDuty Finding', finding.detail, '444455556666', 'c')) },
    ],
    ['guardduty', finding.detail],
  ],
  'Security Hub by member, administrator and its API': [
    ['securityhub', bus('aws.securityhub', 'Security Hub Findings - Imported', { findings: hub.Findings }, '111122223333', 'a')],
    ['securityhub', bus('aws.securityhub', 'Security Hub Findings - Imported', { findings: hub.Findings }, '444455556666', 'b')],
    ['securityhub', hub],
  ],
  'Auth0 by webhook, as list, as line and by EventBridge': [
    ['auth0', auth0],
    ['auth0', [auth0]],
    ['auth0', bus('aws.partner/auth0.com/muster-1/auth0.logs', 'Auth0 log', auth0, '111122223333', 'a')],
  ],
};

describe.each(Object.entries(ways))('%s', (_, deliveries) => {
  const seen = async () => Object.fromEntries((await h.world.ledger.intake()).map(({ disposition, count }) => [disposition, count]));

  it('is one signal, one case, and the rest are duplicates', async () => {
    await h.play(deliveries.map(([source, event]): Played => raw(source, event)));
    const { duplicate, stored, attached = 0, assessed = 0 } = await seen();
    expect({ duplicate, stored, own: attached + assessed }).toEqual({
      duplicate: deliveries.length - 1,
      stored: deliveries.length,
      own: 1,
    });
    expect((await h.incidents()).length).toBeLessThanOrEqual(1);
  });

  it('is one at the same instant too, in any order', async () => {
    const all = deliveries
      .toReversed()
      .map(([source, event], i) =>
        ingestDelivery(h.world, { source, id: `door:${i}`, bytes: raw(source, event).bytes, received: h.clock.now() }),
      );
    await Promise.all(all);
    await h.work();
    expect((await seen())['duplicate']).toBe(deliveries.length - 1);
  });
});

describe('what only looks the same', () => {
  it('is two: the same finding in another account, another state of it, another log entry', async () => {
    const detail = finding.detail as { id: string; accountId: string; updatedAt: string };
    await h.play([
      raw('guardduty', detail),
      raw('guardduty', { ...detail, id: 'eeee4444dddd4444dddd4444dddd4444' }),
      raw('guardduty', { ...detail, updatedAt: '2026-03-14T09:00:00.000Z' }),
      raw('auth0', auth0),
      raw('auth0', { log_id: 'l2', data: { ...auth0.data, log_id: 'l2' } }),
    ]);
    expect((await h.world.ledger.intake()).find(({ disposition }) => disposition === 'duplicate')).toBeUndefined();
  });
});
