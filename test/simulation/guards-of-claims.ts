// Names the guards of claim, lease, fence and what a repeat looks at: each with the source as it is and as it would be without.
import type { Mutant } from './mutants.ts';

const claim = 'core/duty/claim.ts';
const act = 'flow/act.ts';
const ledger = 'adapters/embedded/ledger.ts';

export const claims: readonly Mutant[] = [
  // Claim and lease.
  {
    name: 'claim-ended',
    guard: 'an ended duty is never due',
    file: claim,
    find: '  !isTerminal(duty.state) && (duty.nextAt',
    put: '  (duty.nextAt',
  },
  { name: 'claim-held', guard: 'a duty that another holds is not due', file: claim, find: '(duty.nextAt <= now ||', put: '(true ||' },
  {
    name: 'claim-dead-epoch',
    guard: 'a claim of a start that is no more is void at once',
    file: claim,
    find: 'duty.ownerEpoch < epoch)',
    put: 'duty.ownerEpoch < 0)',
  },
  { name: 'gen-stays', guard: 'each claim raises the fence', file: claim, find: '  gen: duty.gen + 1,', put: '  gen: duty.gen,' },
  {
    name: 'lease-not-pushed',
    guard: 'a claim pushes the wake-up to the end of its lease',
    file: claim,
    find: '  nextAt: by.leaseUntil,',
    put: '  nextAt: duty.nextAt,',
  },
  {
    name: 'self-fence',
    guard: 'no effect after the lease',
    file: claim,
    find: 'duty.leaseUntil !== undefined && now <= minus(duty.leaseUntil, leaseMargin)',
    put: 'true',
  },
  {
    name: 'fence-margin',
    guard: 'no effect with less than the margin left',
    file: claim,
    find: 'now <= minus(duty.leaseUntil, leaseMargin)',
    put: 'now <= duty.leaseUntil',
  },
  {
    name: 'fence-at-sink',
    guard: 'the fence stands directly before the effect',
    file: act,
    find: '    if (!mayAct(duty, world.clock.now())) throw new Fenced();\n    return effect();',
    put: '    return effect();',
  },
  {
    name: 'own-claim',
    guard: 'an own claim that was tried again is recognised',
    file: claim,
    find: 'standing.owner === owner && standing.gen === seen.gen + 1',
    put: 'standing.owner === owner && standing.gen === seen.gen',
  },
  {
    name: 'retry-after',
    guard: 'a Retry-After is honoured',
    file: claim,
    find: 'Math.max(retryAfter ?? 0, Math.ceil',
    put: 'Math.max(0, Math.ceil',
  },
  {
    name: 'longest-retry-after',
    guard: 'of several channels the longest Retry-After counts',
    file: 'flow/page.ts',
    find: 'return retryAfter > 0 ? { ...mildest, retryAfter: durationOf(retryAfter) } : mildest;',
    put: 'return mildest;',
  },
  {
    name: 'index-lag-of-search',
    guard: 'a ticket is looked for only when search can know it',
    file: claim,
    find: 'return rest > 0 ? durationOf(rest) : undefined;',
    put: 'return undefined;',
  },
  {
    name: 'ticket-probe',
    guard: 'a ticket is looked for before it is made again',
    file: 'flow/ticket.ts',
    find: 'tried.length > 0 ? await',
    put: 'false ? await',
  },
  {
    name: 'gen-condition',
    guard: 'a write with a lost claim does not apply',
    file: ledger,
    find: 'AND gen = ? AND state = ?',
    put: 'AND ? IS NOT NULL AND state = ?',
    // Every claim moves the wake-up, so either would tell that it was lost.
    also: { find: "coalesce(?, json_extract(doc, '$.nextAt')) =", put: "coalesce(json_extract(doc, '$.nextAt'), ?) =" },
  },
  {
    name: 'chain-condition',
    guard: 'a write on a duty that changed meanwhile does not apply',
    file: ledger,
    find: "AND json_extract(doc, '$.head.seq') = ? AND coalesce(?, json_extract(doc, '$.nextAt')) = json_extract(doc, '$.nextAt')",
    put: 'AND ? IS NOT NULL AND coalesce(?, 1) IS NOT NULL',
  },
];
