// Decides that a sink set in the environment is refused while the configuration does not list it (D-28, P-5).
import { describe, expect, it } from 'vitest';
import { loadConfiguration } from '#adapters/config/load.ts';
import { problemText } from '#adapters/config/problem.ts';
import { checkSinks, sinkAllowed } from '#adapters/config/sinks.ts';
import type { Configuration } from '#core/directory/directory.ts';
import { example, now } from './edited.ts';

const configuration = async (changed: Partial<Configuration> = {}): Promise<Configuration> => {
  const loaded = await loadConfiguration(example(), now);
  if (!loaded.ok) throw new Error('the example is refused');
  return { ...loaded.value.configuration, ...changed };
};
const notice = { from: 'incidents@muster.example', replyTo: 'desk@muster.example' };
const smtp = { SMTP_URL: 'smtps://user:pass-word@mail.example' };

describe('sinks set in the environment', () => {
  it('refuses mail without sender, reply address and processing row, naming all three', async () => {
    const problems = checkSinks(await configuration({ processing: [] }), smtp);
    expect(problems.map(({ file, field }) => `${file} ${field}`)).toEqual([
      'art33.yml notice.from',
      'art33.yml notice.replyTo',
      'processing.yml smtp',
    ]);
    expect(problems.map(problemText).join()).not.toContain('pass-word');
  });

  it('says in full what is missing', async () => {
    const [problem] = checkSinks(await configuration(), smtp);
    expect(problem).toEqual({
      ...{ file: 'art33.yml', line: 1, field: 'notice.from', wrong: 'missing, and SMTP_URL is set' },
      right: 'mail needs notice.from and notice.replyTo in art33.yml and a row smtp in processing.yml; set them, or unset SMTP_URL',
    });
  });

  it.each([
    ['slack', 'SLACK_WEBHOOK_URL'],
    ['jira', 'JIRA_URL'],
    ['smtp', 'SMTP_URL'],
  ])('refuses %s without its own row, whatever other rows there are', async (recipient, setting) => {
    const whole = await configuration({ notice });
    const without = { ...whole, processing: whole.processing.filter((row) => row.recipient !== recipient) };
    const right = `add the row \`${recipient}\` with purpose, dataClasses and agreement, or unset ${setting}`;
    expect(checkSinks(without, { [setting]: 'https://hooks.example' })).toEqual([
      { file: 'processing.yml', line: 1, field: recipient, wrong: `no row, and ${setting} is set`, right },
    ]);
    expect(checkSinks(whole, { [setting]: 'https://hooks.example' })).toEqual([]);
  });

  it('refuses a reserve sender that the controllers were never told of', async () => {
    const sealed = { ...notice, reserve: 'sealed' };
    const whole = await configuration({ notice: sealed });
    const right = 'add the row `reserve` with purpose, dataClasses and agreement, or unset notice.reserve';
    expect(checkSinks(whole, {})).toEqual([
      { file: 'processing.yml', line: 1, field: 'reserve', wrong: 'no row, and notice.reserve is set', right },
    ]);
    const row = { ...whole.processing[0]!, recipient: 'reserve' };
    expect(checkSinks({ ...whole, processing: [...whole.processing, row] }, {})).toEqual([]);
  });

  it('lets a recipient have data only by its own row', async () => {
    const listed = await configuration();
    expect(sinkAllowed(listed, 'slack')).toMatchObject({ ok: true, value: { recipient: 'slack', dataClasses: ['operational'] } });
    expect(sinkAllowed(listed, 'sms')).toEqual({ ok: false, error: 'add the row `sms` with purpose, dataClasses and agreement' });
  });

  it('asks for nothing where nothing is set', async () => {
    expect(checkSinks(await configuration({ processing: [] }), { SMTP_URL: '', JIRA_URL: undefined })).toEqual([]);
  });
});
