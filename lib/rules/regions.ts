// Decides that nothing stands outside the closed list of regions (D-22); one stack of sign-in rules is its only exception.
import type { Breach, Rule, Template } from './template.ts';

const anyRegion = /\b(?:af|ap|ca|cn|eu|il|me|mx|sa|us)(?:-gov)?-(?:central|(?:north|south)(?:east|west)?|east|west)-\d\b/g;

/** Root sign-in is told to us-east-1 only. */
const isException = ({ stack }: Template): boolean => stack.endsWith('-signin-us-east-1');

const outside = (template: Template, regions: readonly string[]): readonly Breach[] => {
  if (isException(template)) return [];
  const at = (id: string) => ({ template, id, type: 'stack', properties: {} });
  const stands = regions.includes(template.region)
    ? []
    : [{ at: at(''), wrong: `the stack ${template.stack} stands in ${template.region}` }];
  const named = Object.entries(template.resources).flatMap(([id, resource]) =>
    [...new Set(JSON.stringify(resource.Properties ?? {}).match(anyRegion))]
      .filter((region) => !regions.includes(region))
      .map((region) => ({ at: at(id), wrong: `it names the region ${region}` })),
  );
  return [...stands, ...named];
};

export const regionRules = (regions: readonly string[]): readonly Rule[] => [
  {
    name: 'regions',
    right: `use one of ${regions.join(', ')}: signals and notices stay in the EU`,
    breaches: (all) => all.flatMap((template) => outside(template, regions)),
  },
];
