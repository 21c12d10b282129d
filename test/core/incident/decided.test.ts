// Holds that an incident remembers which rules, read by which engine, found what, and upon which signals: in any order, and never from an old entry.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { engine } from '#core/detection/engine.ts';
import type { DecidedBy, Finding } from '#core/detection/finding.ts';
import { addFinding, asRuleFinding, signalCap } from '#core/incident/fold.ts';
import type { RuleFinding } from '#core/incident/incident.ts';
import type { SignalId } from '#core/kernel/ids.ts';
import { recordEvents } from '#core/register/record.ts';
import { aFinding, caseId, t0 } from '../given.ts';

const by = (ruleset: string): DecidedBy => ({ ruleset, engine });
const found = (decidedBy: DecidedBy | undefined, ...signals: readonly string[]): Finding => ({
  ...aFinding(),
  signals: signals as readonly SignalId[],
  ...(decidedBy && { decidedBy }),
});
const folded = (...findings: readonly Finding[]): RuleFinding | undefined =>
  findings.map(asRuleFinding).reduce<readonly RuleFinding[]>(addFinding, [])[0];

describe('what one rule found', () => {
  it('says by which rules and engine it was decided, and upon which signals', () => {
    expect(folded(found(by('b'), 'sig-2'), found(by('a'), 'sig-1', 'sig-2'))).toMatchObject({
      decidedBy: [by('a'), by('b')],
      members: ['sig-1', 'sig-2'],
    });
  });

  it('says nothing of it where an older version decided, and of both where one did', () => {
    expect(folded(found(undefined, 'sig-1'))).not.toHaveProperty('decidedBy');
    expect(folded(found(undefined, 'sig-1'), found(undefined, 'sig-2'))).not.toHaveProperty('members');
    expect(folded(found(undefined, 'sig-1'), found(by('a'), 'sig-2'))).toMatchObject({ decidedBy: [by('a')], members: ['sig-2'] });
  });

  it('says the same in any order, however many there are', () => {
    const one = fc
      .tuple(fc.constantFrom('a', 'b', 'c'), fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 150, maxLength: 150 }))
      .map(([ruleset, ids]) => found(by(ruleset), ...ids.map((id) => `sig-${id}`)));
    fc.assert(
      fc.property(
        fc
          .array(one, { minLength: 1, maxLength: 4 })
          .chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
        ([all, mixed]) => {
          expect(folded(...mixed)).toEqual(folded(...all));
          expect(folded(...all)?.members?.length).toBeLessThanOrEqual(signalCap);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('keeps no more sets than twenty, for the register has them all', () => {
    const many = Array.from({ length: 30 }, (_, i) => found(by(`set-${i}`), 'sig-1'));
    expect(folded(...many)?.decidedBy).toHaveLength(20);
  });
});

describe('the register', () => {
  const dataOf = (finding: Finding) =>
    recordEvents(undefined, [{ type: 'IncidentOpened', at: t0, id: caseId, finding, signals: [] }]).entries[0]?.data;

  it('says by which rules and engine it was decided, where that is known', () => {
    expect(dataOf(found(by('a')))).toMatchObject({ ...by('a'), rule: { version: 1 } });
    expect(dataOf(found(undefined))).not.toHaveProperty('ruleset');
  });
});
