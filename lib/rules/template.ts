// Decides how rules read what was synthesized: the resources of all stacks, and what refers to what across them.
export type Properties = Readonly<Record<string, unknown>>;

export type Template = {
  /** Name of the stack. */
  readonly stack: string;
  readonly region: string;
  /** Where the template lies: a report names it. */
  readonly path: string;
  readonly resources: Readonly<Record<string, { readonly Type: string; readonly Properties?: Properties }>>;
  readonly outputs: Readonly<Record<string, { readonly Value: unknown }>>;
};

/** A resource, its logical id, and the template that it stands in. */
export type Placed = { readonly template: Template; readonly id: string; readonly type: string; readonly properties: Properties };

/** `right` says what would be right; a breach says what is wrong, and at which resource. */
export type Breach = { readonly at: Placed; readonly wrong: string };
export type Rule = { readonly name: string; readonly right: string; readonly breaches: (all: readonly Template[]) => readonly Breach[] };

export const record = (value: unknown): Properties =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Properties) : {};

export const list = (value: unknown): readonly unknown[] => (value === undefined ? [] : [value].flat());

/** Everything of these types in all stacks. */
export const each = (all: readonly Template[], ...types: readonly string[]): readonly Placed[] =>
  all.flatMap((template) =>
    Object.entries(template.resources).flatMap(([id, { Type: type, Properties: properties = {} }]) =>
      types.includes(type) ? [{ template, id, type, properties }] : [],
    ),
  );

/** One name for a resource in all stacks. */
export const keyOf = ({ template, id }: Pick<Placed, 'template' | 'id'>): string => `${template.stack}/${id}`;

/** What a value refers to, wherever in it: by Ref, by an attribute, or by the output of another stack. */
export const refersTo = (all: readonly Template[], from: Template, value: unknown): readonly string[] => {
  if (Array.isArray(value)) return value.flatMap((one) => refersTo(all, from, one));
  const fields = record(value);
  const { Ref: ref, 'Fn::GetAtt': attribute, 'Fn::GetStackOutput': output } = fields;
  if (typeof ref === 'string') return [`${from.stack}/${ref}`];
  if (attribute !== undefined) return [`${from.stack}/${String(list(attribute)[0]).split('.')[0]}`];
  if (output !== undefined) {
    const { StackName: stack, OutputName: name } = record(output);
    const other = all.find((template) => template.stack === stack);
    return other === undefined ? [] : refersTo(all, other, other.outputs[String(name)]?.Value);
  }
  return Object.values(fields).flatMap((one) => refersTo(all, from, one));
};

/** Of one place of a resource. */
export const refersFrom = (all: readonly Template[], { template }: Placed, value: unknown): readonly string[] =>
  refersTo(all, template, value);

/** The function's stage, from the id that lib/worker.ts gives it; anything else is no function of ours. */
export const stageOf = (key: string): string | undefined =>
  /\/([A-Z][A-Za-z]*?)(?:Function|Role)[0-9A-F]{8}$/.exec(key)?.[1]?.toLowerCase();

export type Statement = { readonly Effect?: unknown; readonly Action?: unknown; readonly Resource?: unknown } & Properties;

export const statementsOf = (document: unknown): readonly Statement[] => list(record(document)['Statement']).map((one) => record(one));
