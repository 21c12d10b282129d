// Holds that docs/mutation.json speaks of the sources as they are: every file by its hash, at least 90 % killed, each survivor with a reason (D-25).
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { atLeast, coveredFiles, hashOf, reportFile, sha256 } from '../mutation/covered.ts';
import { type Report, type StrykerReport, merged, mutationText, thinned } from '../mutation/report.ts';

const report = (existsSync(reportFile) ? JSON.parse(readFileSync(reportFile, 'utf8')) : { files: {}, score: 0, survivors: [] }) as Report;

describe('docs/mutation.json', () => {
  it('names every file of the three rooms, and no other', () => {
    expect(Object.keys(report.files)).toEqual(coveredFiles());
  });

  it('knows each of them as it is now', () => {
    const stale = coveredFiles().filter((path) => report.files[path]?.sha256 !== hashOf(path));
    expect(stale, `changed since their mutants ran: npm run mutation -- --files ${stale.join(',')}`).toEqual([]);
  });

  it('counts at least the share of killed mutants that is asked for', () => {
    const counted = Object.values(report.files);
    const killed = counted.reduce((sum, file) => sum + file.killed + file.timeout, 0);
    const alive = counted.reduce((sum, file) => sum + file.survived + file.noCoverage, 0);
    expect(report.score).toBe(Math.floor((killed * 10_000) / (killed + alive)) / 100);
    expect(report.score).toBeGreaterThanOrEqual(atLeast);
    expect(report.survivors).toHaveLength(alive);
  });

  it('gives a reason for every mutant that nothing killed', () => {
    expect(report.survivors.filter((one) => one.reason.trim().length < 10)).toEqual([]);
  });
});

const place = (line: number, column: number) => ({ line, column });
const source = 'const late = a > b;\nconst done = () => {\n  stop();\n};\n';
const boundary = (status: string) => ({
  mutatorName: 'EqualityOperator',
  replacement: 'a >= b',
  status,
  location: { start: place(1, 14), end: place(1, 19) },
});
const emptied = (status: string) => ({
  mutatorName: 'BlockStatement',
  replacement: '{}',
  status,
  location: { start: place(2, 20), end: place(4, 2) },
});
const ran = (...mutants: StrykerReport['files'][string]['mutants']): StrykerReport => ({
  files: { 'core/duty/a.ts': { source, mutants } },
});
const made = { tool: 'Stryker', version: '1', date: '2026-11-25', command: 'npm run mutation' };
const covered = ['core/duty/a.ts', 'core/duty/b.ts'];
const other = { sha256: 'b', killed: 9, survived: 1, timeout: 0, noCoverage: 0, score: 90 };
const known = { file: 'core/duty/b.ts', line: 7, mutation: '[x → y]', reason: 'The same by definition.' };

describe('a report of mutants', () => {
  it('shows the change in its line', () => {
    expect(mutationText(source, boundary('Survived'))).toBe('const late = [a > b → a >= b];');
    expect(mutationText(source, emptied('Survived'))).toBe('const done = () => [{ stop(); } → {}];');
  });

  it('replaces what it ran and keeps what it did not', () => {
    const run = ran(boundary('Survived'), emptied('Killed'), boundary('Timeout'), emptied('NoCoverage'), boundary('CompileError'));
    const told = merged({ run, earlier: { files: { 'core/duty/b.ts': other }, survivors: [known] }, covered, made });
    expect(told.files).toEqual({
      'core/duty/a.ts': { sha256: sha256(source), killed: 1, survived: 1, timeout: 1, noCoverage: 1, score: 50 },
      'core/duty/b.ts': other,
    });
    expect(told.score).toBe(78.57);
    expect(told.survivors.map((one) => [one.file, one.line, one.reason])).toEqual([
      ['core/duty/a.ts', 1, ''],
      ['core/duty/a.ts', 2, ''],
      ['core/duty/b.ts', 7, 'The same by definition.'],
    ]);
  });

  it('keeps a reason as long as its mutant survives, and forgets files that are gone', () => {
    const reasoned = { file: 'core/duty/a.ts', line: 99, mutation: 'const late = [a > b → a >= b];', reason: 'They are never equal.' };
    const earlier = { files: { 'core/duty/b.ts': other }, survivors: [known, reasoned] };
    const again = merged({ run: ran(boundary('Survived')), earlier, covered: ['core/duty/a.ts'], made });
    expect(Object.keys(again.files)).toEqual(['core/duty/a.ts']);
    expect(again.survivors).toEqual([{ ...reasoned, line: 1 }]);
    expect(merged({ run: ran(boundary('Killed')), earlier, covered: ['core/duty/a.ts'], made }).survivors).toEqual([]);
  });

  it('takes away those survivors that were killed when they ran again, and counts them so', () => {
    const earlier = merged({
      run: ran(boundary('Survived'), emptied('NoCoverage'), emptied('Killed')),
      earlier: { files: { 'core/duty/b.ts': other }, survivors: [known] },
      covered,
      made,
    });
    const after = thinned(earlier, ran(boundary('Killed'), emptied('Survived')), made);
    expect(after.files['core/duty/a.ts']).toMatchObject({ killed: 2, survived: 1, noCoverage: 0, score: 66.66 });
    expect(after.files['core/duty/b.ts']).toEqual(other);
    expect(after.survivors.map((one) => [one.file, one.line, one.endLine])).toEqual([
      ['core/duty/a.ts', 2, 4],
      ['core/duty/b.ts', 7, undefined],
    ]);
    expect(after.score).toBe(84.61);
    expect(thinned(earlier, ran(), made).survivors).toHaveLength(3);
  });
});
