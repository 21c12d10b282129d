// Decides what a mapping says: how events of a source without code are known, and which of their fields are which facts (D-26).
import type { SignalKind, SignalOutcome } from '../signal.ts';

/**
 * Fields from the event inwards: `severity.description`, `resources[].id` for each of a list. `$.account` begins at the whole
 * document, outside of what `event` names.
 */
export type FieldPath = string;

/** Text with paths in braces, alternatives with a bar: `s3:{bucket.name}`, `aws:{accountId|$.account}`. Nothing where one is absent. */
export type Template = string;

/** Words, `*` for any text, so `*` alone is a field that is there, null one that is absent; or a number within bounds. */
export type Test = readonly (string | null)[] | { readonly gte?: number; readonly lt?: number };

/** All of its fields pass their tests; of several values at a path one is enough. */
export type Condition = Readonly<Record<FieldPath, Test>>;

/** The first case whose conditions hold, any of them, decides; one without conditions always holds. */
export type Case<T> = { readonly is: T; readonly when?: readonly Condition[] };

/** How a line of text falls into fields. */
export type LineForm =
  /** `KEY=value` and single words, after a time, a host and a program: the log of a packet filter. */
  | { readonly form: 'pairs' }
  /** Values in a fixed order; a quoted one may hold the separator. */
  | { readonly form: 'columns'; readonly names: readonly string[]; readonly separator: string; readonly quote: string };

export type Mapping = {
  /** Name of the source: that of its file. */
  readonly name: string;
  readonly title: string;
  /** For the documentation: by which way events come. */
  readonly arrives: string;
  readonly logsource: { readonly product?: string; readonly service?: string };
  /** Any of these makes an event one of this source. */
  readonly recognise: readonly Condition[];
  readonly line?: LineForm;
  /** Lists of which one document holds several events, such as `entry[].changes[]`: each becomes one. */
  readonly each: readonly FieldPath[];
  /** Where the vendor's own event lies in its wrapping, or as JSON in a text; the document itself where none of these is there. */
  readonly event: readonly FieldPath[];
  /** The source's own id: the first template that can be filled. `content`: there is none, equal text is the same event. */
  readonly id: readonly (Template | 'content')[];
  /** What else tells two states of one thing apart, beside the id. */
  readonly state: readonly Template[];
  /** What an update updates, where the source has findings. */
  readonly finding: readonly Template[];
  readonly kind: readonly Case<SignalKind>[];
  readonly outcome: readonly Case<SignalOutcome>[];
  readonly severity: readonly Case<1 | 2 | 3 | 4 | 5>[];
  readonly time: readonly FieldPath[];
  readonly tenant: readonly FieldPath[];
  readonly actor?: { readonly id: readonly FieldPath[]; readonly name: readonly FieldPath[]; readonly type?: Template };
  readonly src?: { readonly ip: readonly FieldPath[]; readonly host: readonly FieldPath[] };
  readonly target?: { readonly id: readonly FieldPath[]; readonly type?: Template };
  /** Resources of AWS by type (`AWS::S3::Bucket`, `AwsS3Bucket`) and id or ARN: they give target and identifiers as Security Hub's do. */
  readonly awsResources: readonly { readonly type: Template; readonly id: FieldPath }[];
  readonly identifiers: readonly Template[];
  readonly marks: {
    readonly sample?: readonly Condition[];
    readonly archived?: readonly Condition[];
    readonly restored?: readonly Condition[];
  };
  /** Further names under which rules find a value, beside the vendor's own. */
  readonly fields: Readonly<Record<string, readonly FieldPath[]>>;
};
