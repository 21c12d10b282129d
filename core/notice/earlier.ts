// Decides which references a controller may know its matter by beside the present one: it has to find its own letters again (P-14).
import type { Incident } from '../incident/incident.ts';
import type { ControllerId, IncidentId } from '../kernel/ids.ts';

/** Those of merged cases, and of the one that this was a part of: only where this controller was told under them. */
export const earlierReferences = ({ id, releases }: Pick<Incident, 'id' | 'releases'>, controller: ControllerId): readonly IncidentId[] => [
  ...new Set(
    releases.flatMap(({ controller: told, under }) => (told === controller && under !== undefined && under !== id ? [under] : [])),
  ),
];
