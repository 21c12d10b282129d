// Decides how the night kit prints: what is owed first, then whom to call, what to say, and each draft on a page of its own (P-13).
import type { NightKit } from './night-kit.ts';

const rule = '='.repeat(72);
const section = (title: string, lines: readonly string[]): string =>
  [rule, title, rule, ...(lines.length === 0 ? ['none'] : lines), ''].join('\n');

const reach = (who: { readonly name: string; readonly mail: string; readonly phone: string | null }): string =>
  `${who.name} · ${who.phone ?? 'NO PHONE ON FILE'} · ${who.mail}`;

const wordsIn = (value: unknown): readonly string[] => {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(wordsIn) : [];
};

type KitContact = NightKit['controllers'][number]['contacts'][number];

const contactText = (contact: KitContact): string =>
  `${reach(contact)}${contact.verifiedAt === null ? '' : ` · checked ${contact.verifiedAt.slice(0, 10)}`}`;

const controllersText = (kit: NightKit): readonly string[] =>
  kit.controllers.flatMap((one) => [
    `${one.name} (${one.id}), ${one.zone}, ${one.language}; contract: ${one.contractHours === null ? 'no hours' : `${one.contractHours} h`}; undecided: ${one.onSuspectedTimeout}`,
    ...one.contacts.map((contact) => `    ${contactText(contact)}`),
    ...one.technical.map((contact) => `    technical: ${contactText(contact)}`),
  ]);

/** Form feed: the next page of a printer. */
const page = '\f';

/** Plain text in UTF-8. Everything in it is in the kit. */
export const kitText = (kit: NightKit): string =>
  [
    `NIGHT KIT of ${kit.operator.name}, made ${kit.madeAt}. Confidential. Older than a day: look for a newer one.\n`,
    section(
      'OWED, nearest deadline first',
      kit.duties.map((duty) => `${duty.dueAt}  ${duty.kind} -> ${duty.recipient}  ${duty.incident ?? ''}  ${duty.state}`),
    ),
    section(
      'INCIDENTS',
      kit.incidents.map(
        (one) =>
          `${one.reference}  ${one.title}; ${one.state}, ${one.outcome}; suspected ${one.suspectedAt ?? '-'}, aware ${one.awareAt ?? '-'}; ${one.controllers.join(', ') || 'no controller'}`,
      ),
    ),
    section(
      'OUR PEOPLE',
      kit.roles.flatMap(({ role, people }) => [role, ...people.map((person) => `    ${reach(person)}`)]),
    ),
    section('CONTROLLERS', controllersText(kit)),
    section('ON THE PHONE', kit.callScript),
    section(`WORDING ${kit.wording.version}`, [...wordsIn(kit.wording.en), '', ...wordsIn(kit.wording.de)]),
    section('LAST ANCHOR OF THE REGISTER', kit.anchor === null ? [] : [`${kit.anchor.at}  ${kit.anchor.root}`]),
    ...kit.drafts.map(
      (draft) =>
        `${page}${section(`DRAFT for ${draft.controller}, ${draft.as}, ${draft.incident}`, [`Subject: ${draft.subject}`, '', draft.text])}`,
    ),
  ].join('\n');
