// Decides how people reach the console on AWS: an HTTP API of its own, every route behind a JWT where an issuer is set (D-11).
import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import { HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { Construct } from 'constructs';
import type { EnvOf, consoleEnv } from '#lambdas/env.ts';
import { mayReadSecret, mayUseLedger } from './grants.ts';
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
      KEYS_SECRET: state.secrets.keys.secretName,
      CONSOLE_HOSTS: [door.host, ...settings.consoleHosts].join(','),
    };
    const worker = new Worker(this, { stage: 'console', bundles, env, key: state.key, alarms: pipeline.alarms });
    mayUseLedger(worker.role, state.table, state.key);
    mayReadSecret(worker.role, [state.secrets.keys], state.key);
    pipeline.mayWake(worker.role);
    const { jwt } = settings;
    door.api.addRoutes({
      path: '/{proxy+}',
      methods: [HttpMethod.ANY],
      integration: new HttpLambdaIntegration('Console', worker.function),
      ...(jwt ? { authorizer: new HttpJwtAuthorizer('Identity', jwt.issuer, { jwtAudience: [jwt.audience] }) } : {}),
    });
    new CfnOutput(this, 'Host', { description: 'Where the console answers', value: door.host });
  }
}
