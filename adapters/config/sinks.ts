// Decides whether what is set in the environment may really send: no row in processing.yml, no sending (P-5, D-28).
import type { Configuration, ProcessingRow } from '#core/directory/directory.ts';
import { type Result, fail, ok } from '#core/kernel/result.ts';
import type { ConfigProblem } from './problem.ts';

export type SinkSettings = {
  readonly SMTP_URL?: string | undefined;
  readonly SLACK_WEBHOOK_URL?: string | undefined;
  readonly JIRA_URL?: string | undefined;
};

/** Every sink that is set, with all that it lacks. The values of the settings are secrets and never said. */
export const checkSinks = (configuration: Configuration, env: SinkSettings): readonly ConfigProblem[] => [
  ...(isSet(env.SMTP_URL) ? [...needsNotice(configuration), ...needsRow(configuration, 'smtp', 'SMTP_URL')] : []),
  ...(isSet(env.SLACK_WEBHOOK_URL) ? needsRow(configuration, 'slack', 'SLACK_WEBHOOK_URL') : []),
  ...(isSet(env.JIRA_URL) ? needsRow(configuration, 'jira', 'JIRA_URL') : []),
  ...(isSet(configuration.notice?.reserve) ? needsRow(configuration, 'reserve', 'notice.reserve') : []),
];

const isSet = (value: string | undefined): boolean => value !== undefined && value.trim() !== '';

const needsNotice = ({ notice }: Configuration): readonly ConfigProblem[] =>
  (['from', 'replyTo'] as const)
    .filter((key) => !isSet(notice?.[key]))
    .map((key) => ({
      file: 'art33.yml',
      line: 1,
      field: `notice.${key}`,
      wrong: 'missing, and SMTP_URL is set',
      right: 'mail needs notice.from and notice.replyTo in art33.yml and a row smtp in processing.yml; set them, or unset SMTP_URL',
    }));

/** The row that lets this recipient have data, or what is to be added first. */
export const sinkAllowed = ({ processing }: Configuration, recipient: string): Result<ProcessingRow> => {
  const row = processing.find((one) => one.recipient === recipient);
  return row ? ok(row) : fail(`add the row \`${recipient}\` with purpose, dataClasses and agreement`);
};

const needsRow = (configuration: Configuration, recipient: string, setting: string): readonly ConfigProblem[] => {
  const allowed = sinkAllowed(configuration, recipient);
  if (allowed.ok) return [];
  const right = `${allowed.error}, or unset ${setting}`;
  return [{ file: 'processing.yml', line: 1, field: recipient, wrong: `no row, and ${setting} is set`, right }];
};
