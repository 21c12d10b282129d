// Decides where anchors of the register lie: in a bucket whose objects nobody can change or delete before their time, not even the account's root (P-11, TH-22).
import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectLockRetention, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { StageName } from './settings.ts';

/** three years from the end of the year. Compliance mode can't be shortened, so a stage for trying out asks for a day. */
const lockedFor: Readonly<Record<StageName, Duration>> = {
  dev: Duration.days(1),
  staging: Duration.days(1),
  prod: Duration.days(4 * 366),
};

export const noAccessLogs = {
  id: 'AwsSolutions-S1',
  reason: 'Access logs of S3 come by best effort and hold addresses; CloudTrail data events of the account are the trail (ADR 0008).',
};

export const anchorBucket = (scope: Construct, stage: StageName): Bucket => {
  const bucket = new Bucket(scope, 'Anchors', {
    // No key of ours: whoever may schedule its deletion could make every anchor unreadable. There are hashes and ids in it, no more.
    encryption: BucketEncryption.S3_MANAGED,
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
    enforceSSL: true,
    minimumTLSVersion: 1.2,
    versioned: true,
    // Compliance, not governance: that would leave a right to lift it, and the operator's administrators are whom this guards against.
    objectLockDefaultRetention: ObjectLockRetention.compliance(lockedFor[stage]),
    removalPolicy: RemovalPolicy.RETAIN,
  });
  Validations.of(bucket).acknowledge(noAccessLogs);
  return bucket;
};
