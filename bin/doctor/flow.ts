// Decides whether work flows on AWS: queues and dead letters, what is switched off, how old the last audit is, which alarms ring.
import type { DeadLetters } from '#adapters/aws/dead-letters.ts';
import type { Functions } from '#adapters/aws/functions.ts';
import type { Signs } from '#adapters/aws/signs.ts';
import type { StackResource } from '#adapters/aws/stacks.ts';
import { type Duration, type Instant, between, days, hours, minus, minutes } from '#core/kernel/time.ts';
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

const ruleLines = async (deployment: Deployment, functions: Functions, abroad: Watched['abroad']): Promise<readonly Line[]> => {
  const rules = deployment.pipeline.filter((one) => one.type === 'AWS::Events::Rule');
  const seen = async (by: Functions, { logicalId, physicalId }: StackResource) =>
    (await by.ruleIsOn(physicalId)) ? [] : [logicalId.replace(/[0-9A-F]{8}$/, '')];
  const forwarding = await abroad?.rules();
  const off = await Promise.all([
    ...rules.map((one) => seen(functions, one)),
    ...(abroad && forwarding ? forwarding.map((one) => seen(abroad.functions, one)) : []),
  ]);
  const names = off.flat();
  if (forwarding?.length === 0)
    return [bad('schedules and rules', 'sign-ins of root are not sent home from us-east-1: its stack is gone', 'deploy again')];
  if (names.length === 0) return [fine('schedules and rules', `${off.length} are on`)];
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

type Sought = { readonly stage: string; readonly event: string; readonly since: Instant };

const linesOf = async ({ pipeline }: Deployment, signs: Signs, { stage, event, since }: Sought): Promise<readonly Instant[]> => {
  const group = named(pipeline, 'AWS::Logs::LogGroup', `${stage}Logs`);
  return group ? signs.lines(group.physicalId, event, since) : [];
};

const latest = (of: readonly Instant[]): Instant | undefined => of.toSorted((a, b) => a - b).at(-1);

/** It comes every 15 minutes. */
const auditLate: Duration = minutes(35);

const auditLines = async (deployment: Deployment, signs: Signs, now: Instant): Promise<readonly Line[]> => {
  const last = latest(await linesOf(deployment, signs, { stage: 'Audit', event: 'audit', since: minus(now, hours(2)) }));
  const todo =
    'docs/runbook.md, Audit/Silence: duties may be missing and nobody would know. A new deployment has its first after 15 minutes';
  if (last === undefined) return [bad('audit', 'no audit in the last two hours', todo)];
  const says = `last one ${spanText(between(last, now))} ago`;
  return between(last, now) <= auditLate ? [fine('audit', says)] : [bad('audit', says, todo)];
};

/** Two clocks of two services tick once a minute each; one of them keeps the ledger going, and nobody would see that the other is off. */
const clocksSeen: Duration = minutes(10);

const tickLines = async (deployment: Deployment, signs: Signs, now: Instant): Promise<readonly Line[]> => {
  const ticks = (await linesOf(deployment, signs, { stage: 'Tick', event: 'tick', since: minus(now, clocksSeen) })).length;
  const says = `${ticks} in the last ${spanText(clocksSeen)}`;
  const todo = 'TickByRule and TickByScheduler should tick once a minute each: look at both in EventBridge, or deploy again';
  if (ticks === 0) return [bad('ticks', says, todo)];
  return ticks > 15 ? [fine('ticks', says)] : [warn('ticks', `${says}: one of the two clocks stands still`, todo)];
};

/** One night may fail, and is tried again the next. */
const kitLate: Duration = hours(30);

/** The vault itself lets nobody of this account look into it. */
const kitLines = async (deployment: Deployment, signs: Signs, now: Instant): Promise<readonly Line[]> => {
  if (!named(deployment.pipeline, 'AWS::Lambda::Function', 'ExportFunction'))
    return [warn('night kit', 'there is no vault: who is hit has no list of contacts elsewhere', 'docs/operating.md, exportAccount')];
  const last = latest(await linesOf(deployment, signs, { stage: 'Export', event: 'kit-exported', since: minus(now, days(7)) }));
  const todo = 'docs/runbook.md, Export/Silence. A new deployment has its first after 01:30 UTC';
  if (last === undefined) return [bad('night kit', 'none left in the last week', todo)];
  const says = `the last one left ${spanText(between(last, now))} ago`;
  return between(last, now) <= kitLate ? [fine('night kit', says)] : [bad('night kit', says, todo)];
};

const alarmLines = async ({ stage }: Deployment, signs: Signs): Promise<readonly Line[]> => {
  const names = await signs.ringing(`art33-${stage}-`);
  if (names.length === 0) return [fine('alarms', 'none rings')];
  return names.map((name) => bad('alarms', `${name} rings`, `docs/runbook.md, ${name}`));
};

export type Watched = {
  readonly letters: DeadLetters;
  readonly functions: Functions;
  readonly signs: Signs;
  /** The stack in us-east-1, where the deployment has one: its rules, none where it is gone. */
  readonly abroad: { readonly functions: Functions; readonly rules: () => Promise<readonly StackResource[]> } | undefined;
};

export const flowLines = async (deployment: Deployment, watched: Watched, now: Instant): Promise<readonly Line[]> => {
  const { letters, functions, signs, abroad } = watched;
  return (
    await Promise.all([
      attempt('queues', () => queueLines(deployment, letters)),
      attempt('schedules and rules', () => ruleLines(deployment, functions, abroad)),
      attempt('ticks', () => tickLines(deployment, signs, now)),
      attempt('feeds', () => mappingLines(deployment, functions)),
      attempt('audit', () => auditLines(deployment, signs, now)),
      attempt('night kit', () => kitLines(deployment, signs, now)),
      attempt('alarms', () => alarmLines(deployment, signs)),
    ])
  ).flat();
};
