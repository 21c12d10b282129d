// Names the guards of what is told while a service is away: each with the source as it is and as it would be without (P-23).
import type { Mutant } from './mutants.ts';

const disturbing = 'core/duty/disturbing.ts';
const disturbance = 'core/incident/disturbance.ts';

export const disturbances: readonly Mutant[] = [
  {
    name: 'back-is-not-away',
    guard: 'what is back is not told to be away',
    file: disturbing,
    find: "  if (about.restored) return end('CANCELLED', 'it was back before this was told');\n  return s.now < at",
    put: '  return s.now < at',
  },
  {
    name: 'end-is-told',
    guard: 'whoever heard of the start hears of the end',
    file: disturbing,
    find: 'return counts || (start !== undefined && mayHaveLeft(start))',
    put: 'return false',
  },
  {
    name: 'hours-go-on',
    guard: 'each hour makes its words and the next hour',
    file: disturbing,
    find: 'hoursOf(one, now) + (over ? 0 : 1))',
    put: 'hoursOf(one, now))',
  },
  {
    name: 'lasting-is-suspected',
    guard: 'what is away for so long is a suspected loss, by the clock',
    file: disturbing,
    find: 'earliest(duty.deadlineAt, ...suspectedFrom(incident, configuration.policy))',
    put: '(suspectedFrom(incident, configuration.policy), duty.deadlineAt)',
  },
  {
    name: 'users-alone',
    guard: 'only those who use it are told',
    file: disturbing,
    find: 'about.unidentified ? incident.controllers.filter((id) => !about.controllers.includes(id)) : []',
    put: '[...directory.controllers.keys()].filter((id) => !about.controllers.includes(id))',
  },
  {
    name: 'back-before-heard',
    guard: 'what was back before its sign came in is back',
    file: 'flow/disturbed.ts',
    find: 'const back = rule.disturbs ? record?.restored : undefined;',
    put: 'const back = rule.disturbs ? undefined : record?.restored;',
  },
  {
    name: 'ends-once',
    guard: 'a disturbance ends once, and no later word moves its time',
    file: disturbance,
    find: 'one.key === key && one.restored === undefined && one.lastAt <= restoredAt',
    put: 'one.key === key && one.lastAt <= restoredAt',
  },
];
