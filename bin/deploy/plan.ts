// Decides what is said before a deployment: what each stack will have, by type, or what changes against what is there.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Template } from '#adapters/aws/stacks.ts';

export type Planned = { readonly stack: string; readonly template: Template };

type Manifest = {
  readonly artifacts?: Readonly<
    Record<string, { readonly type: string; readonly properties?: { readonly templateFile?: string; readonly stackName?: string } }>
  >;
};

const read = <T>(folder: string, file: string): T => JSON.parse(readFileSync(join(folder, file), 'utf8')) as T;

/** Every stack of a synthesized folder. */
export const plannedIn = (folder: string): readonly Planned[] =>
  Object.entries(read<Manifest>(folder, 'manifest.json').artifacts ?? {}).flatMap(([id, { type, properties }]) =>
    type === 'aws:cloudformation:stack' && properties?.templateFile !== undefined
      ? [{ stack: properties.stackName ?? id, template: read<Template>(folder, properties.templateFile) }]
      : [],
  );

type Resources = NonNullable<Template['Resources']>;

/** The CDK's own note about itself costs nothing and says nothing. */
const own = ({ Resources: all = {} }: Template): Resources =>
  Object.fromEntries(Object.entries(all).filter(([, one]) => one.Type !== 'AWS::CDK::Metadata'));

const counted = (resources: Resources): readonly string[] =>
  Object.entries(Object.groupBy(Object.values(resources), (one) => one.Type))
    .map(([type, list = []]) => `  ${String(list.length).padStart(3)}  ${type}`)
    .toSorted((a, b) => (a.slice(7) < b.slice(7) ? -1 : 1));

const changes = (before: Resources, after: Resources): readonly string[] => {
  const line = (sign: string, id: string, { Type: type }: { readonly Type: string }): string => `  ${sign}  ${type.padEnd(36)}  ${id}`;
  return [
    ...Object.entries(after).flatMap(([id, one]) => (before[id] === undefined ? [line('+', id, one)] : [])),
    ...Object.entries(after).flatMap(([id, one]) =>
      before[id] !== undefined && JSON.stringify(before[id]) !== JSON.stringify(one) ? [line('~', id, one)] : [],
    ),
    ...Object.entries(before).flatMap(([id, one]) => (after[id] === undefined ? [line('-', id, one)] : [])),
  ];
};

/** The lines of one stack. `deployed`: what stands there now. */
export const planLines = ({ stack, template }: Planned, deployed: Template | undefined): readonly string[] => {
  const after = own(template);
  if (!deployed) return [`${stack}: new, ${Object.keys(after).length} resources`, ...counted(after)];
  const changed = changes(own(deployed), after);
  return changed.length === 0 ? [`${stack}: nothing changes`] : [`${stack}: + new, ~ changed, - removed`, ...changed];
};
