// Decides what a mapping in sources/ may say: which events are one source's, and which of their fields are which facts (D-26).
import { z } from 'zod';
import { type SignalKind, type SignalOutcome, signalKinds } from '#core/signal/signal.ts';
import type { Condition, Mapping, Test } from '#core/signal/generic/mapping.ts';

const line = z
  .string()
  .max(300, { error: 'longer than 300 characters; shorten it' })
  .regex(/^[^\r\n]*\S[^\r\n]*$/, { error: 'empty or more than one line; write one line of text' });

const pathText = String.raw`(?:\$\.)?[^.[\]{}|$\r\n]+(?:\[\])?(?:\.[^.[\]{}|$\r\n]+(?:\[\])?)*`;
const pathWrong = 'not a path; write field names with dots between them, [] behind a list: detail.resources[].id, or $.account';

const path = z
  .string()
  .max(200, { error: 'longer than 200 characters; shorten it' })
  .regex(new RegExp(`^${pathText}$`), { error: pathWrong })
  .describe('A path: field names with dots between them, [] behind a list, $. before it for the whole document');

/** One value may stand without brackets. */
const listed = <T extends z.ZodType>(item: T) => z.union([item.transform((one): readonly z.output<T>[] => [one]), z.array(item).min(1)]);
const paths = listed(path).describe('A path, or several: the first that holds something counts');

const template = z
  .string()
  .max(300, { error: 'longer than 300 characters; shorten it' })
  .regex(new RegExp(String.raw`^(?:[^{}\r\n]|\{${pathText}(?:\|${pathText})*\})+$`), {
    error: 'not a text with paths in braces; write it as s3:{bucket.name}, or aws:{accountId|$.account}',
  })
  .describe('Text with paths in braces, alternatives with a bar: aws:{accountId|$.account}');
const templates = listed(template).describe('A text with paths in braces, or several: the first that can be filled counts');

const scalar = z
  .union([z.string().min(1).max(300), z.number(), z.boolean(), z.null()], {
    error: 'not a word; write a word, a number, true, false, or null for a field that is absent',
  })
  .describe('A word, where * stands for any text; null: the field is absent')
  .transform((value) => (value === null ? null : String(value)));

const bounds = z
  .strictObject({ gte: z.number().exactOptional().describe('This or more'), lt: z.number().exactOptional().describe('Less than this') })
  .refine(({ gte, lt }) => gte !== undefined || lt !== undefined, { error: 'no bound; write gte or lt' })
  .describe('Bounds of a number');

const test = z
  .union([scalar.transform((one): Test => [one]), z.array(scalar).min(1), bounds])
  .describe('A word, several words, or bounds {gte, lt}');

const condition = z
  .record(path, test)
  .refine((tests) => Object.keys(tests).length > 0, { error: 'no test; write a path and what stands there' })
  .describe('Paths, each with what must stand there; all of them')
  .transform((tests): Condition => tests);
const conditions = listed(condition).describe('A condition, or several: any of them');

/** Words of the closed list alone may stand for all cases; else a list, of which the first case that holds decides. */
const decided = <T extends z.ZodType>(word: T, what: string) =>
  z
    .union([
      word.transform((is) => [{ is }]),
      z
        .array(
          z.strictObject({ is: word, when: conditions.exactOptional().describe('When it is so; without it always') }).describe('One case'),
        )
        .min(1),
    ])
    .describe(`${what}: one for all events, or cases {is, when} of which the first that holds decides`);

const kind = z.enum(signalKinds as unknown as [SignalKind, ...SignalKind[]]).describe('Kind of signal');
const outcome = z
  .enum(['success', 'failure', 'blocked', 'unknown'] satisfies SignalOutcome[])
  .describe('success, failure, blocked or unknown');
const severity = z
  .union([z.literal(1), z.literal(2), z.literal(3), z.literal(4), z.literal(5)])
  .describe('1 informational, 2 low, 3 medium, 4 high, 5 critical');

