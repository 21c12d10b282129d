// Decides what the owner of a source is told when it fell silent or can't be read: no breach, nobody is called, and what to look at.
import type { Configuration } from '../directory/directory.ts';
import { type SourceState, manyUnreadable } from '../duty/source-duty.ts';
import { type Safe, safe, safeDuration, safeInstant, safeSource } from '../kernel/safe.ts';
import { type Instant, between } from '../kernel/time.ts';
import { sourceSubject } from '../kernel/ids.ts';
import type { OutwardText } from './page-text.ts';

type Told = { readonly configuration: Pick<Configuration, 'baseUrl' | 'sources'>; readonly now: Instant };

const expected = ({ source, expectedEvery }: SourceState, { configuration }: Told): readonly Safe[] => {
  if (expectedEvery === undefined) return [];
  const isWritten = configuration.sources?.get(source)?.expectEvery !== undefined;
  const why = isWritten
    ? safe`as sources.yml says`
    : safe`because it was never quiet for longer than half of that; expectEvery in sources.yml says otherwise`;
  return [safe`Expected at least every ${safeDuration(expectedEvery)}, ${why}.`];
};

const wayBack = ({ source }: SourceState): readonly Safe[] =>
  source === 'auth0'
    ? [
        safe`Auth0 pauses a log stream after seven days of failures: resume it in the dashboard, then fetch what is missing:`,
        safe`art33 auth0 backfill --from with the id of the last log that is here.`,
      ]
    : [];

/** Nothing of a signal is in it: a name, times, numbers. */
export const silenceText = (state: SourceState, told: Told): OutwardText => ({
  title: safe`[Art33] Source ${safeSource(sourceSubject(state.source))} is silent`,
  lines: [
    state.heardAt === undefined
      ? safe`It was never heard of.`
      : safe`Last heard of: ${safeInstant(state.heardAt)} (${safeDuration(between(state.heardAt, told.now))} ago)`,
    ...expected(state, told),
    safe`This is no breach, and nobody is called. While it is silent, nothing that happens there is noticed here.`,
    safe`Look at whoever sends it: is it running, does its token still fit, does it reach the door, is its clock right?`,
    ...wayBack(state),
    safe`This ends by itself when the source is heard of again. You are reminded once a day.`,
  ],
  link: safe`${told.configuration.baseUrl}/signals`,
});

export const gapText = (state: SourceState, told: Told): OutwardText => ({
  title: safe`[Art33] Source ${safeSource(sourceSubject(state.source))} left events out`,
  lines: [
    safe`Events were fetched from where it keeps them, and it had never delivered them. They are here now, and every rule saw them.`,
    safe`Look at whoever sends it: was it stopped for a while, does it filter, is there a second one with another filter?`,
    safe`This ends by itself when the source is heard of again after this message. You are reminded once a day.`,
  ],
  link: safe`${told.configuration.baseUrl}/signals`,
});

export const unreadableText = (state: SourceState, told: Told): OutwardText => ({
  title: safe`[Art33] Source ${safeSource(sourceSubject(state.source))} can't be read`,
  lines: [
    safe`Of its events ${manyUnreadable} or more within an hour could not be read. They are kept; no rule sees what they say.`,
    safe`Usually the source changed its form, or its mapping is wrong. art33 quarantine list says why.`,
    safe`Mend that, then have them read again: art33 quarantine replay, or the button on the page of signals.`,
    safe`This ends by itself when nothing of the source is left in quarantine. You are reminded once a day.`,
  ],
  link: safe`${told.configuration.baseUrl}/signals`,
});
