// Decides what is said of each source: when it was last heard of. A sender that fell silent looks like a quiet night.
import { type Duration, type Instant, between, hours } from '#core/kernel/time.ts';
import { type Line, fine, spanText, warn } from './line.ts';

const quiet: Duration = hours(24);

export const sourceLines = (seen: readonly { readonly source: string; readonly at: Instant }[], now: Instant): readonly Line[] => {
  if (seen.length === 0) return [warn('sources', 'no signal has ever come', 'point a source at the door (README.md, Your first signal)')];
  return seen.map(({ source, at }): Line => {
    const says = `last heard ${spanText(between(at, now))} ago`;
    return between(at, now) <= quiet ? fine(`source ${source}`, says) : warn(`source ${source}`, says, 'look whether it still sends');
  });
};
