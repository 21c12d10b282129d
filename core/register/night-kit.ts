// Decides what is taken along for the night on which nothing of ours can be trusted: whom to call, what is owed, what to say (P-13).
import type { Configuration, Contact, Controller, Person } from '../directory/directory.ts';
import { roleNames } from '../directory/directory.ts';
import { type Duty, isTerminal } from '../duty/duty.ts';
import { isOver } from '../duty/turn.ts';
import type { Incident } from '../incident/incident.ts';
import { takenBack } from '../incident/scope.ts';
import { reference } from '../kernel/ids.ts';
import { packed } from '../kernel/packed.ts';
import { type Instant, rfc3339 } from '../kernel/time.ts';
import { callScript } from '../notice/call-script.ts';
import { noticeOf, templateVersion } from '../notice/notice.ts';
import { english, german } from '../notice/wording.ts';
import type { Entry } from './entry.ts';
import type { Anchor } from './verify.ts';

export type KitInput = {
  readonly configuration: Configuration;
  readonly incidents: readonly { readonly incident: Incident; readonly duties: readonly Duty[]; readonly entries: readonly Entry[] }[];
  readonly anchor: Anchor | undefined;
  /** Channels over which nothing goes now. */
  readonly distrusted: readonly string[];
  readonly now: Instant;
};

const instantOrNull = (at: Instant | undefined): string | null => (at === undefined ? null : rfc3339(at));

/** Our own words and instants. What people wrote as a reason, and every signal, stays where it is. */
const incidentOf = (incident: Incident) => ({
  id: incident.id,
  reference: reference(incident.id),
  title: incident.title,
  state: incident.state,
  outcome: incident.outcome,
  level: incident.level,
  nature: incident.nature,
  personalData: incident.personalData,
  controllers: incident.controllers,
  openedAt: rfc3339(incident.openedAt),
  suspectedAt: instantOrNull(incident.suspectedAt),
  awareAt: instantOrNull(incident.aware?.at),
});

const dutyOf = (duty: Duty) => ({
  id: duty.id,
  incident: duty.incident === undefined ? null : reference(duty.incident),
  kind: duty.kind,
  recipient: duty.recipient,
  state: duty.state,
  dueAt: rfc3339(duty.deadlineAt),
});

const contactOf = ({ name, mail, phone, verifiedAt }: Contact) => ({
  name,
  mail,
  phone: phone ?? null,
  verifiedAt: instantOrNull(verifiedAt),
});

const personOf = ({ id, name, mail, phone }: Person) => ({ id, name, mail, phone: phone ?? null });

const controllerOf = ({ id, name, language, zone, contacts, technical = [], contract }: Controller) => ({
  id,
  name,
  language,
  zone,
  contractHours: contract.notice === undefined ? null : contract.notice / 3_600_000,
  onSuspectedTimeout: contract.onSuspectedTimeout,
  contacts: contacts.map(contactOf),
  technical: technical.map(contactOf),
});

/** What was sent already is no draft: whoever works from the kit would send it twice. */
const isTold = ({ incident, duties }: KitInput['incidents'][number], { id }: Controller, as: 'suspected' | 'confirmed'): boolean =>
  duties.some(
    ({ kind, recipient, step, state }) =>
      kind === 'notice' &&
      recipient === id &&
      step.split(':')[0] === as &&
      (state === 'SENT' || state === 'DONE') &&
      takenBack(incident, id, step) === undefined,
  );

const draftsOf = ({ configuration, now }: KitInput, one: KitInput['incidents'][number]) => {
  const { incident } = one;
  if (isOver(incident)) return [];
  const kinds = incident.aware === undefined ? (['suspected', 'confirmed'] as const) : (['confirmed'] as const);
  return incident.controllers
    .flatMap((id) => configuration.directory.controllers.get(id) ?? [])
    .flatMap((controller) =>
      kinds
        .filter((as) => !isTold(one, controller, as))
        .map((as) => ({
          incident: reference(incident.id),
          controller: controller.id,
          as,
          ...noticeOf({ incident, controller, configuration, as, now }),
        })),
    );
};

const rolesOf = ({ people, roles }: Configuration['directory']) =>
  roleNames.map((role) => ({ role, people: (roles.get(role) ?? []).flatMap((id) => people.get(id) ?? []).map(personOf) }));

/** What another machine needs to go on with the open cases: as they lie in the ledger, and the directory in force (`flow/night.ts`). */
const seedOf = ({ configuration, incidents, distrusted }: KitInput) => {
  const open = incidents.filter(({ incident }) => !isOver(incident));
  return {
    configuration: JSON.stringify(configuration, packed),
    distrusted,
    incidents: open.map(({ incident }) => incident),
    duties: open.flatMap(({ duties }) => duties),
    entries: open.flatMap(({ entries }) => entries),
  };
};

/** One document: for machines as it is, for people by `kitText`. */
export const nightKit = (input: KitInput) => {
  const { configuration, incidents, anchor, now } = input;
  const { directory } = configuration;
  const open = incidents.flatMap(({ duties }) => duties).filter((duty) => !isTerminal(duty.state));
  return {
    v: 1 as const,
    madeAt: rfc3339(now),
    operator: { name: directory.operator.name, supportPhone: directory.operator.supportPhone, dpo: directory.operator.dpo },
    roles: rolesOf(directory),
    controllers: [...directory.controllers.values()].map(controllerOf),
    incidents: incidents
      .map(({ incident }) => incident)
      .filter((incident) => !isOver(incident))
      .map(incidentOf),
    duties: open.toSorted((a, b) => a.deadlineAt - b.deadlineAt || (a.id < b.id ? -1 : 1)).map(dutyOf),
    drafts: incidents.flatMap((one) => draftsOf(input, one)),
    callScript: callScript(directory),
    wording: { version: templateVersion, en: english, de: german },
    anchor: anchor ?? null,
    seed: seedOf(input),
  };
};

export type NightKit = ReturnType<typeof nightKit>;
