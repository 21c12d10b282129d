// Decides that synth refuses what breaks a rule of our own: says which resource, what is wrong and what would be right.
import { readFileSync } from 'node:fs';
import type { IPolicyValidationContext, IPolicyValidationPlugin, PolicyViolation } from 'aws-cdk-lib';
import { asynchronousRules } from './asynchronous.ts';
import { type Holdings, grantRules } from './grants.ts';
import { logRules } from './logs.ts';
import { policyRules, wildcards } from './policies.ts';
import { queueRules } from './queues.ts';
import { looseReasons } from './reasons.ts';
import { regionRules } from './regions.ts';
import { secretRules } from './secrets.ts';
import type { Breach, Rule, Template } from './template.ts';

export type HouseRules = {
  /** The closed list of D-22. */
  readonly regions: readonly string[];
  /** Without bundles, as in most tests, grants are not compared. */
  readonly holdings?: Holdings;
};

const read = ({ stackTemplates }: IPolicyValidationContext): readonly Template[] =>
  stackTemplates.map(({ stackConstructPath: stack, templatePath: path, region }) => {
    const { Resources: resources = {}, Outputs: outputs = {} } = JSON.parse(readFileSync(path, 'utf8')) as {
      readonly Resources?: Template['resources'];
      readonly Outputs?: Template['outputs'];
    };
    return { stack, path, region: region ?? 'no region', resources, outputs };
  });

const violation = (ruleName: string, { at, wrong }: Breach, fix: string): PolicyViolation => ({
  ruleName,
  description: wrong,
  fix,
  severity: 'error',
  violatingResources: [
    at.id === ''
      ? { constructPath: at.template.stack, locations: [] }
      : { resourceLogicalId: at.id, templatePath: at.template.path, locations: [] },
  ],
});

const wildcardFix = 'name each action, or acknowledge this one on its resource with the reason';
const reasonFix = 'acknowledge it on the one resource, with the reason that a reviewer would ask for';

/** For `Validations.of(app).addPlugins(...)`. Findings bear the ids `Art33::<rule>`. */
export const houseRules = ({ regions, holdings }: HouseRules): IPolicyValidationPlugin => {
  const rules: readonly Rule[] = [
    ...queueRules,
    ...asynchronousRules,
    ...policyRules,
    ...secretRules,
    ...logRules,
    ...regionRules(regions),
    ...(holdings === undefined ? [] : grantRules(holdings)),
  ];
  return {
    name: 'Art33',
    ruleIds: [...rules.map((rule) => rule.name), 'policy-wildcard', 'reasons'],
    validate: (context) => {
      const all = read(context);
      const violations = [
        ...rules.flatMap(({ name, right, breaches }) => breaches(all).map((breach) => violation(name, breach, right))),
        ...wildcards(all).map((breach) => violation(`policy-wildcard[${breach.action}]`, breach, wildcardFix)),
        ...looseReasons(context.appConstruct).map(
          ({ path, wrong }): PolicyViolation => ({
            ruleName: 'reasons',
            description: wrong,
            fix: reasonFix,
            severity: 'error',
            violatingResources: [{ constructPath: path, locations: [] }],
          }),
        ),
      ];
      return { success: violations.length === 0, violations };
    },
  };
};
