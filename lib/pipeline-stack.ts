// Decides how a signal travels on AWS: doors, queues, functions, schedules. All of it can be thrown away and built again.
import { CfnOutput, Duration, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import { HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type {
  EnvOf,
  anchorEnv,
  assessEnv,
  auditEnv,
  ingestEnv,
  logsEnv,
  notifyEnv,
  otherEnv,
  pageEnv,
  receiveEnv,
  ticketEnv,
  tickEnv,
} from '#lambdas/env.ts';
import { alarmTopic } from './alarm-topic.ts';
import type { Stage } from './bundle.ts';
import { mayAnchor, mayKeep, mayMail, mayReadDirectory, mayReadLedger, mayReadSecret, maySeal, maySend, mayUseLedger } from './grants.ts';
import { HttpDoor } from './http-door.ts';
import { addLogDoor } from './log-door.ts';
import { type MailOut, mailOut } from './mail.ts';
import { addNightKit } from './night-kit.ts';
import { type InboundStack, mailPrefix } from './inbound-stack.ts';
import { type ObjectPlace, addObjectDoor } from './object-door.ts';
import { addSchedules } from './schedules.ts';
import type { Settings } from './settings.ts';
import { addSignalRules } from './signal-rules.ts';
import type { StateStack } from './state-stack.ts';
import { watch } from './watch.ts';
import { type QueueStage, WorkQueue, queueStages } from './work-queue.ts';
import { Worker } from './worker.ts';

export type PipelineProps = StackProps & {
  readonly settings: Settings;
  readonly state: StateStack;
  readonly bundles: string;
  readonly inbound?: InboundStack;
};

type Lane = 'notify' | 'page' | 'ticket' | 'other';
const lanes: readonly Lane[] = ['notify', 'page', 'ticket', 'other'];
const isLane = (stage: QueueStage): boolean => lanes.some((lane) => lane === stage);

/** Messages at once and lane (D-22): a Jira outage must not starve mail. */
const atOnce: Readonly<Record<QueueStage, number>> = { assess: 20, notify: 10, page: 10, ticket: 2, other: 2, receive: 5 };

/** No more functions wait for their turn at SES than get one within a second: the others would only be sent away again. AWS asks for 2. */
const mailersAtOnce = (mailRate: number): number => Math.min(atOnce.notify, Math.max(2, mailRate));

/** Signals are kept as long as SQS can; a wake-up is worth nothing after an hour, the tick makes new ones. */
const keepFor = (stage: QueueStage): Duration => (stage === 'assess' || stage === 'receive' ? Duration.days(14) : Duration.hours(1));

type Env = Readonly<Record<string, string>>;

export class PipelineStack extends Stack {
  readonly alarms: ITopic;
  readonly queues: Readonly<Record<QueueStage, WorkQueue>>;
  private readonly workers: Readonly<Record<Exclude<Stage, 'console' | 'export'>, Worker<Env>>>;
  private readonly given: PipelineProps;
  private readonly mail: MailOut;

  constructor(scope: Construct, id: string, props: PipelineProps) {
    super(scope, id, props);
    this.given = props;
    this.alarms = alarmTopic(this, {
      key: props.state.key,
      mail: props.settings.alarmMail,
      undelivered: props.state.deadLetters.undelivered,
    });
    this.queues = Object.fromEntries(queueStages.map((stage) => [stage, this.makeQueue(stage)])) as PipelineStack['queues'];
    this.mail = mailOut(this, {
      identity: props.settings.mailIdentity,
      receive: this.queues.receive.queue,
      undelivered: props.state.deadLetters.undelivered,
    });
    this.workers = this.makeWorkers();
    // Frozen, the lanes stand still; what only stores goes on: signals, and reports, which are the evidence.
    const { frozen, mailRate } = props.settings;
    const most = { ...atOnce, notify: mailersAtOnce(mailRate) };
    for (const stage of queueStages) this.queues[stage].readBy(this.workers[stage], most[stage], !frozen || !isLane(stage));
    this.grantAll();
    this.openDoor();
    addSignalRules(this, {
      assess: this.queues.assess.queue,
      undelivered: props.state.deadLetters.undelivered,
      auth0: props.settings.auth0EventSource,
    });
    for (const [name, { place }] of Object.entries(this.objectPlaces()))
      addObjectDoor(this, {
        name,
        place,
        assess: this.queues.assess.queue,
        undelivered: props.state.deadLetters.undelivered,
        reader: this.workers.assess.role,
      });
    const { tick, audit, anchor } = this.workers;
    addLogDoor(this, { worker: this.workers.logs, groups: props.settings.logGroups, failed: props.state.deadLetters['failed-logs'] });
    addSchedules(this, { tick, audit, anchor, state: props.state, enabled: !frozen });
    const { stage, vault } = props.settings;
    if (vault) addNightKit(this, { pipeline: this, state: props.state, stage, vault, bundles: props.bundles, frozen });
    watch(this, {
      assess: this.queues.assess.queue,
      logs: { tick: tick.logs, audit: audit.logs, anchor: anchor.logs },
      deadLetters: props.state.deadLetters,
      topic: this.alarms,
    });
  }

  /** What a function needs to reach the ledger, as settings. */
  ledgerEnv(): EnvOf<{ LEDGER_TABLE: 'text'; LEDGER_SHARDS: 'count' }> {
    return { LEDGER_TABLE: this.given.state.ledger.tableName, LEDGER_SHARDS: String(this.given.settings.shards) };
  }

  lanesEnv(): EnvOf<{ NOTIFY_QUEUE_URL: 'url'; PAGE_QUEUE_URL: 'url'; TICKET_QUEUE_URL: 'url'; OTHER_QUEUE_URL: 'url' }> {
    const url = (stage: QueueStage): string => this.queues[stage].queue.queueUrl;
    return { NOTIFY_QUEUE_URL: url('notify'), PAGE_QUEUE_URL: url('page'), TICKET_QUEUE_URL: url('ticket'), OTHER_QUEUE_URL: url('other') };
  }

  /** Lanes that this role may wake: a worker never sends to its own (F-09). */
  mayWake(role: IRole, except?: Lane): void {
    maySend(
      role,
      lanes.filter((lane) => lane !== except).map((lane) => this.queues[lane].queue),
    );
  }

  private objectPlaces(): Readonly<Record<string, { readonly place: ObjectPlace; readonly source: string }>> {
    const { inbound, settings } = this.given;
    const { trail } = settings;
    return {
      ...(trail ? { TrailFiles: { place: trail, source: 'cloudtrail' } } : {}),
      ...(inbound
        ? { InboundMail: { place: { bucket: inbound.bucket.bucketName, prefix: mailPrefix }, source: 'subprocessor-mail' } }
        : {}),
    };
  }

  private makeQueue(stage: QueueStage): WorkQueue {
    return new WorkQueue(this, { stage, deadLetters: this.given.state.deadLetters[stage], alarms: this.alarms, keep: keepFor(stage) });
  }

  private worker<E extends Env>(stage: Stage, env: E, timeout?: Duration): Worker<Env> {
    const { state, bundles } = this.given;
    return new Worker<Env>(this, {
      stage,
      env,
      bundles,
      key: state.key,
      alarms: this.alarms,
      ...(timeout === undefined ? {} : { timeout }),
    });
  }

  private makeWorkers(): PipelineStack['workers'] {
    const { state } = this.given;
    const ledger = this.ledgerEnv();
    const lane = this.lanesEnv();
    const { NOTIFY_QUEUE_URL, PAGE_QUEUE_URL, TICKET_QUEUE_URL, OTHER_QUEUE_URL } = lane;
    const evidence = { EVIDENCE_BUCKET: state.evidence.bucketName };
    const keys = { KEYS_SECRET: state.secrets.keys.secretName };
    const sinks = { SINKS_SECRET: state.secrets.sinks.secretName };
    const mail = { MAIL_CONFIGURATION_SET: this.mail.configurationSet, MAIL_RATE: String(this.given.settings.mailRate) };
    const ingest: EnvOf<typeof ingestEnv> = {
      ...evidence,
      ASSESS_QUEUE_URL: this.queues.assess.queue.queueUrl,
      TOKENS_SECRET: state.secrets.tokens.secretName,
    };
    const logs: EnvOf<typeof logsEnv> = {
      ...evidence,
      ASSESS_QUEUE_URL: ingest.ASSESS_QUEUE_URL,
      LOG_GROUPS: JSON.stringify(this.given.settings.logGroups),
    };
    const objects = Object.values(this.objectPlaces()).map(({ place: { bucket, prefix }, source }) => [`${bucket}/${prefix}`, source]);
    const assess: EnvOf<typeof assessEnv> = {
      ...ledger,
      ...lane,
      ...evidence,
      ...keys,
      DATA_KEY: state.dataKey.keyArn,
      ASSESS_QUEUE_URL: ingest.ASSESS_QUEUE_URL,
      OBJECTS: JSON.stringify(Object.fromEntries(objects)),
    };
    const notify: EnvOf<typeof notifyEnv> = { ...ledger, ...evidence, ...mail, PAGE_QUEUE_URL, TICKET_QUEUE_URL, OTHER_QUEUE_URL };
    const inform = { ...ledger, ...evidence, ...sinks };
    const page: EnvOf<typeof pageEnv> = { ...inform, ...keys, ...mail, NOTIFY_QUEUE_URL, TICKET_QUEUE_URL, OTHER_QUEUE_URL };
    const ticket: EnvOf<typeof ticketEnv> = { ...inform, NOTIFY_QUEUE_URL, PAGE_QUEUE_URL, OTHER_QUEUE_URL };
    const other: EnvOf<typeof otherEnv> = { ...ledger, ...evidence, ...keys, NOTIFY_QUEUE_URL, PAGE_QUEUE_URL, TICKET_QUEUE_URL };
    const receive: EnvOf<typeof receiveEnv> = { ...ledger, ...evidence, ...lane };
    const tick: EnvOf<typeof tickEnv> = { ...ledger, ...lane, ...evidence, ...keys, ...mail, ...sinks };
    const anchor: EnvOf<typeof anchorEnv> = { ...ledger, ANCHOR_BUCKET: state.anchors.bucketName };
    const audit: EnvOf<typeof auditEnv> = { ...ledger, ...lane, ...evidence, ...sinks };
    return {
      ingest: this.worker('ingest', ingest),
      // One call may bring thousands of lines, each stored by itself.
      logs: this.worker('logs', logs, Duration.minutes(5)),
      assess: this.worker('assess', assess),
      notify: this.worker('notify', notify),
      page: this.worker('page', page),
      ticket: this.worker('ticket', ticket),
      other: this.worker('other', other),
      receive: this.worker('receive', receive),
      // Its own budget is 45 s, and then the most urgent duties by hand.
      tick: this.worker('tick', tick, Duration.minutes(2)),
      audit: this.worker('audit', audit, Duration.minutes(10)),
      anchor: this.worker('anchor', anchor, Duration.minutes(5)),
    };
  }

  private grantAll(): void {
    const { key, dataKey, ledger: table, evidence, anchors, secrets } = this.given.state;
    const role = (stage: Exclude<Stage, 'console' | 'export'>): IRole => this.workers[stage].role;
    for (const door of ['ingest', 'logs'] as const) {
      mayKeep(role(door), evidence, { prefix: 'raw', key, writeOnly: true });
      maySend(role(door), [this.queues.assess.queue]);
    }
    mayReadSecret(role('ingest'), [secrets.tokens], key);
    for (const stage of ['assess', ...lanes, 'receive', 'tick', 'audit'] as const) mayUseLedger(role(stage), table, key);
    // A file, or a body from the quarantine, goes through the queue once more, event by event: far from the sixteen steps after which AWS
    // would cut the chain (F-09).
    maySend(role('assess'), [this.queues.assess.queue]);
    mayReadLedger(role('anchor'), table, key);
    mayAnchor(role('anchor'), anchors);
    for (const stage of ['assess', 'receive', 'tick', 'audit'] as const) this.mayWake(role(stage));
    for (const lane of lanes) this.mayWake(role(lane), lane);
    for (const stage of ['ingest', 'assess', ...lanes, 'tick', 'audit'] as const) mayReadDirectory(role(stage), evidence, key);
    mayKeep(role('assess'), evidence, { prefix: 'raw', key });
    maySeal(role('assess'), dataKey);
    mayKeep(role('receive'), evidence, { prefix: 'reports', key, writeOnly: true });
    for (const stage of ['assess', 'other'] as const) mayReadSecret(role(stage), [secrets.keys], key);
    for (const stage of ['notify', 'tick'] as const) mayKeep(role(stage), evidence, { prefix: 'mail', key });
    for (const stage of ['notify', 'page', 'tick'] as const) mayMail(role(stage), this.mail);
    for (const stage of ['page', 'tick'] as const) mayReadSecret(role(stage), [secrets.keys, secrets.sinks], key);
    for (const stage of ['ticket', 'audit'] as const) mayReadSecret(role(stage), [secrets.sinks], key);
  }

  private openDoor(): void {
    const door = new HttpDoor(this, {
      name: 'Signals',
      key: this.given.state.key,
      alarms: this.alarms,
      // What is turned away here is no longer stored, and not every sender tries again: no lower than AWS's own burst limit (case 36).
      throttle: { rateLimit: 5_000, burstLimit: 5_000 },
    });
    const integration = new HttpLambdaIntegration('Ingest', this.workers.ingest.function);
    // GET: Meta asks once whether the address is ours. Slack's commands are reports, and reports are signals.
    const paths = { '/signals/{source}': [HttpMethod.POST, HttpMethod.GET], '/slack': [HttpMethod.POST] };
    const routes = Object.entries(paths).flatMap(([path, methods]) => door.api.addRoutes({ path, methods, integration }));
    for (const route of routes) {
      Validations.of(route).acknowledge({
        id: 'AwsSolutions-APIG4',
        reason:
          'Log streams and webhooks hold one secret each and no identity: the function compares it, or the signature made with it (D-11).',
      });
    }
    new CfnOutput(this, 'DoorHost', { description: 'Where signals are taken in: POST /signals/{source}', value: door.host });
    new CfnOutput(this, 'MailIdentity', { description: 'In whose name mail leaves', value: this.given.settings.mailIdentity });
  }
}
