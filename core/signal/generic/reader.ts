// Decides how a mapping becomes a reader: compiled once, then every event is recognised and read by fields alone (D-26).
import { type Result, fail, ok } from '../../kernel/result.ts';
import { instantOf } from '../../kernel/time.ts';
import { addressOf, hostNameOf } from '../address.ts';
import { type Resource, resourcesOf } from '../aws-resource.ts';
import { type Draft, actorBy, draft, noTime } from '../draft.ts';
import type { EventTime } from '../event-time.ts';
import { type Fields, isFields } from '../fields.ts';
import { lastRead } from '../last-read.ts';
import type { Facts, Identity, RawEvent, ReadContext, Refusal, SignalMark, SourceReader } from '../signal.ts';
import { type Places, any, decide, placesOfEvent } from './condition.ts';
import { type Line, jsonInside, readLine, timeOfLine } from './line.ts';
import type { Mapping } from './mapping.ts';
import { type Doc, fillAll, fillFirst, firstAt, firstOf, split, textAt, valuesAt, wordAt } from './path.ts';
import { toldTime } from './time.ts';

/** What a mapping reads: its document, the raw event for those without an id, and the time of a line. */
type Seen = Doc & { readonly raw: RawEvent; readonly time: EventTime | undefined };

/** Recognising asks for no time. */
const whenever: ReadContext = { received: instantOf(0) };

const mostIdentifiers = 50;

/** Where the vendor's own event lies: an object, or JSON in a text. */
const eventOf = (mapping: Mapping): ((root: unknown) => unknown) => {
  const places = mapping.event.map((path) => firstAt(path, (value) => value));
  return (root) => {
    const doc = { root, event: root };
    for (const first of places) {
      const value = first(doc);
      const found = isFields(value) ? value : jsonInside(value);
      if (found !== undefined) return found;
    }
    return root;
  };
};

/** The event as its mapping knows it, or undefined: a document, or a line, which may come in the JSON of a shipper. */
const seenBy = (mapping: Mapping, places: Places): ((event: RawEvent, context: ReadContext) => Seen | undefined) => {
  const { line: form } = mapping;
  const [within, known] = [eventOf(mapping), any(mapping.recognise, places)];
  const documentOf = lastRead((json: Fields): Doc | undefined => {
    const doc = { root: json, event: within(json) };
    return known(doc) ? doc : undefined;
  });
  const lineOf = lastRead((raw: RawEvent): Line | undefined => {
    const line = form && readLine(form, raw);
    return line && known({ root: line.fields, event: line.fields }) ? line : undefined;
  });
  return (raw, context) => {
    const { json } = raw;
    const document = isFields(json) ? documentOf(json) : undefined;
    if (document) return { root: document.root, event: document.event, raw, time: undefined };
    const line = lineOf(raw);
    return line && { root: line.fields, event: line.fields, raw, time: timeOfLine(line, raw, context) };
  };
};

const actorOf = ({ actor }: Mapping): ((doc: Doc) => Facts['actor']) => {
  if (!actor) return () => undefined;
  const [id, name, type] = [textAt(actor.id), textAt(actor.name), fillFirst(actor.type === undefined ? [] : [actor.type])];
  return (doc) => {
    const whose = id(doc);
    const called = name(doc);
    return whose === undefined && called === undefined ? undefined : actorBy(whose, called, type(doc));
  };
};

const srcOf = ({ src }: Mapping): ((doc: Doc) => Facts['src']) => {
  if (!src) return () => undefined;
  const [ip, host] = [textAt(src.ip), textAt(src.host)];
  return (doc) => {
    const address = addressOf(ip(doc));
    const told = host(doc);
    const name = told === undefined ? undefined : hostNameOf(told);
    if (address === undefined) return name === undefined ? undefined : { host: name };
    return name === undefined ? { ip: address } : { ip: address, host: name };
  };
};

type About = Pick<Facts, 'target' | 'identifiers'>;

const noResource: Resource = { identifiers: [] };

const awsOf = ({ awsResources }: Mapping): ((doc: Doc, tenant: string | undefined) => Resource) => {
  const each = awsResources.map(({ type, id }) => ({ type: fillFirst([type]), id: valuesAt(id) }));
  return (doc, tenant) => {
    const pairs: (readonly [unknown, unknown])[] = [];
    for (const { type, id } of each) for (const found of id(doc)) pairs.push([type(doc), found]);
    return pairs.length === 0 ? noResource : resourcesOf(pairs, tenant);
  };
};

/** Resources of AWS first: they are the most specific; then what the mapping names. */
const aboutOf = (mapping: Mapping): ((doc: Doc, tenant: string | undefined) => About) => {
  const [aws, { target }] = [awsOf(mapping), mapping];
  const names = mapping.identifiers.map(fillAll);
  const [id, type] = [textAt(target?.id ?? []), fillFirst(target?.type === undefined ? [] : [target.type])];
  return (doc, tenant) => {
    const { identifiers, target: resource } = aws(doc, tenant);
    const all = [...identifiers];
    for (const fill of names) fill(doc, all);
    const known = all.length > mostIdentifiers ? all.slice(0, mostIdentifiers) : all;
    const own = id(doc);
    if (own === undefined) return resource ? { identifiers: known, target: resource } : { identifiers: known };
    const kind = type(doc);
    return { identifiers: known, target: kind === undefined ? { id: own } : { id: own, type: kind } };
  };
};

