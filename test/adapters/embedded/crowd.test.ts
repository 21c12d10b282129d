// Holds that a flood of attempts does not make each further one dearer: a group gives the nearest members, not all of them (TH-16).
import { expect, it } from 'vitest';
import { openDatabase } from '#adapters/embedded/database.ts';
import { embeddedCorrelations } from '#adapters/embedded/intake.ts';
import { type Member, nearestMembers } from '#core/detection/rule.ts';
import { hours, instantOf } from '#core/kernel/time.ts';

const reach = { window: hours(1), atMost: nearestMembers };
const member = (n: number): Member => ({
  time: instantOf(n),
  stage: 0,
  id: `sig-${String(n).padStart(5, '0')}`,
  signals: [],
  facts: { fields: {}, assets: [], controllers: [], unidentified: false, personalData: 'unlikely' },
});

it('gives at most the nearest members on either side, in order of time', async () => {
  const db = openDatabase(':memory:');
  const correlations = embeddedCorrelations(db);
  const crowd = 3 * nearestMembers;
  await Promise.all(Array.from({ length: crowd }, (_, n) => correlations.add('crowd', member(n), reach, instantOf(crowd))));
  const middle = crowd / 2;
  const given = await correlations.add('crowd', member(middle), reach, instantOf(crowd));
  expect(given.map((one) => one.time)).toEqual(Array.from({ length: 2 * nearestMembers }, (_, i) => middle - nearestMembers + 1 + i));
  db.close();
});
