// Holds that a signal bears a time that can be trusted and an id that a redelivery makes again.
import { describe, expect, it } from 'vitest';
import type { IdKey } from '#core/kernel/ids.ts';
import { minutes, plus, rfc3339 } from '#core/kernel/time.ts';
import { type Reading, logsourceOf, toSignal } from '#core/signal/normalise.ts';
import { auth0 } from '#core/signal/sources/auth0.ts';
import { fail2ban } from '#core/signal/sources/fail2ban.ts';
import { signalKinds } from '#core/signal/signal.ts';
import { json, line, noon } from './reading.ts';

const key: IdKey = new Uint8Array(32).fill(7);
const login = (date: string | undefined, log_id = '1') =>
  json({ log_id, data: { type: 's', hostname: 'muster.eu.auth0.com', ...(date !== undefined && { date }) } });
const signalOf = (reading: Partial<Reading>) => {
  const result = toSignal({ reader: auth0, event: login('2026-03-14T11:00:00Z'), received: noon, rawRef: 'raw/1', key, ...reading });
  if (!result.ok) throw new Error(result.error.field);
  return result.value;
};

describe('toSignal', () => {
  it('makes the one shape', () => {
    expect(signalOf({})).toEqual({
      signal: {
        v: 1,
        id: expect.stringMatching(/^sig-[a-z2-7]{26}$/),
        source: 'auth0',
        eventId: '1',
        kind: 'auth.login',
        outcome: 'success',
        tenant: 'muster.eu.auth0.com',
        target: { id: 'muster.eu.auth0.com', type: 'tenant' },
        time: Date.parse('2026-03-14T11:00:00Z'),
        received: noon,
        marks: [],
        raw: { ref: 'raw/1' },
      },
      identifiers: ['auth0:muster.eu.auth0.com'],
    });
  });

  it('knows an event without an id of its own by the signal', () => {
    const ban = line('2026-03-14 02:59:26,000 fail2ban.actions [1]: NOTICE [sshd] Ban 192.0.2.1');
    const { signal } = signalOf({ reader: fail2ban, event: ban });
    expect(signal.eventId).toMatch(/^sig-[a-z2-7]{26}$/);
    expect(signal.eventId).toBe(signal.id);
  });

  it('gives a redelivery the same id and another event another one', () => {
    const again = signalOf({ received: plus(noon, minutes(9)), rawRef: 'raw/2' });
    expect(again.signal.id).toBe(signalOf({}).signal.id);
    expect(signalOf({ event: login('2026-03-14T11:00:00Z', '2') }).signal.id).not.toBe(again.signal.id);
    expect(signalOf({ key: new Uint8Array(32) }).signal.id).not.toBe(again.signal.id);
  });

  it.each([
    ['2026-03-14T12:05:00Z', '2026-03-14T12:05:00Z', []],
    ['2026-03-14T12:05:00.001Z', '2026-03-14T12:00:00Z', ['clamped']],
    ['2099-01-01T00:00:00Z', '2026-03-14T12:00:00Z', ['clamped']],
    ['2019-01-01T00:00:00Z', '2019-01-01T00:00:00Z', []],
    [undefined, '2026-03-14T12:00:00Z', ['no-time']],
  ])('takes an event of %s for one of %s', (date, time, marks) => {
    const { signal } = signalOf({ event: login(date) });
    expect([rfc3339(signal.time), signal.marks]).toEqual([time, marks]);
  });

  it('passes the zone of the host on', () => {
    const event = line('2026-03-14 10:00:00,000 fail2ban.actions [1]: NOTICE [sshd] Ban 192.0.2.1');
    expect(rfc3339(signalOf({ reader: fail2ban, event, zone: 'America/Noronha' }).signal.time)).toBe('2026-03-14T12:00:00Z');
  });

  it('hands a refusal on', () => {
    expect(toSignal({ reader: auth0, event: line('x'), received: noon, rawRef: 'r', key })).toEqual({
      ok: false,
      error: expect.objectContaining({ field: 'body' }),
    });
  });
});

describe('logsourceOf', () => {
  it.each(signalKinds)('adds authentication to %s only where somebody logs in', (kind) => {
    const expected = { product: 'auth0', ...(kind.startsWith('auth.') && { category: 'authentication' }) };
    expect(logsourceOf(auth0, { kind })).toEqual(expected);
  });
});
