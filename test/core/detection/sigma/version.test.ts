// A rule written for another Sigma is not read as if it were ours.
import { describe, expect, it } from 'vitest';
import { compile, reasons, selecting } from './rules.ts';

const versioned = (version: unknown) => selecting({ a: 'x' }, { 'sigma-version': version });

describe('the version of Sigma that a rule names', () => {
  it('may be 2.0 or 2.1, as number or text, or be left out', () => {
    for (const version of [2, 2.1, '2', '2.0', '2.1', '2.1.0', undefined]) expect(compile(versioned(version)).set.rules).toHaveLength(1);
  });

  it('is refused where it is another, with the reason', () => {
    for (const version of [3, '3.0', '2.2', '2.1-draft', 'latest', null]) expect(reasons(versioned(version))).toContain('Sigma 2.0 or 2.1');
  });
});
