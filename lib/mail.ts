// Decides how mail leaves by SES and how its events come back: one configuration set, its events by EventBridge to the receive queue.
import { Stack } from 'aws-cdk-lib';
import { EventBus, Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { type CfnConfigurationSet, ConfigurationSet, EmailIdentity, EmailSendingEvent, EventDestination } from 'aws-cdk-lib/aws-ses';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { known } from './known.ts';

/** What a sender's settings and role need. */
export type MailOut = { readonly configurationSet: string; readonly configurationSetArn: string; readonly identityArn: string };

export type MailProps = { readonly identity: string; readonly receive: IQueue; readonly undelivered: IQueue };

const reported = [
  EmailSendingEvent.SEND,
  EmailSendingEvent.DELIVERY,
  EmailSendingEvent.DELIVERY_DELAY,
  EmailSendingEvent.BOUNCE,
  EmailSendingEvent.COMPLAINT,
  EmailSendingEvent.REJECT,
];

/** The identity was made and verified beforehand; here it is only named (D-22). */
export const mailOut = (scope: Construct, { identity, receive, undelivered }: MailProps): MailOut => {
  const stack = Stack.of(scope);
  const name = `${stack.stackName}-notices`;
  const set = new ConfigurationSet(scope, 'Notices', { configurationSetName: name, reputationMetrics: true, sendingEnabled: true });
  // A suppressed address answers 200 and is never tried (F-35): a legal notice is always tried.
  (set.node.defaultChild as CfnConfigurationSet).suppressionOptions = { suppressedReasons: [] };
  const bus = EventBus.fromEventBusName(scope, 'DefaultBus', 'default');
  set.addEventDestination('Events', { destination: EventDestination.eventBus(bus), events: reported });
  new Rule(scope, 'MailEvents', {
    description: 'What SES says of our mail',
    eventPattern: { source: ['aws.ses'], account: [stack.account], detail: { mail: { tags: { 'ses:configuration-set': [name] } } } },
    targets: [new SqsQueue(receive, { deadLetterQueue: known(scope, 'UndeliveredMailEvents', undelivered) })],
  });
  return {
    configurationSet: set.configurationSetName,
    configurationSetArn: stack.formatArn({ service: 'ses', resource: 'configuration-set', resourceName: name }),
    identityArn: EmailIdentity.fromEmailIdentityName(scope, 'Identity', identity).emailIdentityArn,
  };
};
