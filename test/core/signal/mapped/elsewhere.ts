// What the Security Command Center, WhatsApp and packet filters say, file by file.
import type { Expected } from './expected.ts';

const finding = (end: string): string => `organizations/222233334444/sources/1986930501971458034/findings/${end}`;
const dataset = '//bigquery.googleapis.com/projects/muster-portal/datasets/exports';
const open = {
  eventId: finding('1c35'),
  finding: finding('1c35'),
  kind: 'finding',
  outcome: 'unknown',
  severity: 4,
  tenant: 'muster-portal',
  target: { id: dataset, type: 'gcp-resource' },
  identifiers: [`gcp:${dataset}`, 'gcp:muster-portal'],
  at: '2026-03-14T02:08:22.538Z',
  marks: [],
};

export const gcpScc: Expected = {
  'public-dataset.json': [{ ...open, identity: [finding('1c35'), '2026-03-14T02:08:22.538Z', 'ACTIVE', ''], actor: undefined }],
  'pubsub.json': [open],
  'no-config-name.json': [{ ...open, severity: 2 }],
  'inactive.json': [{ ...open, at: '2026-03-14T03:08:22.538Z', marks: ['archived'] }],
  'muted.json': [{ ...open, marks: ['archived'], identity: [finding('1c35'), '2026-03-14T02:08:22.538Z', 'ACTIVE', 'MUTED'] }],
  // It says 1970 where it does not know.
  'anomalous-grant.json': [
    {
      severity: 4,
      tenant: 'muster-portal',
      actor: { name: 'job@muster-portal.iam.gserviceaccount.com', type: 'user' },
      at: undefined,
      marks: ['no-time'],
    },
  ],
  'threat-v2.json': [
    {
      severity: 5,
      actor: { name: 'jon.abel@example.com', type: 'user' },
      src: { ip: '198.51.100.24' },
      tenant: 'muster-portal',
      at: '2026-03-14T02:00:00.500Z',
    },
  ],
  'log-form.json': [{ eventId: 'i-1', finding: undefined, severity: 4, tenant: 'muster-portal', at: '2026-03-14T02:00:00.123Z' }],
  'list.json': [open, { ...open, eventId: finding('4f68'), finding: finding('4f68') }],
};

const waba = '100200300400500';
const account = {
  tenant: waba,
  target: { id: waba, type: 'whatsapp-account' },
  identifiers: [`whatsapp:${waba}`],
  at: '2026-03-14T02:10:00Z',
  marks: [],
};
const number = { target: { id: '15550100001', type: 'whatsapp-account' } };
const changed = (what: string) => ({ ...account, eventId: `${waba}/${what}/1773454200` });

export const whatsapp: Expected = {
  'disabled.json': [{ ...changed('account_update/DISABLED_UPDATE'), kind: 'service.limit', outcome: 'blocked', severity: 4 }],
  'restricted.json': [{ ...changed('account_update/ACCOUNT_RESTRICTION'), kind: 'service.limit', outcome: 'blocked', severity: 3 }],
  'offboarded.json': [{ ...changed('account_update/ACCOUNT_OFFBOARDED'), kind: 'service.limit', outcome: 'unknown', severity: 4 }],
  'verified.json': [{ ...changed('account_update/VERIFIED_ACCOUNT'), ...number, kind: 'account.change', severity: undefined }],
  'review.json': [{ ...changed('account_review_update/APPROVED'), kind: 'account.change' }],
  'alert.json': [{ ...changed('account_alerts/OBA_REJECTED'), kind: 'service.limit' }],
  'quality.json': [{ ...changed('phone_number_quality_update/FLAGGED'), ...number, kind: 'service.limit', severity: 3 }],
  'quality-unflagged.json': [{ ...changed('phone_number_quality_update/UNFLAGGED'), ...number, kind: 'housekeeping' }],
  'template-flagged.json': [{ ...changed('message_template_status_update/FLAGGED'), kind: 'service.limit' }],
  'name.json': [{ ...changed('phone_number_name_update/APPROVED'), ...number, kind: 'account.change' }],
  'security.json': [{ ...changed('security/PIN_CHANGED'), ...number, kind: 'auth.mfa.change', outcome: 'success' }],
  'messages.json': [{ ...account, ...number, eventId: 'wamid.EXAMPLE1', kind: 'housekeeping', actor: undefined, src: undefined }],
  'new-field.json': [{ ...changed('flows_of_tomorrow/SOMETHING'), kind: 'unknown' }],
  'several.json': [
    { ...changed('account_update/ACCOUNT_VIOLATION'), kind: 'service.limit' },
    { ...changed('security/PIN_RESET_SUCCESS'), kind: 'auth.mfa.change' },
    { tenant: '100200300400501', kind: 'service.limit', outcome: 'blocked', at: '2026-03-14T02:11:00Z' },
  ],
};

const packet = {
  kind: 'net.failure',
  outcome: 'blocked',
  src: { ip: '198.51.100.24' },
  target: { id: '192.0.2.10', type: 'address' },
  identifiers: ['host:relay-1'],
};

export const iptables: Expected = {
  'ufw.log': [
    { ...packet, at: '2026-03-14T02:10:00Z', marks: ['no-zone'] },
    { ...packet, kind: 'housekeeping', outcome: 'success' },
    { ...packet, kind: 'housekeeping', outcome: 'unknown' },
  ],
  'iso.log': [{ ...packet, at: '2026-03-14T01:10:00.123Z', marks: [] }],
  'rfc5424.log': [{ ...packet, at: '2026-03-14T01:10:00.123Z', marks: [] }],
  'ipv6.log': [{ ...packet, src: { ip: '2001:db8::10' }, target: { id: '2001:db8::24', type: 'address' } }],
  'journal.jsonl': [
    { ...packet, at: '2026-03-14T02:10:00.123Z', marks: [] },
    { ...packet, at: '2026-03-14T02:10:00Z', marks: ['no-zone'] },
  ],
  'no-prefix.log': [{ ...packet, kind: 'housekeeping', outcome: 'unknown' }],
};
