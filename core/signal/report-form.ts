// Decides what a person's report holds before anybody reads it: who tells, in which words, taken down by whom (P-8).

/** Who tells: one of the house, a controller, anybody else. The form's own word for it, and the source's name. */
export const reporters = { person: 'person-report', controller: 'controller-report', public: 'public-report' } as const;
export type Reporter = keyof typeof reporters;

/** Sources whose events are words of people. */
export const toldSources: ReadonlySet<string> = new Set([...Object.values(reporters), 'subprocessor-mail']);

/** What the form and the commands send; all of it typed by people. */
export type Report = {
  readonly report: Reporter;
  readonly text: string;
  /** Makes a repeat of the same form the same report. */
  readonly id?: string;
  /** Who took it down: a person of the directory. */
  readonly by?: string;
  readonly caller?: string;
  readonly callback?: string;
  /** Id of the controller whose data it is about, where that is known. */
  readonly controller?: string;
  /** Id of the sub-processor that told of a breach of its own. */
  readonly subprocessor?: string;
};

/** Longer ones belong into two. */
export const longestReport = 20_000;

export const reportBytes = (report: Report): Uint8Array => new TextEncoder().encode(JSON.stringify(report));
