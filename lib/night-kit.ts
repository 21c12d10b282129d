// Decides how the night kit leaves: one function, once a night, with a role that can write into the vault and read nothing there (P-13).
import { Duration } from 'aws-cdk-lib';
import { Schedule } from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';
import type { EnvOf, exportEnv } from '#lambdas/env.ts';
import { alarm } from './alarm.ts';
import { mayReadAnchors, mayReadDirectory, mayReadLedger, mayWriteKits } from './grants.ts';
import { logsPage } from './look.ts';
import { ownMetric } from './metrics.ts';
import { keepFailuresOfSchedule } from './on-failure.ts';
import type { PipelineStack } from './pipeline-stack.ts';
import { callByRule } from './schedules.ts';
import type { StageName, VaultSettings } from './settings.ts';
import type { StateStack } from './state-stack.ts';
import { exportRoleName, vaultBucketName } from './vault-stack.ts';
import { deadLetterAlarm } from './work-queue.ts';
import { Worker } from './worker.ts';

export type NightKitProps = {
  readonly pipeline: PipelineStack;
  readonly state: StateStack;
  readonly stage: StageName;
  readonly vault: VaultSettings;
  readonly bundles: string;
  readonly frozen: boolean;
};

/** Without a vault in the settings there is none of this. */
export const addNightKit = (scope: Construct, { pipeline, state, stage, vault, bundles, frozen }: NightKitProps): void => {
  const bucket = vaultBucketName(stage, vault);
  const env: EnvOf<typeof exportEnv> = {
    ...pipeline.ledgerEnv(),
    EVIDENCE_BUCKET: state.evidence.bucketName,
    ANCHOR_BUCKET: state.anchors.bucketName,
    VAULT_BUCKET: bucket,
    VAULT_REGION: vault.region,
    KIT_RECIPIENTS: vault.recipients.join(','),
  };
  const worker = new Worker(scope, {
    stage: 'export',
    bundles,
    env,
    key: state.key,
    alarms: pipeline.alarms,
    timeout: Duration.minutes(5),
    memory: 1_024,
    roleName: exportRoleName(stage),
  });
  mayReadLedger(worker.role, state.ledger, state.key);
  mayReadDirectory(worker.role, state.evidence, state.key);
  mayReadAnchors(worker.role, state.anchors);
  mayWriteKits(worker.role, bucket);
  keepFailuresOfSchedule(worker, state.deadLetters['failed-export']);
  deadLetterAlarm(worker, { stage: 'failedExport', queue: state.deadLetters['failed-export'], topic: pipeline.alarms });
  callByRule(new Construct(scope, 'Nightly'), {
    name: 'ExportByRule',
    description: 'The night kit',
    schedule: Schedule.cron({ hour: '1', minute: '30' }),
    target: worker,
    undelivered: state.deadLetters.undelivered,
    enabled: !frozen,
  });
  alarm(scope, {
    name: 'Export/Silence',
    metric: ownMetric(scope, 'Kits', { period: Duration.hours(6) }),
    means: 'no night kit has left for 30 hours: who is hit tonight works from an old one',
    look: logsPage(worker.logs),
    when: 'silence',
    periods: 5,
    topic: pipeline.alarms,
  });
};
