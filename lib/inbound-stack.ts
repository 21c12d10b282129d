// Decides how mail comes in: one address, taken in by SES, scanned, laid into a bucket of its own (P-22). SES allows one active rule set per region.
import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { BlockPublicAccess, Bucket, BucketEncryption, CfnBucket, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { CfnReceiptRule, CfnReceiptRuleSet } from 'aws-cdk-lib/aws-ses';
import type { Construct } from 'constructs';
import { noAccessLogs } from './anchors.ts';
import type { StageName } from './settings.ts';

export type InboundProps = StackProps & { readonly stage: StageName; readonly address: string };

/** What was taken in lies among the raw events: here it is only in passing. */
const keptFor = Duration.days(14);

/** Where in the bucket mails lie. */
export const mailPrefix = 'mail/';

export class InboundStack extends Stack {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, { stage, address, ...props }: InboundProps) {
    super(scope, id, props);
    const bucket = new Bucket(this, 'Mail', {
      // SES can't use a key of ours without being let into it; what lies here is gone in two weeks.
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      lifecycleRules: [{ id: 'mail', expiration: keptFor }],
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.bucket = bucket;
    Validations.of(bucket).acknowledge(noAccessLogs);
    // The CDK's own way is a function of its own that asks S3 for it.
    const { defaultChild } = bucket.node;
    if (defaultChild instanceof CfnBucket)
      defaultChild.notificationConfiguration = { eventBridgeConfiguration: { eventBridgeEnabled: true } };
    const ruleSet = `art33-${stage}-inbound`;
    const rule = 'reports';
    bucket.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('ses.amazonaws.com')],
        actions: ['s3:PutObject'],
        resources: [bucket.arnForObjects(`${mailPrefix}*`)],
        conditions: {
          StringEquals: {
            'aws:SourceAccount': this.account,
            'aws:SourceArn': `arn:${this.partition}:ses:${this.region}:${this.account}:receipt-rule-set/${ruleSet}:receipt-rule/${rule}`,
          },
        },
      }),
    );
    const set = new CfnReceiptRuleSet(this, 'RuleSet', { ruleSetName: ruleSet });
    const receipt = new CfnReceiptRule(this, 'Rule', {
      ruleSetName: ruleSet,
      rule: {
        name: rule,
        enabled: true,
        recipients: [address],
        // A mail that came in the clear could have been read or changed by anybody on the way.
        tlsPolicy: 'Require',
        scanEnabled: true,
        actions: [{ s3Action: { bucketName: bucket.bucketName, objectKeyPrefix: mailPrefix } }],
      },
    });
    receipt.addDependency(set);
    if (bucket.policy) receipt.node.addDependency(bucket.policy);
    new CfnOutput(this, 'ToDo', {
      description: 'CloudFormation can make a rule set and not switch it on',
      value: `aws ses set-active-receipt-rule-set --rule-set-name ${ruleSet}; MX of the domain: 10 inbound-smtp.${this.region}.amazonaws.com`,
    });
  }
}