const markWords = ['sample', 'archived', 'restored'] as const;

const marksOf = ({ marks }: Mapping, places: Places): ((doc: Doc) => SignalMark[]) => {
  const each = markWords.flatMap((mark) => {
    const conditions = marks[mark];
    return conditions ? [{ mark, holds: any(conditions, places) }] : [];
  });
  return (doc) => {
    const found: SignalMark[] = [];
    for (const { mark, holds } of each) if (holds(doc)) found.push(mark);
    return found;
  };
};

const timeOf = ({ time }: Mapping): ((seen: Seen, context: ReadContext) => EventTime | undefined) => {
  const told = firstOf(time, toldTime);
  return (seen, context) => told(seen, context) ?? seen.time;
};

/** The id, and what tells its states apart. A source without ids is known by its text. */
const identityOf = ({ id, state }: Mapping): ((seen: Seen) => { readonly id?: string; readonly identity: Identity } | undefined) => {
  const fill = fillFirst(id.filter((template) => template !== 'content'));
  const states = state.map((template) => fillFirst([template]));
  const mayBeText = id.includes('content');
  return (seen) => {
    const own = fill(seen);
    if (own !== undefined) {
      const parts = [own];
      for (const told of states) parts.push(told(seen) ?? '');
      return { id: own, identity: parts };
    }
    if (!mayBeText) return undefined;
    return { identity: ['content', seen.raw.text] };
  };
};

const reading = (mapping: Mapping, places: Places): ((seen: Seen, context: ReadContext) => Result<Facts, Refusal>) => {
  const [kind, outcome, severity] = [decide(mapping.kind, places), decide(mapping.outcome, places), decide(mapping.severity, places)];
  const [tenant, finding] = [textAt(mapping.tenant), fillFirst(mapping.finding)];
  const [actor, src, about] = [actorOf(mapping), srcOf(mapping), aboutOf(mapping)];
  const [marks, time, identity] = [marksOf(mapping, places), timeOf(mapping), identityOf(mapping)];
  /** `facts` has its keys in the order in which every reader of code writes them. */
  const fill = (facts: Draft, seen: Seen, at: EventTime | undefined): void => {
    if (at) facts.time = at.time;
    const [update, worth, whose] = [finding(seen), severity(seen), tenant(seen)];
    if (update !== undefined) facts.finding = update;
    if (worth !== undefined) facts.severity = worth;
    if (whose !== undefined) facts.tenant = whose;
    const [by, from, of] = [actor(seen), src(seen), about(seen, whose)];
    if (by) facts.actor = by;
    if (from) facts.src = from;
    facts.identifiers = of.identifiers;
    if (of.target) facts.target = of.target;
  };
  return (seen, context) => {
    const own = identity(seen);
    if (!own) return fail({ field: 'id', expected: `the id of the event, in one of ${mapping.id.join(', ')}` });
    // A value that nobody listed is kept as unknown, never dropped (formats.md 0.1).
    const [what, ended] = [kind(seen) ?? 'unknown', outcome(seen) ?? 'unknown'];
    const facts = draft({ eventId: own.id, identity: own.identity, kind: what, outcome: ended });
    const at = time(seen, context);
    fill(facts, seen, at);
    const found = marks(seen);
    found.push(...(at?.marks ?? noTime));
    facts.marks = found;
    return ok(facts);
  };
};

const vendorOf = (mapping: Mapping): ((seen: Seen) => Readonly<Record<string, unknown>>) => {
  const more = Object.entries(mapping.fields).map(([name, paths]) => ({ name, word: wordAt(paths) }));
  return (seen) => {
    const event = isFields(seen.event) ? seen.event : {};
    const added = more.flatMap(({ name, word }) => {
      const value = word(seen);
      return value === undefined ? [] : [[name, value] as const];
    });
    return added.length === 0 ? event : { ...event, ...Object.fromEntries(added) };
  };
};

const built = (mapping: Mapping): Omit<SourceReader, 'name' | 'logsource'> => {
  const places = placesOfEvent();
  const [seen, read, vendor] = [seenBy(mapping, places), reading(mapping, places), vendorOf(mapping)];
  return {
    recognises: (event) => seen(event, whenever) !== undefined,
    split: split(mapping.each),
    vendorEvent: (event) => {
      const doc = seen(event, whenever);
      return doc ? vendor(doc) : {};
    },
    read: (event, context) => {
      const doc = seen(event, context);
      if (!doc) return fail({ field: 'body', expected: `an event of ${mapping.title}, as its mapping recognises it` });
      return read(doc, context);
    },
  };
};

/**
 * The reader of a mapping that fits its schema. Nothing of a foreign event is run, and no pattern can be made to go back. It is built
 * when the first event is shown to it: a function that starts hears of one source, not of all.
 */
export const readerOf = (mapping: Mapping): SourceReader => {
  let made: ReturnType<typeof built> | undefined;
  const reader = (): ReturnType<typeof built> => {
    made ??= built(mapping);
    return made;
  };
  return {
    name: mapping.name,
    logsource: mapping.logsource,
    recognises: (event) => reader().recognises(event),
    ...(mapping.each.length > 0 && { split: (json: unknown) => reader().split?.(json) }),
    vendorEvent: (event) => reader().vendorEvent(event),
    read: (event, context) => reader().read(event, context),
  };
};
