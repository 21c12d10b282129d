// Holds that a handle means one person within its case, keeps meaning that person, and nothing elsewhere (D-15, P-9).
import { expect, it } from 'vitest';
import { handlesOf } from '#core/incident/handles.ts';
import { minutes } from '#core/kernel/time.ts';
import { aSignal, hence } from '../given.ts';

const anna = { ...aSignal(1, hence(minutes(5))), actor: 'p-anna', address: 'p-office' };
const jon = { ...aSignal(2, hence(minutes(6))), actor: 'p-jon', address: 'p-office' };

it('numbers persons and addresses as they came in', () => {
  const handle = handlesOf([anna, jon]);
  expect([handle('account', 'p-anna'), handle('account', 'p-jon'), handle('address', 'p-office')]).toEqual([
    'account-1',
    'account-2',
    'address-1',
  ]);
  expect([handle('account', undefined), handle('account', 'p-eve'), handle('target', 'p-anna')]).toEqual([
    'account-unknown',
    'account-unknown',
    'target-unknown',
  ]);
});

it('renames nobody when an event comes late that happened before', () => {
  const late = { ...aSignal(3, hence(minutes(1))), received: hence(minutes(30)), actor: 'p-eve' };
  const handle = handlesOf([late, anna, jon]);
  expect(['p-anna', 'p-jon', 'p-eve'].map((one) => handle('account', one))).toEqual(['account-1', 'account-2', 'account-3']);
});

it('means nobody in another case', () => {
  expect(handlesOf([jon])('account', 'p-jon')).toBe('account-1');
});
