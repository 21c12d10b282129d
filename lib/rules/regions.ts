// Decides that nothing stands outside the closed list of regions (D-22); one stack of sign-in rules is its only exception.
import type { Breach, Rule, Template } from './template.ts';

const anyRegion = /\b(?:af|ap|ca|cn|eu|il|me|mx|sa|us)(?:-gov)?-(?:central|(?:north|south)(?:east|west)?|east|west)-\d\b/g;

const atStack = (template: Template) => ({ template, id: '', type: 'stack', properties: {} });

/** Root sign-in is told to us-east-1 only. */
export const isException = ({ stack }: Template): boolean => stack.endsWith('-signin-us-east-1');

/** One rule and its role: no data rests there. */
const allowedThere: ReadonlySet<string> = new Set(['AWS::Events::Rule', 'AWS::IAM::Role', 'AWS::IAM::Policy', 'AWS::CDK::Metadata']);

const restingThere = (template: Template): readonly Breach[] => [
  ...(template.region === 'us-east-1'
    ? []
    : [{ at: atStack(template), wrong: `the stack ${template.stack} stands in ${template.region}` }]),
  ...Object.entries(template.resources)
    .filter(([, { Type: type }]) => !allowedThere.has(type))
    .map(([id, { Type: type }]) => ({ at: { ...atStack(template), id, type }, wrong: `a ${type} stands in us-east-1` })),
];

const outside = (template: Template, regions: readonly string[]): readonly Breach[] => {
  if (isException(template)) return restingThere(template);
  const stands = regions.includes(template.region)
    ? []
    : [{ at: atStack(template), wrong: `the stack ${template.stack} stands in ${template.region}` }];
  const named = Object.entries(template.resources).flatMap(([id, resource]) =>
    [...new Set(JSON.stringify(resource.Properties ?? {}).match(anyRegion))]
      .filter((region) => !regions.includes(region))
      .map((region) => ({ at: { ...atStack(template), id }, wrong: `it names the region ${region}` })),
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
