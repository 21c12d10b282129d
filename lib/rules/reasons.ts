// Decides when a finding may be set aside: on its own resource, with a reason that a reviewer can check.
import { Stack, Stage, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Shorter ones say "by design". */
const shortest = 40;

export type Loose = { readonly path: string; readonly wrong: string };

export const acknowledgements = (root: IConstruct): readonly { readonly at: IConstruct; readonly id: string; readonly reason: string }[] =>
  root.node.findAll().flatMap((at) =>
    at.node.metadata
      .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
      .flatMap(({ data }) => Object.entries(data as Readonly<Record<string, string>>))
      .map(([id, reason]) => ({ at, id: id.replace(/^annotation::/i, ''), reason })),
  );

export const looseReasons = (root: IConstruct): readonly Loose[] =>
  acknowledgements(root).flatMap(({ at, id, reason }) => [
    ...(reason.length < shortest ? [{ path: at.node.path, wrong: `${id} is acknowledged without a reason that says why` }] : []),
    ...(Stack.isStack(at) || Stage.isStage(at) ? [{ path: at.node.path, wrong: `${id} is acknowledged for all that is in it` }] : []),
  ]);
