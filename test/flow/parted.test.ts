// Holds which part of a split case a finding goes to: as the part was cut, and nothing of it is lost (P-14).
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Parted } from '#core/incident/parts.ts';
import type { IncidentId } from '#core/kernel/ids.ts';
import { sharesOf } from '#flow/parted.ts';
import { aFinding, named, t0 } from '../core/given.ts';

const cut = (into: string, rules: readonly string[], controllers: readonly string[] = []): Parted => ({
  into: into as IncidentId,
  at: t0,
  rules,
  controllers: controllers.map(named),
  leaves: [],
  upTo: 0,
});
const shares = (parted: readonly Parted[], controllers: readonly string[], rule = 'archive_read') =>
  sharesOf({ parted }, aFinding({ rule, controllers })).map(({ into, finding }) => [into ?? 'stays', finding.controllers]);

describe('a finding of a case that was split', () => {
  it('stays where its rule did, or where nothing was split', () => {
    expect(shares([], ['museum'])).toEqual([['stays', ['museum']]]);
    expect(sharesOf({}, aFinding())).toHaveLength(1);
    expect(shares([cut('part', ['bulk_export'])], ['museum'])).toEqual([['stays', ['museum']]]);
  });

  it('goes whole with its rule', () => {
    expect(shares([cut('part', ['archive_read'])], ['museum'])).toEqual([['part', ['museum']]]);
    expect(shares([cut('part', ['archive_read'])], [])).toEqual([['part', []]]);
  });

  it('is shared out by controllers, and stays where it touches nobody of the part', () => {
    const part = [cut('part', ['archive_read'], ['theatre'])];
    expect(shares(part, ['museum', 'theatre'])).toEqual([
      ['stays', ['museum']],
      ['part', ['theatre']],
    ]);
    expect(shares(part, ['theatre'])).toEqual([['part', ['theatre']]]);
    expect(shares(part, ['museum'])).toEqual([['stays', ['museum']]]);
    expect(shares(part, [])).toEqual([['stays', []]]);
  });

  it('is shared among several parts, the older first', () => {
    const parts = [cut('one', ['archive_read'], ['theatre']), cut('two', ['archive_read'])];
    expect(shares(parts, ['museum', 'theatre'])).toEqual([
      ['one', ['theatre']],
      ['two', ['museum']],
    ]);
  });

  it('loses no controller, and names none twice', () => {
    const ids = fc.uniqueArray(fc.constantFrom('library', 'museum', 'theatre'));
    const rules = fc.uniqueArray(fc.constantFrom('archive_read', 'bulk_export'));
    const parts = fc.array(fc.tuple(fc.constantFrom('one', 'two', 'three'), rules, ids), { maxLength: 4 });
    fc.assert(
      fc.property(parts, ids, (all, controllers) => {
        const done = shares(
          all.map((one) => cut(...one)),
          controllers,
        );
        expect(done.flatMap(([, of]) => of as readonly string[]).toSorted()).toEqual([...controllers].toSorted());
        expect(done.length).toBeGreaterThan(0);
      }),
    );
  });
});
