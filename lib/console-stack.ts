// Decides how people reach the console on AWS: an HTTP API of its own, every route behind a JWT where an issuer is set (D-11).
import { CfnOutput, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import { HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { Construct } from 'constructs';
import type { EnvOf, consoleEnv } from '#lambdas/env.ts';
import { mayHandleNames, mayKeepReports, mayReadDirectory, mayReadSecret, maySend, mayUseLedger } from './grants.ts';
import { HttpDoor } from './http-door.ts';
import type { PipelineStack } from './pipeline-stack.ts';
import type { Settings } from './settings.ts';
import type { StateStack } from './state-stack.ts';
import { Worker } from './worker.ts';

export type ConsoleProps = StackProps & {
  readonly settings: Settings;
  readonly state: StateStack;
  readonly pipeline: PipelineStack;
  readonly bundles: string;
};

export class ConsoleStack extends Stack {
  constructor(scope: Construct, id: string, props: ConsoleProps) {
    super(scope, id, props);
    const { settings, state, pipeline, bundles } = props;
    const door = new HttpDoor(this, {
      name: 'Console',
      key: state.key,
      alarms: pipeline.alarms,
      throttle: { rateLimit: 20, burstLimit: 50 },
    });
    const env: EnvOf<typeof consoleEnv> = {
      ...pipeline.ledgerEnv(),
      ...pipeline.lanesEnv(),
      EVIDENCE_BUCKET: state.evidence.bucketName,
      KEYS_SECRET: state.secrets.keys.secretName,
      DATA_KEY: state.dataKey.keyArn,
      ASSESS_QUEUE_URL: pipeline.queues.assess.queue.queueUrl,
      CONSOLE_HOSTS: [door.host, ...settings.consoleHosts].join(','),
    };
    const worker = new Worker(this, { stage: 'console', bundles, env, key: state.key, alarms: pipeline.alarms });
    mayUseLedger(worker.role, state.ledger, state.key);
    mayReadDirectory(worker.role, state.evidence, state.key);
    mayReadSecret(worker.role, [state.secrets.keys], state.key);
    pipeline.mayWake(worker.role);
    mayKeepReports(worker.role, state.evidence, state.key);
    mayHandleNames(worker.role, state.evidence, state);
    // Reports, and to have read again what could not be read.
    maySend(worker.role, [pipeline.queues.assess.queue]);
    const { jwt } = settings;
    const integration = new HttpLambdaIntegration('Console', worker.function);
    const authorizer = jwt ? { authorizer: new HttpJwtAuthorizer('Identity', jwt.issuer, { jwtAudience: [jwt.audience] }) } : {};
    // A greedy path does not match the bare "/", where the front page is.
    const routes = ['/', '/{proxy+}'].flatMap((path) =>
      door.api.addRoutes({ path, methods: [HttpMethod.ANY], integration, ...authorizer }),
    );
    for (const route of jwt ? [] : routes) {
      Validations.of(route).acknowledge({
        id: 'AwsSolutions-APIG4',
        reason: 'Without an issuer in the settings the function answers 401 to everybody (D-11); stage prod is refused without one.',
      });
    }
    new CfnOutput(this, 'Host', { description: 'Where the console answers', value: door.host });
  }
}
