// Decides how states, times and kinds read for people.
import { html } from 'hono/html';
import { type Instant, between, durationText, rfc3339 } from '#core/kernel/time.ts';
import type { Html } from './layout.ts';

export const outcomeWords: Readonly<Record<string, string>> = {
  none: 'none',
  'security-incident': 'Security incident',
  'breach-assessment': 'Breach to be assessed',
  'suspected-breach': 'Suspected breach',
  'confirmed-breach': 'Confirmed breach',
  refuted: 'Refuted',
};

/** `2026-03-14 02:59` of an instant as text, with the whole of it at hand for machines and on hover. */
export const minuteOf = (full: string): Html =>
  html`<time datetime="${full}" title="${full}">${full.slice(0, 10)} ${full.slice(11, 16)}</time>`;

export const timeOf = (at: Instant): Html => minuteOf(rfc3339(at));

/** A clock for a deadline: what is left of it, or by how much it is past. Said in words, not by colour alone. */
export const clockOf = (deadline: Instant, now: Instant): Html => {
  const late = deadline <= now;
  const left = between(now, deadline);
  const tone = late ? 'late' : left < 3_600_000 ? 'soon' : 'calm';
  return html`<span class="clock ${tone}">${late ? 'late by ' : 'in '}${durationText(left)}</span>`;
};

export const tag = (text: string, tone: string): Html => html`<span class="tag ${tone}">${text}</span>`;

export const levelTag = (level: string): Html => tag(level, `level-${level}`);

export const outcomeTag = (outcome: string): Html => tag(outcomeWords[outcome] ?? outcome, `outcome-${outcome}`);

/** Lines of the register as people say them. */
export const eventWords: Readonly<Record<string, string>> = {
  IncidentOpened: 'Incident opened',
  FindingAttached: 'More signs attached',
  BreachSuspected: 'Breach suspected',
  IncidentAcknowledged: 'Taken by a person',
  BreachConfirmed: 'Breach confirmed',
  BreachRefuted: 'Suspicion refuted',
  NoticeReleased: 'Notices released',
  NoticeHeld: 'Notices held',
  NoticeHeldByPolicy: 'Notice held back by the contract’s policy',
  AdviceGiven: 'Advice of the data protection officer',
  ControllerIdentified: 'Controller identified',
  ScopeWidened: 'A controller added',
  ScopeNarrowed: 'A controller found to be not affected',
  ScopeConfirmed: 'All named controllers found to be affected',
  NoticesWithdrawn: 'Notices withdrawn',
  SeverityScored: 'Severity scored, for waking people only',
  DataSubjectsCounted: 'Affected people counted',
  DataSubjectsChecked: 'Count of affected people checked by a second person',
  PersonalDataViewed: 'Personal data looked at',
  OwnBreachAssessed: 'Risk to the people of our own assessed',
  ServiceRestored: 'Service back',
  IncidentContained: 'Contained',
  IncidentMerged: 'Merged with another case',
  IncidentSplit: 'A part was split off',
  IncidentSplitOff: 'Split off from another case',
  IncidentClosed: 'Closed',
  DutyCreated: 'Owed:',
  DutyDone: 'Done:',
  DutySent: 'Sent:',
  DutyExpired: 'Ended without an answer:',
  DutyCancelled: 'No longer needed:',
  DutyBlocked: 'Refused for good, a person is told:',
  AttemptFailed: 'Attempt failed, tried again:',
  DutyBroughtForward: 'Due earlier:',
  DeliveryConfirmed: 'Arrived:',
  DeliveryFailed: 'Did not arrive:',
  DeliveryDelayed: 'Delayed:',
  DoneByPerson: 'Done by a person:',
};
