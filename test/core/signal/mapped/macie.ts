// What the events of Macie say, file by file.
import type { Expected } from './expected.ts';

const bucket = {
  target: { id: 'muster-message-archive', type: 's3-bucket' },
  identifiers: ['s3:muster-message-archive', 'arn:aws:s3:::muster-message-archive'],
};
const id = 'f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1';
const policy = 'e2e2e2e2-0000-4000-8000-000000000002';
const data = { eventId: id, finding: id, kind: 'finding', outcome: 'unknown', severity: 4, tenant: '111122223333', ...bucket, marks: [] };

export const macie: Expected = {
  'eventbridge-data.json': [
    {
      ...data,
      identity: [id, '2026-03-14T02:09:00.000Z', '1'],
      at: '2026-03-14T02:09:00Z',
      actor: undefined,
      src: undefined,
    },
  ],
  'eventbridge-public.json': [
    {
      ...bucket,
      finding: policy,
      identity: [policy, '2026-03-14T02:08:15Z', '1'],
      actor: { name: 'mira.lenz', type: 'user' },
      src: { ip: '192.0.2.44' },
    },
  ],
  'eventbridge-public-update.json': [{ finding: policy, identity: [policy, '2026-03-14T02:20:15Z', '2'] }],
  'eventbridge-no-id.json': [{ eventId: 'b1b1b1b1-0000-4000-8000-000000000001', finding: undefined, at: '2026-03-14T02:10:00Z' }],
  'sample.json': [{ ...data, marks: ['sample'] }],
  'get-findings.json': [
    { ...data, at: '2026-03-14T02:09:00.127Z' },
    { finding: policy, marks: ['archived'] },
  ],
  'list.json': [{ ...data, at: '2026-03-14T02:09:00.127Z' }],
  'unknown-type.json': [{ kind: 'finding', target: undefined, identifiers: [] }],
};
