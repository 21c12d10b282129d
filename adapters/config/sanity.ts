// Decides which terms are refused because they would block or delay a notice (D-5), and what is allowed with a warning.
import { type RoleName, decidingRoles } from '#core/directory/directory.ts';
import { type Duration, type Instant, days, durationOf, durationText, hours, minus } from '#core/kernel/time.ts';
import { nearest } from './nearest.ts';
import type { Path } from './problem.ts';
import type { Finding, SomeFiles } from './references.ts';

/** Refused: a policy under which a confirmed notice, or a decision on a suspicion, comes too late. */
export const checkPolicy = (files: SomeFiles): readonly Finding[] => {
  const { policy } = files;
  if (!policy) return [];
  const { assessWithin, decide, hold, ownTarget, passOnTarget, releaseWithin } = policy;
  return [
    ...noLonger(releaseWithin, durationOf(Math.min(ownTarget, hours(24))), {
      path: ['releaseWithin'],
      why: ownTarget < hours(24) ? 'that is ownTarget' : 'a confirmed notice goes without undue delay',
    }),
    // Whoever passes it on needs part of the time for that.
    ...(passOnTarget === undefined ? [] : noLonger(passOnTarget, ownTarget, { path: ['passOnTarget'], why: 'that is ownTarget' })),
    // Without hours in a contract a hold ends at the own target at the latest: without a bound it could be renewed forever.
    ...noLonger(ownTarget, hours(72), { path: ['ownTarget'], why: 'a hold may last until then where a contract names no hours' }),
    // P-1: an assessment that nobody answers must still become a suspicion.
    ...noLonger(assessWithin, hours(24), { path: ['assessWithin'], why: 'the contract clock starts only then' }),
    ...noLonger(hold.atMost, hours(2), { path: ['hold', 'atMost'], why: 'only a different person may renew a hold' }),
    ...noLonger(decide.hardLimit, hours(24), { path: ['decide', 'hardLimit'], why: 'a suspicion is decided within a day' }),
    ...noLonger(decide.within, decide.hardLimit, { path: ['decide', 'within'], why: 'that is decide.hardLimit' }),
    ...noLonger(decide.allDecidersAfter, decide.within, { path: ['decide', 'allDecidersAfter'], why: 'that is decide.within' }),
    ...disturbancesInTime(files),
    ...withinContracts(files),
    ...oneTimeoutPerRole(files),
  ];
};

/** Refused: settings that nothing would look at. `known`: the sources that there are; undefined where that is not known. */
export const checkSources = ({ sources }: SomeFiles, known: readonly string[] | undefined): readonly Finding[] =>
  Object.entries(sources ?? {}).flatMap(([source, { firstConnection, liveFrom }]): readonly Finding[] => {
    const close = nearest(source, known ?? []);
    const right = close === undefined ? `write one of ${known?.join(', ')}` : `did you mean ${close}?`;
    if (known?.includes(source) === false) return [{ name: 'sources', path: [source], wrong: 'no such source', right }];
    if (liveFrom === undefined || firstConnection === 'backfill') return [];
    const without = 'write firstConnection: backfill beside it, or remove it';
    return [{ name: 'sources', path: [source, 'liveFrom'], wrong: 'without meaning for a source that is live', right: without }];
  });

const noLonger = (given: Duration, limit: Duration, { path, why }: { path: Path; why: string }): readonly Finding[] => {
  if (given <= limit) return [];
  return [{ name: 'policy', path, wrong: `longer than ${durationText(limit)}`, right: `write ${durationText(limit)} or less: ${why}` }];
};

/** P-23: what is longer than an hour is no mere disturbance; and whoever waits for the next word waits for an hour. */
const disturbancesInTime = ({ policy, assets }: SomeFiles): readonly Finding[] => {
  const why = 'from then on a loss is suspected';
  const { after, every, suspectAfter } = policy?.disturbance ?? {};
  const terms = Object.entries({ after, every, suspectAfter }).flatMap(([name, given]) =>
    given === undefined
      ? []
      : noLonger(given, hours(1), { path: ['disturbance', name], why: name === 'every' ? 'the mails promise it by the hour' : why }),
  );
  const own = Object.entries(assets ?? {}).flatMap(([id, { disturbance }]) =>
    disturbance === undefined || disturbance === 'never'
      ? []
      : noLonger(disturbance, hours(1), { path: [id, 'disturbance'], why }).map((one): Finding => ({ ...one, name: 'assets' })),
  );
  return [...terms, ...own];
};

/** A release later than a contract's hours would break that contract each time. */
const withinContracts = ({ policy, controllers }: SomeFiles): readonly Finding[] =>
  Object.entries(controllers ?? {}).flatMap(([id, { contract }]): readonly Finding[] => {
    if (!policy || contract.notice === undefined || policy.releaseWithin <= contract.notice) return [];
    const limit = durationText(contract.notice);
    const wrong = `longer than the contract of ${id} allows (${limit})`;
    return [{ name: 'policy', path: ['releaseWithin'], wrong, right: `write ${limit} or less` }];
  });

