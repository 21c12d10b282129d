// Decides what a page, a ticket and a consultation say: our words and numbers only, so that they may leave the house (D-15).
import { contractDeadline, releaseBy, suspectedLimit } from '../clock/deadline.ts';
import type { Configuration } from '../directory/directory.ts';
import type { PageTopic } from '../duty/turn.ts';
import { resourceCap } from '../incident/fold.ts';
import { type Incident, type Outcome, incidentStates } from '../incident/incident.ts';
import { levels, likelihoods } from '../detection/rule.ts';
import { type Safe, safe, safeDuration, safeInstant, safeJoin, safeReference, safeWord } from '../kernel/safe.ts';
import { type Instant, between, earliest } from '../kernel/time.ts';

const comma = ', ' as Safe;

const headline: Readonly<Record<PageTopic, Safe>> = {
  inform: safe`For your information`,
  call: safe`Please take this incident`,
  decide: safe`Decision needed: nobody has decided yet`,
  release: safe`Decision needed: confirm, refute or release`,
  assess: safe`Assessment needed: is personal data affected?`,
  identify: safe`Identify the controller: affected data belongs to nobody in the directory`,
  human: safe`A duty is late or blocked and needs a person`,
  update: safe`The controllers were promised an update: write it now`,
  archived: safe`Archived at its source: refute it with evidence, or go on`,
  lasting: safe`Is this service still away? Its controllers are told so by the hour: say when it is back`,
  triage: safe`A report from outside: look at it, and call back`,
  'verify-sender': safe`Call the sub-processor at the number on file: is this notice theirs?`,
  'tell-subprocessor': safe`Inform the sub-processor, and ask what it knows`,
  'review-subprocessor': safe`Review the sub-processor: its protection, and what became of the copies`,
  again: safe`This incident has grown: something new was hit, or the level rose`,
  digest: safe`More of the same`,
  narrow: safe`Which of the asset's controllers are affected? All of them count until somebody says`,
  'own-assessment': safe`Our own data too: assess the risk to the people concerned, in writing`,
  'own-report': safe`Our own data too: report it to our authority within 72 hours (Art. 33(1) GDPR)`,
  'own-art34': safe`Our own data too: tell the people concerned (Art. 34 GDPR)`,
  withdraw: safe`A refuted suspicion was sent out: decide on its withdrawal`,
};

export const natureText = (incident: Incident): Safe => {
  const parts = [
    [safe`confidentiality`, incident.nature.confidentiality],
    [safe`integrity`, incident.nature.integrity],
    [safe`availability`, incident.nature.availability],
  ] as const;
  const hurt = parts.filter(([, how]) => how !== 'none').map(([name, how]) => safe`${name} ${safeWord(how, likelihoods)}`);
  return hurt.length === 0 ? safe`no loss shown` : safeJoin(hurt, comma);
};

/** The strictest open deadline towards any controller; undefined while no clock runs. */
export const nextTerm = (incident: Incident, configuration: Configuration): Instant | undefined => {
  const terms = incident.controllers.flatMap((id) => {
    const controller = configuration.directory.controllers.get(id);
    if (!controller) return [];
    return [
      contractDeadline(incident, controller),
      releaseBy(incident, controller, configuration.policy),
      suspectedLimit(incident, controller, configuration.policy),
    ].filter((at) => at !== undefined);
  });
  return terms.length === 0 ? undefined : earliest(...terms);
};

/** Distinct things that were hit, where they are several; each rule names so many at most. */
const hitIn = ({ findings }: Incident): Safe => {
  const hit = new Set(findings.flatMap(({ resources }) => resources ?? [])).size;
  const more = findings.some(({ resources }) => resources?.length === resourceCap) ? safe` or more` : safe``;
  return hit < 2 ? safe`` : safe`; resources hit: ${hit}${more}`;
};

const outcomeText: Readonly<Record<Outcome, Safe>> = {
  none: safe`Nothing to tell`,
  'security-incident': safe`Security incident, no breach of personal data as far as is known`,
  'breach-assessment': safe`Possible breach of personal data, to be assessed`,
  'suspected-breach': safe`Suspected breach of personal data, not confirmed`,
  'confirmed-breach': safe`Confirmed breach of personal data`,
  refuted: safe`Suspicion refuted`,
};

const facts = (incident: Incident, configuration: Configuration, now: Instant): readonly Safe[] => {
  const term = nextTerm(incident, configuration);
  const count = incident.controllers.length;
  return [
    safe`${outcomeText[incident.outcome]} (case ${safeWord(incident.state, incidentStates)}), level ${safeWord(incident.level, levels)}`,
    safe`Nature: ${natureText(incident)}; personal data ${safeWord(incident.personalData, ['unlikely', 'likely'])}`,
    safe`Signals: ${incident.signalCount}${hitIn(incident)}; controllers affected: ${count}`,
    safe`Opened: ${safeInstant(incident.openedAt)}`,
    ...(term === undefined
      ? []
      : [
          safe`Earliest deadline towards a controller: ${safeInstant(term)} (${term > now ? safe`in` : safe`past by`} ${safeDuration(between(now, term))})`,
        ]),
  ];
};

export type OutwardText = { readonly title: Safe; readonly lines: readonly Safe[]; readonly link: Safe };

export const incidentLink = (incident: Incident, configuration: Configuration): Safe =>
  safe`${configuration.baseUrl}/incidents/${incident.id as string as Safe}`;

/** A page to a role. The rule's title is the operator's own text; nothing of the event is in it. */
export const pageText = (topic: PageTopic, incident: Incident, configuration: Configuration, now: Instant): OutwardText => ({
  title: safe`[${safeReference(incident.id)}] ${headline[topic]}: ${incident.title}`,
  lines: facts(incident, configuration, now),
  link: incidentLink(incident, configuration),
});

export const ticketText = (incident: Incident, configuration: Configuration, now: Instant): OutwardText => ({
  title: safe`[${safeReference(incident.id)}] ${incident.title}`,
  lines: [
    ...facts(incident, configuration, now),
    safe`The incident in Art33 is the record; this ticket mirrors it without personal data.`,
    safe`Please keep names, addresses and message content out of this ticket.`,
  ],
  link: incidentLink(incident, configuration),
});

/** To the external DPO: advice is asked for, nothing waits for it (Art. 39, D-5). No tokened link: the code is typed by hand (P-25). */
export const consultText = (
  incident: Incident,
  configuration: Configuration,
  told: { readonly now: Instant; readonly code: Safe },
): OutwardText => ({
  title: safe`[${safeReference(incident.id)}] Consultation of the data protection officer: ${incident.title}`,
  lines: [
    safe`A breach of personal data is suspected. Your advice is asked for and will be put on record; the decision does not wait for it.`,
    ...facts(incident, configuration, told.now),
    safe`To answer, open the address below by hand and type this code: ${told.code}`,
  ],
  link: safe`${configuration.baseUrl}/act`,
});
