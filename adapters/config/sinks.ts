// Decides whether what is set in the environment may really send: no row in processing.yml, no sending (P-5, D-28).
import type { Configuration } from '#core/directory/directory.ts';
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
      right: 'set it to a mail address of yours, or unset SMTP_URL',
    }));

const needsRow = ({ processing }: Configuration, recipient: string, setting: string): readonly ConfigProblem[] => {
  if (processing.some((row) => row.recipient === recipient)) return [];
  const right = `add the row \`${recipient}\` with purpose, dataClasses and agreement, or unset ${setting}`;
  return [{ file: 'processing.yml', line: 1, field: recipient, wrong: `no row, and ${setting} is set`, right }];
};