const oneTimeoutPerRole = ({ policy }: SomeFiles): readonly Finding[] => {
  if (!policy) return [];
  const { chain, timeouts, bySeverity = {} } = policy.call;
  return [
    ...asManyAs(chain, timeouts, ['call', 'timeouts']),
    ...Object.entries(bySeverity).flatMap(([level, pressing]): readonly Finding[] => {
      const path: Path = ['call', 'bySeverity', level, 'timeouts'];
      const own = pressing?.timeouts ?? timeouts;
      return [...asManyAs(chain, own, path), ...quicker(own, timeouts, path)];
    }),
  ];
};

const asManyAs = (chain: readonly RoleName[], timeouts: readonly Duration[], path: Path): readonly Finding[] => {
  if (chain.length === timeouts.length) return [];
  const wrong = `${timeouts.length} timeouts for ${chain.length} roles`;
  return [{ name: 'policy', path, wrong, right: 'write one duration for each role of call.chain' }];
};

/** Severity may hurry a call, never slow it. */
const quicker = (own: readonly Duration[], usual: readonly Duration[], path: Path): readonly Finding[] =>
  own.flatMap((one, i): readonly Finding[] => {
    const most = usual[i] ?? one;
    if (one <= most) return [];
    return [
      {
        name: 'policy',
        path: [...path, i],
        wrong: `longer than ${durationText(most)}`,
        right: `write ${durationText(most)} or less: that is its place in call.timeouts`,
      },
    ];
  });

/** The same at `now`: what is allowed, and somebody should still know. */
export const warnings = (files: SomeFiles, now: Instant): readonly Finding[] => [
  ...dpoInChain(files),
  ...dpoDecides(files),
  ...staleContacts(files, now),
  ...nobodyTechnical(files),
  ...backfilledForNow(files),
];

const article38 = 'a data protection officer who decides has a conflict of interests (Art. 38(6) GDPR)';

const dpoInChain = ({ policy }: SomeFiles): readonly Finding[] => {
  const index = policy?.call.chain.indexOf('dpo') ?? -1;
  if (index < 0) return [];
  const wrong = `the dpo is called to act; ${article38}`;
  return [{ name: 'policy', path: ['call', 'chain', index], wrong, right: 'call another role; the dpo is consulted anyway' }];
};

const dpoDecides = ({ roles }: SomeFiles): readonly Finding[] =>
  decidingRoles.flatMap((role: RoleName) =>
    (roles?.[role] ?? []).flatMap((id, index): readonly Finding[] => {
      if (!roles?.dpo.includes(id)) return [];
      return [{ name: 'roles', path: [role, index], wrong: `is also dpo; ${article38}`, right: 'name somebody else' }];
    }),
  );

/** a contact that nobody made sure of for 180 days may be gone when it matters. */
const staleContacts = ({ controllers }: SomeFiles, now: Instant): readonly Finding[] =>
  Object.entries(controllers ?? {}).flatMap(([id, controller]) =>
    (['contacts', 'technical'] as const).flatMap((list) =>
      (controller[list] ?? []).flatMap(({ verifiedAt }, index): readonly Finding[] => {
        if (verifiedAt !== undefined && verifiedAt >= minus(now, days(180)) && verifiedAt <= now) return [];
        const stale = verifiedAt !== undefined && verifiedAt <= now ? 'not verified for more than 180 days' : 'never verified';
        const wrong = verifiedAt !== undefined && verifiedAt > now ? 'verified in the future' : stale;
        const right = 'make sure of the contact, then write the day into verifiedAt';
        return [{ name: 'controllers', path: [id, list, index, 'verifiedAt'], wrong, right }];
      }),
    ),
  );

/** TOM 3: a desk for notices of breaches is seldom one that is awake at three in the morning. */
const nobodyTechnical = ({ controllers, assets }: SomeFiles): readonly Finding[] => {
  const told = new Set(Object.values(assets ?? {}).flatMap((asset) => (asset.disturbance === 'never' ? [] : asset.controllers)));
  return Object.entries(controllers ?? {}).flatMap(([id, { technical, through }]): readonly Finding[] => {
    if (technical !== undefined || through !== undefined || !told.has(id)) return [];
    const wrong = 'nobody named for a disturbance of a service: its contacts for notices hear of it';
    return [{ name: 'controllers', path: [id, 'technical'], wrong, right: 'name its desk on call, or the same contact again' }];
  });
};

/** A source that is never switched over would be taken in and wake nobody, for good. */
const backfilledForNow = ({ sources }: SomeFiles): readonly Finding[] =>
  Object.entries(sources ?? {}).flatMap(([source, { firstConnection, liveFrom }]): readonly Finding[] => {
    if (firstConnection === 'live' || liveFrom !== undefined) return [];
    const wrong = 'calls nobody: every event of this source counts as old';
    return [
      { name: 'sources', path: [source, 'firstConnection'], wrong, right: 'write liveFrom beside it as soon as the old events are in' },
    ];
  });
