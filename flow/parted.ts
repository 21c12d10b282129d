// Decides where a finding belongs that joins a case which people split: to the part that its rule and its controllers went to (P-14).
import type { Finding } from '#core/detection/finding.ts';
import type { Incident } from '#core/incident/incident.ts';
import type { Parted } from '#core/incident/parts.ts';
import type { IncidentId } from '#core/kernel/ids.ts';

/** What of a finding goes where. `into` undefined: it stays. */
export type Share = { readonly into?: IncidentId; readonly finding: Finding };

const takes = ({ rules }: Parted, { rule }: Finding): boolean => rules.includes(rule.name);

/** One after the other, oldest first: each part takes what it was given of what the ones before left. Nothing is lost: the rest stays. */
export const sharesOf = ({ parted = [] }: Pick<Incident, 'parted'>, finding: Finding): readonly Share[] => {
  const shares: Share[] = [];
  let rest: Finding | undefined = finding;
  for (const part of parted) {
    if (rest === undefined || !takes(part, rest)) continue;
    const { controllers }: Finding = rest;
    const gone: Finding['controllers'] = controllers.filter((id) => part.controllers.includes(id));
    if (part.controllers.length === 0 || (gone.length > 0 && gone.length === controllers.length)) {
      shares.push({ into: part.into, finding: rest });
      rest = undefined;
    } else if (gone.length > 0) {
      shares.push({ into: part.into, finding: { ...rest, controllers: gone } });
      rest = { ...rest, controllers: controllers.filter((id) => !gone.includes(id)) };
    }
  }
  return rest === undefined ? shares : [{ finding: rest }, ...shares];
};
