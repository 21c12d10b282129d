// Decides that what AWS calls by itself is kept when it fails, and that EventBridge calls a function in a closed list of cases only (D-9).
import { isException } from './regions.ts';
import { type Breach, type Placed, type Rule, type Template, each, keyOf, list, record, refersFrom, stageOf } from './template.ts';

/** Anything else goes to a queue (F-17, F-33). */
const calledByTime: ReadonlySet<string> = new Set(['tick', 'audit', 'anchor', 'export']);

type Target = { readonly at: Placed; readonly to: Readonly<Record<string, unknown>> };

/** Targets of rules and of schedules. */
const targets = (all: readonly Template[]): readonly Target[] => [
  ...each(all, 'AWS::Events::Rule').flatMap((at) => list(at.properties['Targets']).map((to) => ({ at, to: record(to) }))),
  ...each(all, 'AWS::Scheduler::Schedule').map((at) => ({ at, to: record(at.properties['Target']) })),
];

const functionKeys = (all: readonly Template[]): ReadonlySet<string> => new Set(each(all, 'AWS::Lambda::Function').map(keyOf));

const calls = (all: readonly Template[], { at, to }: Target): readonly string[] => {
  const functions = functionKeys(all);
  return refersFrom(all, at, to['Arn']).filter((key) => functions.has(key));
};

const withoutDeadLetters = (all: readonly Template[]): readonly Breach[] => [
  ...targets(all)
    // In us-east-1 nothing may rest, dead letters no more than others (D-22).
    .filter(({ at, to }) => !isException(at.template) && refersFrom(all, at, to['DeadLetterConfig']).length === 0)
    .map(({ at }) => ({ at, wrong: 'a target of it has no dead-letter queue' })),
  ...each(all, 'AWS::SNS::Subscription')
    .filter((at) => refersFrom(all, at, at.properties['RedrivePolicy']).length === 0)
    .map((at) => ({ at, wrong: 'this subscription has no dead-letter queue' })),
];

/** Functions that something calls without waiting for the answer. */
const calledAsynchronously = (all: readonly Template[]): readonly string[] => {
  const functions = functionKeys(all);
  const subscribed = each(all, 'AWS::Logs::SubscriptionFilter').flatMap((at) => refersFrom(all, at, at.properties['DestinationArn']));
  const notified = each(all, 'AWS::SNS::Subscription').flatMap((at) => refersFrom(all, at, at.properties['Endpoint']));
  const byPermission = each(all, 'AWS::Lambda::Permission')
    .filter(({ properties }) => /^(events|logs|s3|sns|ses)\./.test(String(properties['Principal'])))
    .flatMap((at) => refersFrom(all, at, at.properties['FunctionName']));
  return [...targets(all).flatMap((target) => calls(all, target)), ...subscribed, ...notified, ...byPermission].filter((key) =>
    functions.has(key),
  );
};

const withoutOnFailure = (all: readonly Template[]): readonly Breach[] => {
  const kept = new Set(
    each(all, 'AWS::Lambda::EventInvokeConfig')
      .filter((at) => refersFrom(all, at, record(at.properties['DestinationConfig'])['OnFailure']).length > 0)
      .flatMap((at) => refersFrom(all, at, at.properties['FunctionName'])),
  );
  const called = new Set(calledAsynchronously(all));
  return each(all, 'AWS::Lambda::Function')
    .filter((at) => called.has(keyOf(at)) && !kept.has(keyOf(at)))
    .map((at) => ({ at, wrong: 'this function is called asynchronously, and what fails for good is kept nowhere' }));
};

const straight = (all: readonly Template[]): readonly Breach[] =>
  targets(all).flatMap((target) =>
    calls(all, target)
      .filter((key) => !calledByTime.has(stageOf(key) ?? ''))
      .map((key) => ({ at: target.at, wrong: `it calls the function ${key} straight` })),
  );

/** An open invoke permission is a door that nobody watches. */
const openPermissions = (all: readonly Template[]): readonly Breach[] =>
  each(all, 'AWS::Lambda::Permission')
    .filter(({ properties }) => properties['SourceArn'] === undefined || properties['Principal'] === '*')
    .map((at) => ({ at, wrong: 'this permission lets any source of its service call the function' }));

export const asynchronousRules: readonly Rule[] = [
  {
    name: 'async-dead-letters',
    right: 'name a dead-letter queue of the state stack at each target of a rule or schedule, and at each subscription',
    breaches: withoutDeadLetters,
  },
  {
    name: 'async-on-failure',
    right: 'call keepFailures (lib/on-failure.ts) for it, with a queue of its own in lib/state-stack.ts',
    breaches: withoutOnFailure,
  },
  {
    name: 'events-to-queues',
    right: `send events to a queue; only ${[...calledByTime].join(', ')} are called by EventBridge themselves (D-9)`,
    breaches: straight,
  },
  { name: 'invoke-source', right: 'name the one source in SourceArn', breaches: openPermissions },
];
