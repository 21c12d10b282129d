// Decides how an HTTP API stands in the open: throttled, logged without addresses or bodies, one alarm for failures of ours.
import { RemovalPolicy } from 'aws-cdk-lib';
import { HttpApi, HttpStage, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { alarm, shortly } from './alarm.ts';
import { logsPage } from './look.ts';

export type HttpDoorProps = {
  readonly name: string;
  readonly key: IKey;
  readonly alarms: ITopic;
  readonly throttle: { readonly rateLimit: number; readonly burstLimit: number };
};

/** No address, no path, no header: an access log would be a second, unguarded store of personal data. */
const logFormat = JSON.stringify({
  requestId: '$context.requestId',
  at: '$context.requestTime',
  route: '$context.routeKey',
  status: '$context.status',
  latency: '$context.responseLatency',
  error: '$context.error.messageString',
});

export class HttpDoor extends Construct {
  readonly api: HttpApi;

  constructor(scope: Construct, props: HttpDoorProps) {
    super(scope, `${props.name}Door`);
    this.api = new HttpApi(this, 'Api', { description: `Art33 ${props.name}`, createDefaultStage: false });
    const logs = new LogGroup(this, 'AccessLogs', {
      retention: RetentionDays.THREE_MONTHS,
      encryptionKey: props.key,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      throttle: props.throttle,
      accessLogSettings: { destination: new LogGroupLogDestination(logs), format: AccessLogFormat.custom(logFormat) },
    });
    alarm(this, {
      name: `${props.name}/ServerErrors`,
      metric: this.api.metricServerError({ period: shortly, statistic: 'Sum' }),
      means: 'the door answers 5xx, so senders keep what they have and try again',
      look: logsPage(logs),
      topic: props.alarms,
    });
  }

  /** The host that the API itself is called by. */
  get host(): string {
    return `${this.api.apiId}.execute-api.${this.api.stack.region}.${this.api.stack.urlSuffix}`;
  }
}
