// Lists that the shipped rules name have a meaning without a file: an update must not refuse the start of an older configuration.
import { expect, it } from 'vitest';
import { listsFile } from '#adapters/config/schema/processing.ts';
import { setOf, trees } from '../../core/detection/rule-tests.ts';

it('gives the shipped rules every list that they name', () => {
  const lists = listsFile.parse({});
  expect(lists).toEqual({ trusted_networks: [], own_networks: [], own_accounts: [], sudo_users: ['*'] });
  expect(setOf(trees, lists).errors).toEqual([]);
});

it('takes what the operator wrote', () => {
  expect(listsFile.parse({ sudo_users: ['deploy'], mine: ['a'] })).toMatchObject({ sudo_users: ['deploy'], mine: ['a'], own_accounts: [] });
});
