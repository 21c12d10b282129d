// Decides what must survive: the ledger, the raw evidence, the keys and secrets, the dead letters. All of it is kept when the stack goes.
import { Duration, RemovalPolicy, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import {
  AttributeType,
  BillingMode,
  ProjectionType,
  Table,
  TableEncryption,
  type GlobalSecondaryIndexProps,
} from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { anchorBucket, noAccessLogs } from './anchors.ts';
import type { Settings } from './settings.ts';
import { type QueueStage, queueStages, titled } from './work-queue.ts';

/** Dead letters of the queues, and of what AWS calls by itself: buses, schedules, asynchronous invocations (D-9). */
const callers = ['undelivered', 'failed-tick', 'failed-audit', 'failed-logs', 'failed-anchor', 'failed-export'] as const;
type Caller = (typeof callers)[number];

/** SQS keeps nothing longer. */
const longest = Duration.days(14);
/** Raw logs are kept 90 days at most (the operator's contract); the register is not here. */
const rawFor = Duration.days(90);
/** Lists of affected people, from their upload on; the console says the same. */
const affectedFor = Duration.days(180);
const kept = RemovalPolicy.RETAIN;

export type StateProps = StackProps & { readonly settings: Pick<Settings, 'stage' | 'ledgerTable' | 'vault'> };

export class StateStack extends Stack {
  readonly key: Key;
  /** Wraps the data keys of what names people, and nothing else: whoever may read the bucket opens nothing of it (D-14). */
  readonly dataKey: Key;
  readonly table: Table;
  /** The table that is worked on: our own, or one that was restored. */
  readonly ledger: { readonly tableName: string; readonly tableArn: string };
  readonly evidence: Bucket;
  readonly anchors: Bucket;
  readonly secrets: { readonly keys: ISecret; readonly tokens: ISecret; readonly sinks: ISecret };
  readonly deadLetters: Readonly<Record<QueueStage | Caller, Queue>>;

  constructor(scope: Construct, id: string, props: StateProps) {
    super(scope, id, props);
    this.key = this.makeKey();
    this.dataKey = this.makeDataKey();
    this.table = this.makeTable();
    this.ledger = this.ledgerOf(props.settings);
    this.evidence = this.makeBucket();
    this.anchors = anchorBucket(this, props.settings.stage);
    this.secrets = {
      // Made once, never rotated, never exported (D-3): ids and pseudonyms hang on it.
      keys: this.makeSecret('Keys', 'Root of identities and pseudonyms; never rotate it', { passwordLength: 64, excludePunctuation: true }),
      tokens: this.makeSecret('Tokens', 'One JSON object: per source of signals its token; `/slack`: signing secret of Slack', {
        secretStringTemplate: '{}',
        generateStringKey: 'fail2ban',
        passwordLength: 48,
        excludePunctuation: true,
      }),
      sinks: this.makeSecret(
        'Sinks',
        'One JSON object: SLACK_WEBHOOK_URL, JIRA_URL, JIRA_MAIL, JIRA_TOKEN, JIRA_PROJECT, ART33_HEARTBEAT',
        {
          secretStringTemplate: '{}',
          generateStringKey: 'unused',
          excludePunctuation: true,
        },
      ),
    };
    this.deadLetters = Object.fromEntries(
      // Without a vault there is no export, and nobody would look after its failures.
      [...queueStages, ...callers]
        .filter((name) => name !== 'failed-export' || props.settings.vault !== undefined)
        .map((name) => [name, this.makeDeadLetters(name)]),
    ) as StateStack['deadLetters'];
    this.letAwsDeliver();
  }

  private makeKey(): Key {
    const key = new Key(this, 'Key', {
      description: 'Art33: ledger, evidence, secrets, logs',
      enableKeyRotation: true,
      removalPolicy: kept,
    });
    const logs = new ServicePrincipal(`logs.${this.region}.amazonaws.com`);
    const groups = `arn:${this.partition}:logs:${this.region}:${this.account}:log-group:*`;
    key.addToResourcePolicy(
      new PolicyStatement({
        principals: [logs],
        actions: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
        resources: ['*'],
        conditions: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': groups } },
      }),
    );
    // Alarms reach people through a topic that this key encrypts.
    key.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        resources: ['*'],
        conditions: { StringEquals: { 'aws:SourceAccount': this.account } },
      }),
    );
    const perService = 'CloudWatch Logs and SNS use derived actions of one family; the statement names the service and whose it is.';
    Validations.of(key).acknowledge(
      { id: 'Art33::policy-wildcard[kms:*]', reason: 'The root of the account, without whom nobody could ever change this policy again.' },
      { id: 'Art33::policy-wildcard[kms:ReEncrypt*]', reason: perService },
      { id: 'Art33::policy-wildcard[kms:GenerateDataKey*]', reason: perService },
    );
    return key;
  }

  private makeDataKey(): Key {
    const dataKey = new Key(this, 'DataKey', {
      description: 'Art33: lists of affected people, and the names behind pseudonyms',
      enableKeyRotation: true,
      removalPolicy: kept,
    });
    Validations.of(dataKey).acknowledge({
      id: 'Art33::policy-wildcard[kms:*]',
      reason: 'The root of the account, without whom nobody could ever change this policy again.',
    });
    return dataKey;
  }

  /** The single table of reliability.md 6.2. */
  private makeTable(): Table {
    const table = new Table(this, 'Ledger', {
      partitionKey: { name: 'PK', type: AttributeType.STRING },
      sortKey: { name: 'SK', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: this.key,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      // Erasure only: TTL deletes late and is no timer (F-22).
      timeToLiveAttribute: 'ttl',
      removalPolicy: kept,
    });
    // An index nominates keys; the item itself is read strongly (F-23). Deadline and controller say whose turn it is.
    const projections: readonly (readonly [string, string, Pick<GlobalSecondaryIndexProps, 'projectionType' | 'nonKeyAttributes'>])[] = [
      ['X1-due', 'X1', { projectionType: ProjectionType.INCLUDE, nonKeyAttributes: ['deadlineAt', 'controller'] }],
      ['X2-list', 'X2', { projectionType: ProjectionType.KEYS_ONLY }],
    ];
    for (const [indexName, keys, projection] of projections) {
      table.addGlobalSecondaryIndex({
        indexName,
        partitionKey: { name: `${keys}PK`, type: AttributeType.STRING },
        sortKey: { name: `${keys}SK`, type: AttributeType.STRING },
        ...projection,
      });
    }
    return table;
  }

  private ledgerOf({ ledgerTable }: StateProps['settings']): StateStack['ledger'] {
    return ledgerTable === undefined ? this.table : Table.fromTableName(this, 'RestoredLedger', ledgerTable);
  }

  private makeBucket(): Bucket {
    const bucket = new Bucket(this, 'Evidence', {
      encryption: BucketEncryption.KMS,
      encryptionKey: this.key,
      bucketKeyEnabled: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      versioned: true,
      removalPolicy: kept,
      lifecycleRules: [
        { id: 'raw', prefix: 'raw/', expiration: rawFor, noncurrentVersionExpiration: Duration.days(1) },
        // As long as controllers may ask for help with Art. 33 and 34 (D-14).
        { id: 'affected', prefix: 'affected/', expiration: affectedFor, noncurrentVersionExpiration: Duration.days(1) },
        // A restore looks back 35 days at most; after that they prove nothing that the register does not.
        { id: 'reports', prefix: 'reports/', expiration: rawFor, noncurrentVersionExpiration: Duration.days(1) },
        { id: 'broken-uploads', abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ],
    });
    Validations.of(bucket).acknowledge(noAccessLogs);
    return bucket;
  }

  /** A name that is said, not read out of the ARN: an operator finds it, and functions are given it as it is. */
  private makeSecret(
    id: string,
    description: string,
    generateSecretString: NonNullable<ConstructorParameters<typeof Secret>[2]>['generateSecretString'] & object,
  ): ISecret {
    const secretName = `${this.stackName}/${id.toLowerCase()}`;
    const secret = new Secret(this, id, { secretName, description, encryptionKey: this.key, removalPolicy: kept, generateSecretString });
    Validations.of(secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason: 'Nothing here can rotate by itself: identities hang on the root (D-3), the rest is issued by senders, Slack and Jira.',
    });
    return Secret.fromSecretNameV2(this, `${id}ByName`, secretName);
  }

  private makeDeadLetters(name: string): Queue {
    const id = `${name.split('-').map(titled).join('')}DeadLetters`;
    const queue = new Queue(this, id, {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: longest,
      removalPolicy: kept,
    });
    const reason = 'It is a dead-letter queue itself, of a queue or caller in another stack; Art33::queue-dead-letters checks all stacks.';
    Validations.of(queue).acknowledge({ id: 'AwsSolutions-SQS3', reason }, { id: 'Serverless-SQSRedrivePolicy', reason });
    return queue;
  }

  /** Rules and topics of this account may leave here what they could not deliver. The scheduler sends with a role of its own. */
  private letAwsDeliver(): void {
    const ofRules = `arn:${this.partition}:events:${this.region}:${this.account}:rule/*`;
    const ofTopics = `arn:${this.partition}:sns:${this.region}:${this.account}:*`;
    for (const [service, source] of [['events', ofRules] as const, ['sns', ofTopics] as const]) {
      this.deadLetters.undelivered.addToResourcePolicy(
        new PolicyStatement({
          principals: [new ServicePrincipal(`${service}.amazonaws.com`)],
          actions: ['sqs:SendMessage'],
          resources: [this.deadLetters.undelivered.queueArn],
          conditions: { ArnLike: { 'aws:SourceArn': source } },
        }),
      );
    }
  }
}
