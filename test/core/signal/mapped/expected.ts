// What a file of events says, one row for each event: only the facts that are named are compared, `undefined` is one that is absent.
export type Expected = Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;
