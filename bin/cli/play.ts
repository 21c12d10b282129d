// Plays a story of raw events and tells what it would come to if nobody answered.
import { readFileSync } from 'node:fs';
import { printable } from '#core/kernel/safe.ts';
import { rfc3339 } from '#core/kernel/time.ts';
import { stderrLog } from '#local/log.ts';
import { accountOf } from '#local/play-account.ts';
import { playStory } from '#local/play-run.ts';
import { readStory } from '#local/play-story.ts';
import { CliUse, type Command, configuration, print, readWords } from './command.ts';

const textOf = (file: string): string => {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch {
    throw new CliUse(`${file}: there is no such file, or it can't be read.`);
  }
};

export const playCommand: Command = {
  name: 'play',
  summary: 'play a story: what would it come to if nobody answered?',
  help: `art33 play STORY.json|- [--json] [--config DIR]
  STORY.json: {name, events: [{at, source, raw}]}. at: arrival at our door, RFC 3339. raw: a text (log line, mail) or JSON with its
  own time inside; an array is one delivery. Other keys are ignored.
  Played in an empty state of its own, in memory, on a clock that follows at; nobody answers, until 24 h after the last event.
  Tick and audit come round as on one machine: the owner of a source that falls silent hears of it too.
  What can't be read is quarantined, as in life.
  --json: the last line is {outcome, incidents, pages}.
    outcome    the highest that the signs themselves say (D-4): none, security-incident, breach-assessment, suspected-breach.
               A breach assessment stays one here, though it is treated as suspected when nobody answers it in time (D-5).
    incidents  cases at the end; merged ones count once.
    pages      how often somebody was newly called: once for each case that calls, and again for a new resource or a higher level.
               Repeats, the next in the chain, reminders and digests count 0.
  Exit 2 for a story that is malformed, with the place.`,
  run: async (words) => {
    const { values, positionals } = readWords(words, { json: { type: 'boolean' }, config: { type: 'string' } });
    const [file, second] = positionals;
    if (file === undefined || second !== undefined) throw new CliUse('play takes one story: art33 play STORY.json.');
    const text = textOf(file);
    const inForce = await configuration(values.config);
    const story = readStory(text, file, inForce.sources);
    if (!story.ok) throw new CliUse(printable(story.error));
    const told = await playStory(story.value, inForce, stderrLog('error'));
    if (values.json) print(JSON.stringify(told.ending));
    else for (const line of accountOf(story.value, told, rfc3339)) print(printable(line));
    return 0;
  },
};
