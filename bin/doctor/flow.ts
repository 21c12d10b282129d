// Decides whether work flows on AWS: queues and dead letters, what is switched off, how old the last audit is, which alarms ring.
import type { DeadLetters } from '#adapters/aws/dead-letters.ts';
import type { Functions } from '#adapters/aws/functions.ts';
import type { Signs } from '#adapters/aws/signs.ts';
import { type Duration, type Instant, between, hours, minus, minutes } from '#core/kernel/time.ts';
import { type Deployment, type NamedQueue, deadLettersIn, functionsIn, named, workQueuesIn } from '#bin/cli/deployment.ts';
import { type Line, attempt, bad, fine, spanText, warn } from './line.ts';

const lastPart = (text: string): string => text.split(/[:/]/).at(-1) ?? '';

const depthLine = async (letters: DeadLetters, { name, url }: NamedQueue): Promise<Line> => {
  const { visible, hidden } = await letters.depth(url);
  return fine(`queue ${name}`, `${visible} waiting, ${hidden} in work`);
};

const deadLine = async (letters: DeadLetters, { name, url }: NamedQueue, { stage }: Deployment): Promise<readonly Line[]> => {
  const { visible, hidden } = await letters.depth(url);
  const count = visible + hidden;
  const todo = `docs/runbook.md has an article; then art33 redrive ${name} --stage ${stage}`;
  return count === 0 ? [] : [bad(`dead letters ${name}`, `${count} message(s) wait there, at most 14 days`, todo)];
};

export const queueLines = async (deployment: Deployment, letters: DeadLetters): Promise<readonly Line[]> => {
  const [waiting, dead] = await Promise.all([
    Promise.all(workQueuesIn(deployment).map((queue) => depthLine(letters, queue))),
    Promise.all(deadLettersIn(deployment).map((queue) => deadLine(letters, queue, deployment))),
  ]);
  const found = dead.flat();
  return [...waiting, ...(found.length === 0 ? [fine('dead letters', 'none')] : found)];
};

const ruleLines = async (deployment: Deployment, functions: Functions): Promise<readonly Line[]> => {
  const rules = deployment.pipeline.filter((one) => one.type === 'AWS::Events::Rule');
  const off = await Promise.all(
    rules.map(async ({ logicalId, physicalId }) => ((await functions.ruleIsOn(physicalId)) ? [] : [logicalId.replace(/[0-9A-F]{8}$/, '')])),
  );
  const names = off.flat();
  if (names.length === 0) return [fine('schedules and rules', `${rules.length} are on`)];
  return names.map((name) => bad('schedules and rules', `${name} is switched off`, 'switch it on in EventBridge, or deploy again'));
};

/** Feeds of queues are on; the way back from dead letters is off until somebody needs it. */
const mappingLines = async (deployment: Deployment, functions: Functions): Promise<readonly Line[]> => {
  const dead = new Set(deadLettersIn(deployment).map(({ url }) => lastPart(url)));
  const found = await Promise.all(functionsIn(deployment.pipeline).map(({ physicalId }) => functions.mappings(physicalId)));
  const mappings = found.flat();
  const off = mappings.filter(({ source, enabled }) => !enabled && !dead.has(lastPart(source)));
  const back = mappings.filter(({ source, enabled }) => enabled && dead.has(lastPart(source)));
  return [
    ...off.map(({ source }) => bad('feeds', `${lastPart(source)} is read by nobody`, 'enable its trigger in Lambda, or deploy again')),
    ...back.map(({ source }) =>
      warn('feeds', `the dead letters ${lastPart(source)} are being read again`, 'disable that trigger once they are gone'),
    ),
    ...(off.length + back.length === 0 ? [fine('feeds', `${mappings.length} as they should be`)] : []),
  ];
};

/** It comes every 15 minutes. */
const auditLate: Duration = minutes(35);

const auditLines = async (deployment: Deployment, signs: Signs, now: Instant): Promise<readonly Line[]> => {
  const group = named(deployment.pipeline, 'AWS::Logs::LogGroup', 'AuditLogs');
  const last = group && (await signs.lastLine(group.physicalId, 'audit', minus(now, hours(2))));
  const todo =
    'docs/runbook.md, Audit/Silence: duties may be missing and nobody would know. A new deployment has its first after 15 minutes';
  if (last === undefined) return [bad('audit', 'no audit in the last two hours', todo)];
  const says = `last one ${spanText(between(last, now))} ago`;
  return between(last, now) <= auditLate ? [fine('audit', says)] : [bad('audit', says, todo)];
};

const alarmLines = async ({ stage }: Deployment, signs: Signs): Promise<readonly Line[]> => {
  const names = await signs.ringing(`art33-${stage}-`);
  if (names.length === 0) return [fine('alarms', 'none rings')];
  return names.map((name) => bad('alarms', `${name} rings`, `docs/runbook.md, ${name}`));
};

export type Watched = { readonly letters: DeadLetters; readonly functions: Functions; readonly signs: Signs };

export const flowLines = async (deployment: Deployment, { letters, functions, signs }: Watched, now: Instant): Promise<readonly Line[]> =>
  (
    await Promise.all([
      attempt('queues', () => queueLines(deployment, letters)),
      attempt('schedules and rules', () => ruleLines(deployment, functions)),
      attempt('feeds', () => mappingLines(deployment, functions)),
      attempt('audit', () => auditLines(deployment, signs, now)),
      attempt('alarms', () => alarmLines(deployment, signs)),
    ])
  ).flat();
