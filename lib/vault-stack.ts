// Decides where the night kit lies: in another account and region, written by one role of ours, read and deleted by nobody of ours (P-13).
import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import { AccountPrincipal, AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectLockRetention, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { noAccessLogs } from './anchors.ts';
import type { StageName, VaultSettings } from './settings.ts';

/** Said, not made by AWS: the other account can't be asked for it. */
export const vaultBucketName = (stage: StageName, { account, region }: VaultSettings): string =>
  `art33-${stage}-vault-${account}-${region}`;
/** A name of its own, so that the vault can let in this one role. */
export const exportRoleName = (stage: StageName): string => `art33-${stage}-export`;

export type VaultProps = StackProps & {
  readonly stage: StageName;
  readonly vault: VaultSettings;
  /** The account that writes. */
  readonly writer: string;
};

/** Whoever holds the first account can't take the last kits away: for a week nobody can. */
const lockedFor = Duration.days(7);
/** Older ones are worth nothing, and hold people's phone numbers. */
const keptFor = Duration.days(35);

export class VaultStack extends Stack {
  constructor(scope: Construct, id: string, props: VaultProps) {
    super(scope, id, props);
    const { stage, vault, writer } = props;
    const bucket = new Bucket(this, 'Vault', {
      bucketName: vaultBucketName(stage, vault),
      // What lies in here was sealed before it left; a key shared between accounts would tie this one to the first.
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      versioned: true,
      objectLockDefaultRetention: ObjectLockRetention.compliance(lockedFor),
      lifecycleRules: [{ id: 'kits', expiration: keptFor, noncurrentVersionExpiration: Duration.days(8) }],
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const role = `arn:${this.partition}:iam::${writer}:role/${exportRoleName(stage)}`;
    bucket.addToResourcePolicy(
      new PolicyStatement({
        // By condition: a role that does not exist yet can't be named as a principal.
        principals: [new AccountPrincipal(writer)],
        actions: ['s3:PutObject'],
        resources: [bucket.arnForObjects('kits/*')],
        conditions: { ArnEquals: { 'aws:PrincipalArn': role } },
      }),
    );
    bucket.addToResourcePolicy(
      new PolicyStatement({
        sid: 'NothingElseFromOutside',
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        notActions: ['s3:PutObject'],
        resources: [bucket.bucketArn, bucket.arnForObjects('*')],
        conditions: { StringNotEquals: { 'aws:PrincipalAccount': vault.account } },
      }),
    );
    Validations.of(bucket).acknowledge(noAccessLogs);
    new CfnOutput(this, 'VaultBucket', { description: 'Where the sealed night kits lie', value: bucket.bucketName });
  }
}
