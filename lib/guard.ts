// Decides what a template must pass before anything is made of it: cdk-nag's two packs and the rules of the house.
import { type App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { type BundleReport, stages } from './bundle.ts';
import { houseRules } from './rules/house.ts';
import { regions } from './settings.ts';

/** `report`: what the bundles hold, to be compared with what the roles grant. */
export const guard = (app: App, report?: BundleReport): void => {
  const holdings = report === undefined ? undefined : new Map(stages.map((stage) => [stage, report[stage].commands] as const));
  Validations.of(app).addPlugins(
    new AwsSolutionsChecks(app, { verbose: true }),
    new ServerlessChecks(app, { verbose: true }),
    houseRules({ regions, ...(holdings === undefined ? {} : { holdings }) }),
  );
};
