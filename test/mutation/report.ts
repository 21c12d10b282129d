// Decides what docs/mutation.json says: counts per file, and every mutant that no test killed, with the reason a person gave.
import { sha256 } from './covered.ts';

type Place = { readonly line: number; readonly column: number };
type Mutant = {
  readonly mutatorName: string;
  readonly replacement?: string;
  readonly status: string;
  readonly location: { readonly start: Place; readonly end: Place };
};

/** What Stryker writes (mutation-testing-report-schema), as far as we read it. */
export type StrykerReport = { readonly files: Readonly<Record<string, { readonly source: string; readonly mutants: readonly Mutant[] }>> };

type Counts = { readonly killed: number; readonly survived: number; readonly timeout: number; readonly noCoverage: number };
type FileReport = Counts & { readonly sha256: string; readonly score: number };
export type Survivor = {
  readonly file: string;
  readonly line: number;
  /** Where the mutated text ends, if on another line. */
  readonly endLine?: number;
  readonly mutation: string;
  readonly reason: string;
};
export type Report = {
  readonly tool: string;
  readonly version: string;
  readonly date: string;
  readonly command: string;
  readonly files: Readonly<Record<string, FileReport>>;
  readonly score: number;
  readonly survivors: readonly Survivor[];
};

export type Made = Pick<Report, 'tool' | 'version' | 'date' | 'command'>;

/** Percent, cut to two digits: never rounded up to the bar. A file of types alone has no mutants, and nothing to prove. */
const scoreOf = ({ killed, survived, timeout, noCoverage }: Counts): number => {
  const all = killed + survived + timeout + noCoverage;
  return all === 0 ? 100 : Math.floor(((killed + timeout) * 10_000) / all) / 100;
};

const fileReport = (source: string, mutants: readonly Mutant[]): FileReport => {
  const count = (status: string): number => mutants.filter((mutant) => mutant.status === status).length;
  const counts = { killed: count('Killed'), survived: count('Survived'), timeout: count('Timeout'), noCoverage: count('NoCoverage') };
  return { sha256: sha256(source), ...counts, score: scoreOf(counts) };
};

const squeezed = (text: string): string => text.replace(/\s+/g, ' ');
const long = 60;
const short = (text: string): string => (text.length <= long ? text : `${text.slice(0, 38)} … ${text.slice(-18)}`);

const commonStart = (a: string, b: string): number => {
  let n = 0;
  while (n < Math.min(a.length, b.length) && a[n] === b[n]) n += 1;
  return n;
};
const reversed = (text: string): string => [...text].reverse().join('');

/** Of two long texts only where they differ, with a word on each side. */
const difference = (from: string, to: string): string => {
  const start = Math.max(0, commonStart(from, to) - 12);
  const end = Math.max(0, commonStart(reversed(from.slice(start)), reversed(to.slice(start))) - 12);
  const part = (text: string): string => short(text.slice(start, text.length - end));
  return from.length <= long ? `${from} → ${short(to)}` : `${part(from)} → ${part(to)}`;
};

/** The source line with the change in it: `return [a > b → a >= b] ? a : b;`. It stays the same when lines are added above. */
export const mutationText = (source: string, { location: { start, end }, replacement = '' }: Mutant): string => {
  const lines = source.split('\n');
  const before = (lines[start.line - 1] ?? '').slice(0, start.column - 1);
  const after = (lines[end.line - 1] ?? '').slice(end.column - 1);
  const within = lines.slice(start.line - 1, end.line).join('\n');
  const original = within.slice(before.length, within.length - after.length);
  return squeezed(`${before}[${difference(squeezed(original), squeezed(replacement))}]${after}`).trim();
};

const alive: ReadonlySet<string> = new Set(['Survived', 'NoCoverage']);

const survivorsOf = (run: StrykerReport, reasons: ReadonlyMap<string, string>): readonly Survivor[] =>
  Object.entries(run.files).flatMap(([file, { source, mutants }]) =>
    mutants
      .filter((mutant) => alive.has(mutant.status))
      .map((mutant) => {
        const mutation = mutationText(source, mutant);
        const { start, end } = mutant.location;
        const reason = reasons.get(`${file} ${mutation}`) ?? '';
        return { file, line: start.line, ...(end.line === start.line ? {} : { endLine: end.line }), mutation, reason };
      }),
  );

const compared = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const inOrder = (a: Survivor, b: Survivor): number => compared(a.file, b.file) || a.line - b.line || compared(a.mutation, b.mutation);

const totalled = (made: Made, files: Report['files'], survivors: readonly Survivor[]): Report => {
  const sum = (part: keyof Counts): number => Object.values(files).reduce((all, file) => all + file[part], 0);
  const total = { killed: sum('killed'), survived: sum('survived'), timeout: sum('timeout'), noCoverage: sum('noCoverage') };
  return { ...made, files, score: scoreOf(total), survivors: survivors.toSorted(inOrder) };
};

type Parts = {
  readonly run: StrykerReport;
  readonly earlier: Pick<Report, 'files' | 'survivors'>;
  /** Files that exist: what is gone is named no more. */
  readonly covered: readonly string[];
  readonly made: Made;
};

/** The files of this run replace what was known of them; reasons stay with their mutation. */
export const merged = ({ run, earlier, covered, made }: Parts): Report => {
  const reasons = new Map(earlier.survivors.map((one) => [`${one.file} ${one.mutation}`, one.reason]));
  const fresh = Object.fromEntries(Object.entries(run.files).map(([path, { source, mutants }]) => [path, fileReport(source, mutants)]));
  const files = Object.fromEntries(
    covered.flatMap((path) => {
      const known = fresh[path] ?? earlier.files[path];
      return known === undefined ? [] : [[path, known] as const];
    }),
  );
  const kept = earlier.survivors.filter((one) => files[one.file] !== undefined && fresh[one.file] === undefined);
  return totalled(made, files, [...kept, ...survivorsOf(run, reasons)]);
};

/** Only the survivors of files that did not change ran again: whoever is killed now is counted so, and all else stays. */
export const thinned = (earlier: Report, run: StrykerReport, made: Made): Report => {
  const tried = new Map<string, string[]>();
  for (const [file, { source, mutants }] of Object.entries(run.files))
    for (const mutant of mutants) {
      const key = `${file} ${mutationText(source, mutant)}`;
      tried.set(
        key,
        [...(tried.get(key) ?? []), mutant.status].toSorted((a, b) => Number(alive.has(b)) - Number(alive.has(a))),
      );
    }
  const left = earlier.survivors.flatMap((one): readonly (readonly [Survivor, string])[] => {
    if (run.files[one.file] === undefined) return [];
    // One that did not run again is not taken for killed.
    const status = tried.get(`${one.file} ${one.mutation}`)?.shift() ?? 'Survived';
    return alive.has(status) ? [[one, status]] : [];
  });
  const files = Object.fromEntries(
    Object.entries(earlier.files).map(([path, file]) => {
      if (run.files[path] === undefined) return [path, file] as const;
      const count = (status: string): number => left.filter(([one, now]) => one.file === path && now === status).length;
      const all = file.killed + file.survived + file.noCoverage;
      const counts = { survived: count('Survived'), timeout: file.timeout, noCoverage: count('NoCoverage') };
      const next = { killed: all - counts.survived - counts.noCoverage, ...counts };
      return [path, { sha256: file.sha256, ...next, score: scoreOf(next) }] as const;
    }),
  );
  const untouched = earlier.survivors.filter((one) => run.files[one.file] === undefined);
  return totalled(made, files, [...untouched, ...left.map(([one]) => one)]);
};
