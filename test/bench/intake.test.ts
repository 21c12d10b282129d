// Holds what the load run calls lost and doubled, and that it is played through the real door: a second of it.
import { expect, it } from 'vitest';
import { seconds } from '#core/kernel/time.ts';
import { type Run, measureIntake, missedOf, quantile } from '#bench/intake.ts';

const ran = (accepted: number, refused: number, stored: number, raw: number, duplicates = 0): Pick<Run, 'answers' | 'after'> => ({
  answers: { accepted, refused, waits: [] },
  after: { stored, raw, receipts: 0, duplicates },
});

it.each([
  ['all of it is there once', ran(10, 0, 10, 10), []],
  ['one was not taken', ran(9, 1, 9, 9), ['1 signals were not taken']],
  ['one that was not answered is there all the same', ran(9, 1, 10, 10), ['1 signals were not taken']],
  ['one is not counted', ran(10, 0, 9, 10), ['1 accepted signals are lost']],
  ['one has no bytes', ran(10, 0, 10, 9), ['1 accepted signals are lost']],
  ['one is there twice', ran(10, 0, 11, 10), ['1 signals are doubled']],
  ['one was seen before', ran(10, 0, 10, 10, 1), ['1 signals are doubled']],
])('says when %s', (_, run, missed) => {
  expect(missedOf(run)).toEqual(missed);
});

it('takes the value below which so many lie', () => {
  const waits = Array.from({ length: 100 }, (_, n) => 100 - n);
  expect([quantile(waits, 0.5), quantile(waits, 0.99), quantile(waits, 1), quantile([], 0.5)]).toEqual([50, 99, 100, 0]);
});

it('loses and doubles nothing through the door of a real process', async () => {
  const { json, missed } = await measureIntake({ rate: 50, lasting: seconds(1), draining: seconds(0) }, () => undefined);
  expect(missed).toEqual([]);
  expect(json).toMatchObject({ accepted: 50, refused: 0, stored: 50, raw: 50, duplicates: 0 });
});
