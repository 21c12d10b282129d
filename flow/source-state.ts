// Decides how it stands with a source of signals: when it was heard of, how often it should be, and whether many of its events can't be read.
import { sourceSettings } from '#core/directory/source-settings.ts';
import { type SourceState, manyUnreadable } from '#core/duty/source-duty.ts';
import { type Duration, hours, minus } from '#core/kernel/time.ts';
import { type Heard, learnedEvery } from '#core/signal/heard.ts';
import type { Receipt, World } from './ports.ts';

const within: Duration = hours(1);

/** What nobody said the source of: a log group without a name, a rule of the bus that is not ours. Nothing is expected of it. */
const nameless = 'unrecognised';

const expectedOf = (world: World, source: string, heard: Heard | undefined): Duration | undefined => {
  if (source === nameless) return undefined;
  const { expectEvery } = sourceSettings(world.directory.current().configuration, source);
  return expectEvery ?? (heard && learnedEvery(heard));
};

const stateOf = (world: World, source: string, heard: Heard | undefined, latest: readonly Receipt[]): SourceState => {
  const expectedEvery = expectedOf(world, source, heard);
  const since = minus(world.clock.now(), within);
  return {
    source,
    owner: sourceSettings(world.directory.current().configuration, source).owner,
    unreadable: latest.filter((receipt) => receipt.source === source && receipt.at >= since).length >= manyUnreadable,
    ...(heard === undefined ? {} : { heardAt: heard.at }),
    ...(expectedEvery === undefined ? {} : { expectedEvery }),
  };
};

/** The latest of all sources: one that floods hides no other for longer than it is mended. */
const looked = 200;

/** Of every source that was heard of, or that the settings expect something of. */
export const sourceStates = async (world: World): Promise<readonly SourceState[]> => {
  const [heard, latest] = await Promise.all([world.ledger.heard(), world.ledger.quarantined(looked)]);
  const { sources } = world.directory.current().configuration;
  const expected = [...(sources ?? [])].filter(([, { expectEvery }]) => expectEvery !== undefined).map(([name]) => name);
  const names = new Set([...heard.map((one) => one.source), ...latest.map((receipt) => receipt.source), ...expected]);
  return [...names].sort().map((source) =>
    stateOf(
      world,
      source,
      heard.find((one) => one.source === source),
      latest,
    ),
  );
};

export const sourceState = async (world: World, source: string): Promise<SourceState> => {
  const [heard, latest] = await Promise.all([world.ledger.heard(), world.ledger.quarantined(looked, source)]);
  return stateOf(
    world,
    source,
    heard.find((one) => one.source === source),
    latest,
  );
};
