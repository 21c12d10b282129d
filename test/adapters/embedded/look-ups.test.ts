// Decides whether the ledger's everyday look-ups stay look-ups: none of them may walk through all that waits (D-24).
import { afterEach, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '#adapters/embedded/database.ts';
import { embeddedLedger } from '#adapters/embedded/ledger.ts';
import { endOfTime } from '#core/kernel/time.ts';
import { at, sampleDuty } from '../../contract/samples.ts';

const db = openDatabase(':memory:');
const asked: string[] = [];
const listening: Database = {
  ...db,
  get: (sql, ...values) => {
    asked.push(sql);
    return db.get(sql, ...values);
  },
  all: (sql, ...values) => {
    asked.push(sql);
    return db.all(sql, ...values);
  },
};
const ledger = embeddedLedger(listening);

afterEach(() => {
  asked.length = 0;
});

/** How SQLite carries out what was asked. */
const plans = (): readonly string[] =>
  asked.flatMap((sql) => db.all(`EXPLAIN QUERY PLAN ${sql}`, ...[...sql.matchAll(/\?/g)].map(() => 1)).map((row) => String(row['detail'])));

describe('looking for what is due', () => {
  it('finds dead claims among the claims, and what is due by its hour', async () => {
    for await (const one of ledger.due('notify', at(0), 2)) throw new Error(`nothing is there, and ${one.id} is due`);
    const found = plans().filter((plan) => plan.startsWith('SEARCH') || plan.startsWith('SCAN'));
    expect(found).toEqual([
      'SEARCH duty USING INDEX duty_claimed (owner_epoch<?)',
      expect.stringMatching(/^SEARCH duty USING INDEX duty_waiting \(lane=\? AND \(next_at,id\)>\(\?,\?\) AND next_at<\?\)/),
    ]);
  });

  it('finds the next hour by one look in each lane', async () => {
    expect(await ledger.nextWake()).toBeUndefined();
    expect(new Set(plans())).toEqual(new Set(['SEARCH duty USING COVERING INDEX duty_waiting (lane=? AND next_at>?)']));
  });

  it('wakes for the first of all lanes', async () => {
    await ledger.commit([
      { put: 'duty', duty: sampleDuty(1, { lane: 'notify', nextAt: endOfTime }), if: 'absent' },
      { put: 'duty', duty: sampleDuty(2, { lane: 'other', nextAt: at(60) }), if: 'absent' },
      { put: 'duty', duty: sampleDuty(3, { lane: 'page', nextAt: at(90) }), if: 'absent' },
    ]);
    expect(await ledger.nextWake()).toBe(at(60));
  });
});
