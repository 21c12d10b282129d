// Decides what is said before a deployment: what each stack will have, by type, or what changes against what is there.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Template } from '#adapters/aws/stacks.ts';

/** `region` and `account` as the CDK names them; an account that no setting names is `unknown-account`. */
export type Planned = { readonly stack: string; readonly template: Template; readonly region: string; readonly account: string };

type Manifest = {
  readonly artifacts?: Readonly<
    Record<
      string,
      {
        readonly type: string;
        readonly environment?: string;
        readonly properties?: { readonly templateFile?: string; readonly stackName?: string };
      }
    >
  >;
};

const read = <T>(folder: string, file: string): T => JSON.parse(readFileSync(join(folder, file), 'utf8')) as T;

/** Every stack of a synthesized folder. */
export const plannedIn = (folder: string): readonly Planned[] =>
  Object.entries(read<Manifest>(folder, 'manifest.json').artifacts ?? {}).flatMap(([id, { type, environment = '', properties }]) => {
    if (type !== 'aws:cloudformation:stack' || properties?.templateFile === undefined) return [];
    const [, account = '', region = ''] = /^aws:\/\/([^/]+)\/(.+)$/.exec(environment) ?? [];
    return [{ stack: properties.stackName ?? id, template: read<Template>(folder, properties.templateFile), account, region }];
  });

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

/** The lines of one stack. `deployed`: what stands there now; in another account we can't look. */
export const planLines = ({ stack, template, account }: Planned, deployed: Template | 'elsewhere' | undefined): readonly string[] => {
  const after = own(template);
  if (deployed === 'elsewhere') return [`${stack}: ${Object.keys(after).length} resources in account ${account}`, ...counted(after)];
  if (!deployed) return [`${stack}: new, ${Object.keys(after).length} resources`, ...counted(after)];
  const changed = changes(own(deployed), after);
  return changed.length === 0 ? [`${stack}: nothing changes`] : [`${stack}: + new, ~ changed, - removed`, ...changed];
};