const lineForm = z
  .union([
    z.literal('pairs').transform(() => ({ form: 'pairs' as const })),
    z
      .strictObject({
        columns: z
          .array(z.string().regex(/^\w{1,40}$/))
          .min(2)
          .describe('Names of the columns, in their order'),
        separator: z.string().length(1).default(',').describe('What stands between two columns'),
        quote: z.string().length(1).default('"').describe('What stands around a value that holds the separator'),
      })
      .transform(({ columns, ...rest }) => ({ form: 'columns' as const, names: columns, ...rest })),
  ])
  .describe('Events are lines of text: pairs (KEY=value, as packet filters write), or {columns, separator, quote}');

export const mappingFile = z
  .strictObject({
    title: line.describe('What people call the source'),
    arrives: line.describe('By which way its events come, for the documentation'),
    logsource: z
      .strictObject({
        product: line.exactOptional().describe('Sigma product'),
        service: line.exactOptional().describe('Sigma service'),
      })
      .describe('The Sigma log source that rules name'),
    recognise: conditions.describe('What makes an event one of this source: any of these. No other source may recognise it too'),
    line: lineForm.exactOptional(),
    each: paths.default([]).describe('Lists of which one document holds several events: each becomes an event of its own'),
    event: paths.default([]).describe('Where the vendor’s own event lies in its wrapping; paths without $. begin there'),
    id: templates
      .refine((all) => all.every((one) => one === 'content' || one.includes('{')), {
        error: 'the same for every event; write a path in braces',
      })
      .describe('The source’s own id of the event; content: it has none, equal text is the same event'),
    state: listed(template).default([]).describe('What else tells two states of one thing apart, all of it'),
    finding: templates.default([]).describe('The thing that updates update, where the source has findings'),
    kind: decided(kind, 'Kind of signal'),
    outcome: decided(outcome, 'Outcome').default([]),
    severity: decided(severity, 'Severity, 1 to 5').default([]),
    time: paths.default([]).describe('When it happened'),
    tenant: paths.default([]).describe('The vendor’s own id of whose world this is: an account, a workspace'),
    actor: z
      .strictObject({
        id: paths.default([]).describe('Id of who did it'),
        name: paths.default([]).describe('Name of who did it'),
        type: template.exactOptional().describe('What it is, such as user'),
      })
      .exactOptional()
      .describe('Who did it'),
    src: z
      .strictObject({
        ip: paths.default([]).describe('Address it came from'),
        host: paths.default([]).describe('Host it came from'),
      })
      .exactOptional()
      .describe('Where it came from'),
    target: z
      .strictObject({
        id: paths.default([]).describe('What it was done to'),
        type: template.exactOptional().describe('What that is, such as workspace'),
      })
      .exactOptional()
      .describe('What it was done to'),
    awsResources: z
      .array(
        z
          .strictObject({ type: template.describe('Type, such as AWS::S3::Bucket or {resourceType}'), id: path.describe('Id or ARN') })
          .describe('One resource'),
      )
      .default([])
      .describe('Resources of AWS that it is about: they name target and identifiers as the other sources of AWS do'),
    identifiers: listed(template).default([]).describe('Names to look up in assets.yml, most specific first'),
    marks: z
      .strictObject({
        sample: conditions.exactOptional().describe('Test data: seen, never alarming'),
        archived: conditions.exactOptional().describe('Done or silenced at the source'),
        restored: conditions.exactOptional().describe('Told again after a restart'),
      })
      .default({})
      .describe('What the source itself says of the event'),
    fields: z
      .record(z.string().regex(/^\w{1,40}$/), paths)
      .default({})
      .describe('Further names under which rules find a value'),
  })
  .describe('A source by mapping');

/** A mapping as its file gives it: the file's name is the source's. */
export type MappingFile = z.output<typeof mappingFile>;

export const mappingOf = (name: string, file: MappingFile): Mapping => ({ name, ...file });
