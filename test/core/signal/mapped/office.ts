// What Atlassian, Slack and Passbolt say, file by file.
import type { Expected } from './expected.ts';

const mira = { id: '557058:0000', name: 'mira.lenz@example.com', type: 'user' };
const site = 'e1e1e1e1-0000-4000-8000-000000000001';
const audit = {
  tenant: site,
  actor: mira,
  src: { ip: '192.0.2.77' },
  target: { id: 'jon.abel@example.com', type: 'users' },
  identifiers: [`atlassian:${site}`, 'atlassian:muster'],
  at: '2026-03-14T02:05:15.890Z',
  marks: [],
};
const guard = {
  eventId: '4985600c',
  finding: '4985600c',
  kind: 'finding',
  outcome: 'unknown',
  actor: { ...mira, name: 'Mira Lenz' },
  target: { id: 'ari:cloud:confluence::site/e1e1' },
  at: '2026-03-14T02:21:28.385Z',
};

export const atlassian: Expected = {
  'login.json': [{ ...audit, eventId: 'd1d1d1d1-0000-4000-8000-000000000001', kind: 'auth.login', outcome: 'success', finding: undefined }],
  'role.json': [{ ...audit, kind: 'account.change' }],
  'page.json': [
    { ...audit, eventId: 'd2', kind: 'auth.token' },
    { ...audit, eventId: 'd3', kind: 'config.change' },
    { ...audit, eventId: 'd4', kind: 'unknown', outcome: 'success' },
  ],
  'lines.jsonl': [
    { ...audit, kind: 'auth.login', outcome: 'success' },
    { ...audit, kind: 'auth.login', outcome: 'failure' },
  ],
  'guard.json': [{ ...guard, marks: [] }],
  'guard-sample.json': [{ ...guard, marks: ['sample'] }],
};

const slack = {
  tenant: 'E0AA',
  actor: { id: 'W0AA', name: 'mira.lenz@example.com', type: 'user' },
  src: { ip: '192.0.2.81' },
  target: { id: 'W0AA', type: 'user' },
  identifiers: ['slack:E0AA', 'slack:muster'],
  at: '2026-03-14T02:10:00Z',
  marks: [],
};

export const slackAudit: Expected = {
  'login.json': [{ ...slack, kind: 'auth.login', outcome: 'success', eventId: 'f1f1f1f1-0000-4000-8000-000000000001' }],
  'bad-address.json': [{ ...slack, kind: 'auth.login', outcome: 'failure', src: undefined }],
  'page.json': [
    { ...slack, eventId: 's1', kind: 'housekeeping', outcome: 'success', target: { id: 'F0AA', type: 'file' } },
    { ...slack, eventId: 's2', kind: 'account.change', outcome: 'success' },
    { ...slack, eventId: 's3', kind: 'config.change', outcome: 'success', target: { id: 'T0AA', type: 'workspace' } },
  ],
  'anomaly.json': [{ ...slack, kind: 'finding', outcome: 'unknown', actor: { id: 'A0AA', name: 'exporter', type: 'app' } }],
  'pref.json': [{ ...slack, kind: 'auth.mfa.change' }],
  'sso.json': [{ ...slack, kind: 'config.change' }],
  'new-action.json': [{ ...slack, kind: 'unknown' }],
};

const password = 'ab000000-0000-4000-8000-000000000001';
const read = {
  eventId: undefined,
  kind: 'secret.read',
  outcome: 'success',
  actor: { name: 'mira.lenz@example.com', type: 'user' },
  target: { id: password, type: 'password' },
  identifiers: [`passbolt:${password}`],
  at: '2026-03-14T02:05:00Z',
  marks: [],
};

export const passbolt: Expected = {
  'access.json': [read],
  'share.json': [{ ...read, kind: 'config.change' }],
  'refused.json': [{ ...read, outcome: 'failure' }],
  'username-only.json': [{ ...read, kind: 'account.delete', target: undefined, identifiers: [] }],
  'log.jsonl': [read, { ...read, kind: 'unknown' }],
};
