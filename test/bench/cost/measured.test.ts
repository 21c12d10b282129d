// Decides whether bench/cost/measured.json still says what the functions do: the story is played again, and its requests are the same.
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Measured, measure, sizes } from '#bench/cost/measure.ts';
import type { Taken } from '#bench/cost/use.ts';

const file = JSON.parse(readFileSync(new URL('../../../bench/cost/measured.json', import.meta.url), 'utf8')) as Measured;
let now: Measured;
beforeAll(async () => {
  now = await measure('now', { controllers: [1], signals: 10 }, () => undefined);
}, 180_000);

/** Requests and units by function and operation. Log and processor time differ from run to run. */
const figures = ({ uses, mails }: Taken): Readonly<Record<string, number>> => ({
  mails,
  ...Object.fromEntries(
    Object.entries(uses).flatMap(([stage, use]) => [
      [`${stage} calls`, use.invocations],
      ...Object.entries(use.operations).flatMap(([name, one]) => [
        [`${stage} ${name}`, one.requests],
        [`${stage} ${name} units`, one.read + one.write],
      ]),
    ]),
  ),
});

/** A cache that ran out a second earlier makes one request more; a tenth is no news for a bill. */
const isSame = (a: number, b: number): boolean => Math.abs(a - b) <= Math.max(1.5, 0.1 * Math.max(a, b));

const changed = (then: Taken, again: Taken): readonly string[] => {
  const [a, b] = [figures(then), figures(again)];
  return [...new Set([...Object.keys(a), ...Object.keys(b)])]
    .filter((name) => !isSame(a[name] ?? 0, b[name] ?? 0))
    .map((name) => `${name}: ${a[name] ?? 0} in measured.json, ${b[name] ?? 0} now; run npm run cost -- --measure`);
};

describe('measured.json', () => {
  it('holds every size that the model draws its lines between', () => {
    expect(file.incidents.map((one) => one.controllers)).toEqual(sizes);
  });

  it.each(['settled', 'duplicate', 'attached'] as const)('still tells what a signal takes that is %s', (fate) => {
    expect(changed(file[fate], now[fate])).toEqual([]);
  });

  it('still tells what an incident with one controller takes, and each round with it in the ledger', () => {
    const [then, again] = [file.incidents[0]!, now.incidents[0]!];
    expect(changed(then.whole, again.whole)).toEqual([]);
    expect(Object.keys(then.rounds)).toEqual(Object.keys(again.rounds));
    for (const [stage, taken] of Object.entries(again.rounds)) expect([stage, changed(then.rounds[stage]!, taken)]).toEqual([stage, []]);
  });

  it('still tells what each function takes that a clock calls', () => {
    expect(Object.keys(file.idle)).toEqual(Object.keys(now.idle));
    for (const [stage, taken] of Object.entries(now.idle)) expect([stage, changed(file.idle[stage]!, taken)]).toEqual([stage, []]);
  });

  it('still tells how much more an audit reads for each signal', () => {
    expect(now.auditReadsOfSignal).toBeCloseTo(file.auditReadsOfSignal, 2);
  });
});
