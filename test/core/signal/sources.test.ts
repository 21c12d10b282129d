// Holds that an event of unknown origin is given to its own source or to none.
import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { splitBatch } from '#core/signal/split.ts';
import { json, line, sample } from './reading.ts';
import { shipped } from './shipped.ts';

const at = '2026-03-14T02:10:00Z';

describe('recognise', () => {
  it.each(shipped.names)('gives every sample of %s to it', (name) => {
    const folder = new URL(`../../../events/${name}/`, import.meta.url);
    for (const file of readdirSync(folder)) {
      const split = splitBatch(
        shipped.any,
        sample(`${name}/${file}`),
        file.endsWith('.form') ? 'application/x-www-form-urlencoded' : undefined,
      );
      const names = split.ok ? split.value.map((event) => shipped.recognise(event)?.name) : ['refused'];
      expect([file, ...new Set(names)]).toEqual(names.length === 0 ? [file] : [file, name]);
    }
  });

  it.each([
    ['text', line('hello')],
    ['a line of cron', line('Mar 14 08:00:00 relay-1 CRON[9]: pam_unix(cron:session): session opened for user root')],
    ['a form of somebody else', line('name=x&id=1')],
    ['an empty object', json({})],
    ['a list', json([])],
    [
      'a piece of a finding of Security Hub',
      json({ Id: 'arn', Types: ['TTPs/x'], Type: 'TTPs/Discovery/Recon:EC2-Portscan', Severity: { Label: 'LOW' } }),
    ],
    ['a piece of a CloudTrail record', json({ eventVersion: '1.08', eventID: '1', eventType: 'AwsConsoleSignIn', type: 's' })],
    ['a document with _id and type', json({ _id: '1', type: 's', date: at })],
    ['a metric alert of Auth0', json({ id: '1', time: at, source: 'x', data: { tenant: 'muster', state: 'ALERT' } })],
    ['a log of another program', json({ message: 'hello', timestamp: at })],
    ['an object with name and id', json({ name: 'x', id: '192.0.2.1' })],
  ])('gives %s to nobody', (_, event) => {
    expect(shipped.recognise(event)).toBeUndefined();
  });

  it('gives a finding to GuardDuty although it looks a little like a log', () => {
    expect(shipped.recognise(json({ id: '1', type: 'Recon:EC2/Portscan', severity: 2, date: at, user_agent: 'x', _id: '1' }))?.name).toBe(
      'guardduty',
    );
  });

  it('gives an event that two sources claim to nobody', () => {
    expect(shipped.recognise(json({ log_id: '1', data: { type: 's' }, id: '1', type: 'Recon:EC2/Portscan', severity: 2 }))).toBeUndefined();
  });
});
