// Counts the people affected by an incident: takes a list over, shows counts, and lets a second person confirm them (D-14).
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { storedKind } from '#adapters/embedded/meta.ts';
import { handlingRoles } from '#core/directory/directory.ts';
import { listColumns, listLimits, subjectBases } from '#core/incident/data-subject-list.ts';
import type { Result } from '#core/kernel/result.ts';
import type { Imported, Refusal } from '#flow/data-subjects.ts';
import { type AskedCheck, type AskedImport, type Counted, checkHere, countsHere, importHere } from '#local/affected.ts';
import { CliFailure, CliUse, type Command, dataDirFor, print, readWords, withStore } from './command.ts';

const options = {
  as: { type: 'string' },
  how: { type: 'string' },
  json: { type: 'boolean' },
  config: { type: 'string' },
  data: { type: 'string' },
} as const;

type Values = ReturnType<typeof readWords<typeof options>>['values'];

/** So many rows to mend at once; the rest comes with the next try. */
const problemsAtMost = 20;

const refusalText = ({ message, rows = [] }: Refusal): string => {
  const lines = rows.slice(0, problemsAtMost).map((one) => {
    const where = one.row === 0 ? 'the file' : `row ${one.row}`;
    return `  ${where}${one.column === undefined ? '' : `, ${one.column}`}: ${one.message}`;
  });
  const more = rows.length > problemsAtMost ? [`  and ${rows.length - problemsAtMost} more`] : [];
  return [message, ...lines, ...more].join('\n');
};

const done = <T>(result: Result<T, Refusal>): T => {
  if (!result.ok) throw new CliFailure(refusalText(result.error));
  return result.value;
};

const personIn = ({ as: person }: Values): string => {
  if (person === undefined) throw new CliUse('say who does it: --as PERSON, by the id in people.yml.');
  return person;
};

/** Whose data a row belongs to is said by the directory: that of the example would refuse the right ones. */
const dirFor = ({ data, config }: Values): { readonly dir: string; readonly mayOpen: () => void } => {
  const dir = dataDirFor(data);
  return {
    dir,
    mayOpen: () => {
      if (config === undefined && storedKind(dir) === 'own')
        throw new CliFailure('Art33 is not running on this store: start it, or say by whose directory: --config DIR.');
    },
  };
};

const bytesOf = (file: string): Buffer => {
  try {
    return readFileSync(resolve(file));
  } catch {
    throw new CliFailure(`${file} can't be read: name a CSV file.`);
  }
};

const importList = async (values: Values, [incident, controller, file, more]: readonly string[]): Promise<number> => {
  if (incident === undefined || controller === undefined || file === undefined || more !== undefined)
    throw new CliUse('import takes three words: art33 affected import INCIDENT CONTROLLER FILE.csv --as PERSON.');
  const asked: AskedImport = { incident, controller, person: personIn(values), file: bytesOf(file).toString('base64') };
  const { dir, mayOpen } = dirFor(values);
  const result = await withStore<Result<Imported, Refusal>>(
    dir,
    { path: '/affected/import', method: 'POST', body: asked },
    (node) => {
      mayOpen();
      return importHere(node, asked);
    },
    values.config,
  );
  const { count, file: inFile, signs, both, repeated } = done(result);
  if (values.json) print(JSON.stringify(done(result)));
  else {
    print(
      `Taken over and sealed: ${count.best} people, at least ${count.min}, at most ${count.max}; estimated until a second person checks it.`,
    );
    print(`${inFile} in the file (${repeated} row(s) repeated), ${signs} named by the signs, ${both} in both.`);
  }
  return 0;
};

const countText = ({ incident, controller, count, status, basis, asOf }: Counted): string =>
  count === null
    ? `${incident}  ${controller}: not counted`
    : `${incident}  ${controller}: ${count.best}, at least ${count.min}, at most ${count.max}; ${status}; by ${basis}, as of ${asOf}`;

const show = async (values: Values, [incident, more]: readonly string[]): Promise<number> => {
  if (more !== undefined) throw new CliUse('show takes one incident or none: art33 affected show [INCIDENT].');
  const query = incident === undefined ? '' : `?${new URLSearchParams({ incident })}`;
  const counts = await withStore<readonly Counted[]>(dataDirFor(values.data), { path: `/affected${query}` }, (node) =>
    countsHere(node, incident),
  );
  if (values.json) for (const one of counts) print(JSON.stringify(one));
  else if (counts.length === 0) print('No controller is affected as far as is known.');
  else for (const one of counts) print(countText(one));
  return 0;
};

const check = async (values: Values, [incident, controller, more]: readonly string[]): Promise<number> => {
  if (incident === undefined || controller === undefined || more !== undefined || values.how === undefined)
    throw new CliUse('check takes two words and how: art33 affected check INCIDENT CONTROLLER --as PERSON --how "against what".');
  const asked: AskedCheck = { incident, controller, person: personIn(values), how: values.how };
  const { dir, mayOpen } = dirFor(values);
  const result = await withStore<Result<null, Refusal>>(
    dir,
    { path: '/affected/check', method: 'POST', body: asked },
    (node) => {
      mayOpen();
      return checkHere(node, asked);
    },
    values.config,
  );
  done(result);
  print('Checked: notices say it as checked from now on.');
  return 0;
};

const verbs: Readonly<Record<string, (values: Values, words: readonly string[]) => Promise<number>>> = { import: importList, show, check };

export const affectedCommand: Command = {
  name: 'affected',
  summary: 'how many people are affected: take a list over, show counts, check',
  help: `art33 affected import INCIDENT CONTROLLER FILE.csv --as PERSON [--json]
art33 affected show [INCIDENT] [--json]
art33 affected check INCIDENT CONTROLLER --as PERSON --how "against what"
  INCIDENT is its id or its reference (ART33-…), CONTROLLER an id of controllers.yml, PERSON one of people.yml with a role of
  ${handlingRoles.join(', ')}.
  import: CSV in UTF-8 with the columns ${listColumns.join(',')}; basis is one of ${subjectBases.join(', ')}; at most ${listLimits.rows} rows.
  One wrong row, and nothing is taken over: each is named by its number with what would be right. Accounts that the signs surely
  name are added. The list is sealed for its controller and erased after 180 days; the register holds its hash and the counts.
  show: counts only. check: by another person than the one who counted; until then notices say "estimated".
  [--data DIR]; --config DIR is needed for import and check while Art33 is not running.`,
  run: async (words) => {
    const { values, positionals } = readWords(words, options);
    const [name = '', ...rest] = positionals;
    const verb = Object.hasOwn(verbs, name) ? verbs[name] : undefined;
    if (!verb) throw new CliUse('affected can import, show or check; see art33 affected --help.');
    return verb(values, rest);
  },
};
