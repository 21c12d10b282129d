// Decides how what AWS tells us-east-1 only comes home: sign-ins and calls of root, exposed keys. One rule and its role; nothing rests there (D-22).
import { type IStackSynthesizer, LegacyStackSynthesizer, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import { CfnRule } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { Region } from './settings.ts';

/** The rules of the home region (lib/signal-rules.ts) ask again; what they do not ask for is not sent there. */
const pattern = {
  $or: [
    { 'detail-type': ['AWS Console Sign In via CloudTrail'] },
    { 'detail-type': ['AWS API Call via CloudTrail'], detail: { userIdentity: { type: ['Root'] } } },
    { source: ['aws.health'], detail: { eventTypeCode: [{ prefix: 'AWS_RISK_' }, { prefix: 'AWS_ABUSE_' }] } },
  ],
};

export type SigninProps = Omit<StackProps, 'synthesizer'> & { readonly home: Region };

export class SigninStack extends Stack {
  constructor(scope: Construct, id: string, { home, ...props }: SigninProps) {
    // By the credentials that are in force, without a bucket and roles of the CDK: those would be more things of ours outside the EU.
    super(scope, id, { ...props, synthesizer: new LegacyStackSynthesizer() as IStackSynthesizer });
    const bus = this.formatArn({ service: 'events', region: home, resource: 'event-bus', resourceName: 'default' });
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('events.amazonaws.com', { conditions: { StringEquals: { 'aws:SourceAccount': this.account } } }),
      description: `Hands sign-ins over to ${home}, and may do no more`,
    });
    role.addToPolicy(new PolicyStatement({ actions: ['events:PutEvents'], resources: [bus] }));
    const rule = new CfnRule(this, 'GlobalSignIns', {
      description: `Sign-ins, calls of root and exposed keys go to ${home}`,
      eventPattern: pattern,
      targets: [{ id: 'Home', arn: bus, roleArn: role.roleArn }],
    });
    // Its rights first: an event that comes in between would be refused.
    rule.node.addDependency(role);
    Validations.of(rule).acknowledge({
      id: 'Serverless-EventBusDLQ',
      reason:
        'A queue for what could not be handed over would hold sign-ins outside the EU. EventBridge tries for 24 hours; CloudTrail keeps.',
    });
  }
}
