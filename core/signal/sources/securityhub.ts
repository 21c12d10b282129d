// Decides what a finding of Security Hub says, as ASFF or as OCSF, and which deliveries are the same state of it (formats.md A4).
import { type Result, fail, ok } from '../../kernel/result.ts';
import { draft, noTime } from '../draft.ts';
import { type EventTime, firstTime, timeOf } from '../event-time.ts';
import { type Fields, at, isFields, listOf, textOf } from '../fields.ts';
import type { Facts, RawEvent, ReadContext, Refusal, SignalMark, SourceReader } from '../signal.ts';
import { type Told, isAsff, toldBy } from './securityhub-told.ts';

/** OCSF is spoken by many: what Security Hub sends bears its product ARN. */
const isOcsf = (finding: Fields): boolean =>
  isFields(at(finding, 'finding_info')) &&
  /^arn:aws[a-z-]{0,20}:securityhub:/.test(textOf(at(finding, 'metadata', 'product', 'uid')) ?? '');

const isFinding = (value: unknown): value is Fields => isFields(value) && (isAsff(value) || isFields(at(value, 'finding_info')));

/** A list of counts that somebody sent by a button: no finding in it. */
const isInsight = (json: Fields): boolean =>
  at(json, 'source') === 'aws.securityhub' && Array.isArray(at(json, 'detail', 'insightResults'));

/** The envelope holds a list; what holds several is taken apart before. */
const findingIn = (json: unknown): unknown => {
  const [first, second] = listOf(at(json, 'detail', 'findings'));
  return first !== undefined && second === undefined ? first : json;
};

const marksOf = ({ isSample, isEnded }: Told, time: EventTime | undefined): readonly SignalMark[] => {
  const marks: SignalMark[] = [];
  if (isSample) marks.push('sample');
  if (isEnded) marks.push('archived');
  marks.push(...(time?.marks ?? noTime));
  return marks;
};

const factsOf = (told: Told, id: string, context: ReadContext): Facts => {
  const time = firstTime(told.times, context);
  const stated = timeOf(told.updated, context);
  // A check that ran again has a newer stamp; what a person set has another state under the old one (cases.md 6).
  const identity = [id, told.updated ?? '', ...told.state];
  const facts = draft({ eventId: id, identity, finding: id, kind: told.isBacklog ? 'housekeeping' : 'finding', outcome: 'unknown' });
  if (time) facts.time = time.time;
  if (stated) facts.statedAt = stated.time;
  if (told.severity !== undefined) facts.severity = told.severity;
  if (told.account !== undefined) facts.tenant = told.account;
  if (told.actor) facts.actor = told.actor;
  if (told.ip !== undefined) facts.src = { ip: told.ip };
  if (told.resource.target) facts.target = told.resource.target;
  facts.identifiers = told.resource.identifiers;
  facts.marks = marksOf(told, time);
  return facts;
};

const insightFacts = (json: Fields, id: string, context: ReadContext): Facts => {
  const time = timeOf(at(json, 'time'), context);
  return {
    eventId: id,
    identity: ['insight', id],
    kind: 'housekeeping',
    outcome: 'unknown',
    ...(time && { time: time.time }),
    identifiers: [],
    marks: time?.marks ?? ['no-time'],
  };
};

const read = ({ json }: RawEvent, context: ReadContext): Result<Facts, Refusal> => {
  if (!isFields(json))
    return fail({ field: 'body', expected: 'a JSON object: a finding in ASFF or OCSF, or an EventBridge event with one' });
  if (isInsight(json)) {
    const id = textOf(at(json, 'id'));
    return id === undefined ? fail({ field: 'id', expected: 'the id of the event' }) : ok(insightFacts(json, id, context));
  }
  const finding = findingIn(json);
  if (!isFinding(finding))
    return fail({ field: 'detail.findings', expected: 'a finding with SchemaVersion (ASFF) or finding_info (OCSF)' });
  const told = toldBy(finding);
  if (told.id === undefined) return fail({ field: isAsff(finding) ? 'Id' : 'finding_info.uid', expected: 'the id of the finding' });
  return ok(factsOf(told, told.id, context));
};

export const securityhub: SourceReader = {
  name: 'securityhub',
  logsource: { product: 'aws', service: 'securityhub' },
  recognises: ({ json }) => isFields(json) && (isInsight(json) || isAsff(json) || isOcsf(json)),
  /** The finding in its own words, and `type`, which neither format has: the first of its types, wherever it stands. */
  vendorEvent: ({ json }) => {
    const finding = findingIn(json);
    if (isFinding(finding)) return { ...finding, type: toldBy(finding).type };
    return isFields(json) ? json : {};
  },
  read,
};
