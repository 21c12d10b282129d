// Decides how alarms reach people: one encrypted topic that only this account's alarms may write to, and what can't be mailed is kept.
import { ArnFormat, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { known } from './known.ts';

export type AlarmTopicProps = { readonly key: IKey; readonly mail: string | undefined; readonly undelivered: IQueue };

export const alarmTopic = (scope: Construct, { key, mail, undelivered }: AlarmTopicProps): Topic => {
  const stack = Stack.of(scope);
  const topic = new Topic(scope, 'Alarms', { displayName: 'Art33 alarms', masterKey: key, enforceSSL: true });
  const alarms = { service: 'cloudwatch', resource: 'alarm', resourceName: '*', arnFormat: ArnFormat.COLON_RESOURCE_NAME };
  // A topic with a policy has lost the one that AWS gives it, and with it the right of its account's alarms.
  topic.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      actions: ['sns:Publish'],
      resources: [topic.topicArn],
      conditions: { StringEquals: { 'aws:SourceAccount': stack.account }, ArnLike: { 'aws:SourceArn': stack.formatArn(alarms) } },
    }),
  );
  if (mail !== undefined)
    topic.addSubscription(new EmailSubscription(mail, { deadLetterQueue: known(scope, 'UndeliveredAlarms', undelivered) }));
  return topic;
};
