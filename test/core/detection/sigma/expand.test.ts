// What a placeholder stands for: the configured list, never a guess, never without bound.
import { describe, expect, it } from 'vitest';
import { expanded } from '#core/detection/sigma/expand.ts';

const lists = new Map([
  ['admins', ['anna', 'ben']],
  ['nobody', []],
  ['many', Array.from({ length: 101 }, (_, i) => String(i))],
]);
const values = (written: string) => {
  const found = expanded(written, lists);
  return found.ok ? found.value : found.error;
};

describe('a placeholder', () => {
  it('stands for each value of its list, with what is written around it', () => {
    expect(values('%admins%')).toEqual(['anna', 'ben']);
    expect(values('adm-%admins%@example.com')).toEqual(['adm-anna@example.com', 'adm-ben@example.com']);
    expect(values('%admins%/%admins%')).toEqual(['anna/anna', 'anna/ben', 'ben/anna', 'ben/ben']);
  });

  it('stands for nothing where the list is empty', () => {
    expect(values('%nobody%')).toEqual([]);
  });

  it('is refused where no list has its name, by that name', () => {
    expect(values('%strangers%')).toContain('"strangers"');
    expect(values('%constructor%')).toContain('"constructor"');
  });

  it('is refused where there is none, or where several would stand for too many values', () => {
    expect(values('plain')).toContain('%trusted_networks%');
    expect(values('%many%%many%')).toContain('10000');
  });
});
