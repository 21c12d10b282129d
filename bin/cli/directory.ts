// Puts an edited directory into force on AWS without a deployment.
import { resolve } from 'node:path';
import { systemClock } from '#adapters/embedded/secrets.ts';
import { rfc3339 } from '#core/kernel/time.ts';
import { decode, encode } from '#lambdas/deployed.ts';
import { exampleDir } from '#local/configuration.ts';
import { type ReadForDeployment, readForDeployment } from '../deployed-configuration.ts';
import { CliFailure, CliUse, type Command, print, readWords } from './command.ts';
import { type Deployment, findDeployment, operating, placeHelp, placeOf, placeOptions, pushedIn } from './deployment.ts';

/** Read and checked; or refused with file, line and field of everything that is wrong. */
export const checkedDirectory = async (folder: string): Promise<ReadForDeployment> => {
  const read = await readForDeployment(folder, systemClock().now());
  if (!read.ok) throw new CliFailure(`${folder} has ${read.error.length} thing(s) to mend; nothing was changed:\n${read.error.join('\n')}`);
  for (const warning of read.value.warnings) process.stderr.write(`warning: ${warning}\n`);
  return read.value;
};

/** The instant of what is replaced. One that no version of ours wrote has none. */
const instantIn = (text: string): string => {
  try {
    return rfc3339(decode(text).madeAt);
  } catch {
    return `unreadable-${rfc3339(systemClock().now())}`;
  }
};

export const pushDirectory = async (deployment: Deployment, { deployed }: ReadForDeployment): Promise<void> => {
  const bucket = await pushedIn(deployment);
  const before = await bucket.read();
  if (before !== undefined && before !== 'unchanged') await bucket.keep(instantIn(before.text), before.text);
  const replaces = before === undefined || before === 'unchanged' ? undefined : before.etag;
  if ((await bucket.put(encode(deployed), replaces)) === 'conflict')
    throw new CliFailure('somebody else pushed a directory at this moment; nothing was changed. Look at theirs, then push again.');
};

const counted = ({ deployed: { configuration } }: ReadForDeployment): string => {
  const { controllers, assets, people } = configuration.directory;
  return `${controllers.size} controllers, ${assets.length} assets, ${people.size} people`;
};

export const directoryCommand: Command = {
  name: 'directory',
  summary: 'put an edited directory into force on AWS',
  help: `art33 directory push [DIR] --stage S [--region R]
  Checks the configuration in DIR (default: the shipped example) as npm start does, and puts it into force without a deployment:
  the functions take it within two minutes. What it replaces is kept in the evidence bucket under directory/.
  A later deployment brings its own directory, and the newer of the two counts.
  ${placeHelp}`,
  run: async (words) => {
    const { values, positionals } = readWords(words, placeOptions);
    const [verb, dir, more] = positionals;
    if (verb !== 'push' || more !== undefined) throw new CliUse('directory can push: art33 directory push [DIR] --stage S.');
    const place = placeOf('directory push', values);
    const read = await checkedDirectory(dir === undefined ? exampleDir : resolve(dir));
    await operating(async () => pushDirectory(await findDeployment(place), read));
    print(`Pushed: ${counted(read)}. In force on ${place.stage} within two minutes.`);
    return 0;
  },
};
