// Decides how agencies and groups are written down: who is reached through whom, and that no mailbox gets the same notice twice without saying for whom (P-15).
import type { Finding, SomeFiles } from './references.ts';
import type { Files } from './schema/files.ts';

type Controllers = Files['controllers'];
type Row = Controllers[string];

/** Of a client without contacts of its own the agency's. */
export const reachable = (controllers: Controllers): Controllers =>
  Object.fromEntries(
    Object.entries(controllers).map(([id, row]): [string, Row] => {
      const agency = row.through === undefined ? undefined : controllers[row.through];
      if (row.contacts.length > 0 || !agency) return [id, row];
      const technical = row.technical ?? agency.technical;
      return [id, { ...row, contacts: agency.contacts, ...(technical && { technical }) }];
    }),
  );

/** Whose data an asset holds: of an agency its clients', each by itself, where they are written down; else the agency has to say whose. */
export const endClients = (controllers: Controllers, ids: readonly string[]): readonly string[] => {
  const clientsOf = (agency: string): readonly string[] => Object.keys(controllers).filter((id) => controllers[id]?.through === agency);
  return [...new Set(ids.flatMap((id) => (clientsOf(id).length > 0 ? clientsOf(id) : [id])))];
};

export const checkAgencies = ({ controllers }: SomeFiles): readonly Finding[] =>
  Object.entries(controllers ?? {}).flatMap(([id, { through, capacity, contacts }]): readonly Finding[] => {
    const at = (field: string, wrong: string, right: string): Finding => ({ name: 'controllers', path: [id, field], wrong, right });
    if (through === undefined)
      return contacts.length > 0 ? [] : [at('contacts', 'nobody to write to', 'name at least one contact, or with through the agency')];
    const agency = controllers?.[through];
    if (!agency || through === id) return [at('through', 'no such agency', 'write the id of another controller in this file')];
    if (agency.capacity !== 'processor') return [at('through', 'names one that is no agency', `write capacity: processor at ${through}`)];
    return capacity === 'processor'
      ? [at('through', 'an agency behind an agency', 'leave it out, and let the one in front pass it on')]
      : [];
  });

/** One desk for several companies reads the same subject as often: unless each says for whom. */
export const sharedMailboxes = ({ controllers }: SomeFiles): readonly Finding[] => {
  const seen = new Map<string, string>();
  return Object.entries(controllers ?? {}).flatMap(([id, { contacts, group, through }]): readonly Finding[] => {
    const [first] = contacts;
    if (!first || group !== undefined || through !== undefined) return [];
    const mail = first.mail.toLowerCase();
    const other = seen.get(mail);
    seen.set(mail, other ?? id);
    if (other === undefined) return [];
    const right = 'write group or through, so that each notice says for whom it is';
    return [{ name: 'controllers', path: [id, 'contacts', 0, 'mail'], wrong: `the mailbox of ${other} as well`, right }];
  });
};
