// Works a night from a kit on this machine: who says so, over what nothing goes, and by which sender notices leave.
import { resolve } from 'node:path';
import { personId } from '#core/kernel/ids.ts';
import { sha256 } from '#core/kernel/hash.ts';
import { unpacked } from '#core/kernel/packed.ts';
import type { Configuration } from '#core/directory/directory.ts';
import { type Channel, channels, isChannel } from '#flow/trust.ts';
import { stderrLog } from '#local/log.ts';
import type { NightSettings } from '#local/night.ts';
import { type Reserve, reserveIn, reserveOf } from '#adapters/smtp/reserve.ts';
import { StartRefused } from '#local/refused.ts';
import { serveNight } from '#local/serve-night.ts';
import { CliFailure, CliUse, personOf, portOf } from './command.ts';
import { type NightWords, type OpenedKit, age, openKit } from './night-kit.ts';

const distrustedBy = ({ values }: NightWords): readonly Channel[] =>
  (values.distrust ?? []).map((word) => {
    if (!isChannel(word)) throw new CliUse(`--distrust ${word}: one of ${channels.join(', ')}.`);
    return word;
  });

/** What is given here and now counts before what was sealed long ago. */
const reserveFor = async ({ kit, keys }: OpenedKit, { values }: NightWords): Promise<Reserve> => {
  if (process.env['SMTP_URL']) {
    const given = reserveOf({ url: process.env['SMTP_URL'], from: values.from, replyTo: values['reply-to'] });
    if (!given.ok) throw new CliUse(`the reserve sender: ${given.error}.`);
    return given.value;
  }
  const { notice } = unpacked(JSON.parse(kit.seed.configuration)) as Configuration;
  if (notice?.reserve === undefined)
    throw new CliFailure(
      'no reserve sender is in this kit: set SMTP_URL to a mail server that nobody hostile holds, and give --from ADDRESS.',
    );
  const { openWith, unarmoured } = await age();
  const opened = await openWith(keys, unarmoured(notice.reserve));
  const reserve = opened.ok ? reserveIn(opened.value) : opened;
  if (!reserve.ok) throw new CliFailure(`the reserve sender of this kit: ${reserve.error}. Set SMTP_URL and give --from ADDRESS.`);
  return reserve.value;
};

const goOf = (words: readonly string[] = []): NightSettings['letGo'] => (words.includes('all') ? 'all' : words);

export const nightSettings = async (words: NightWords, file: string): Promise<NightSettings> => {
  const { values } = words;
  const why = (values.why ?? '').trim();
  if (values.as === undefined || why === '')
    throw new CliUse('--as PERSON and --why "…" are needed: the register keeps who, when and why.');
  const by = personId(personOf(values.as));
  const distrusted = distrustedBy(words);
  const port = portOf(values.port, 3333);
  const opened = await openKit(file, values.identity);
  if (opened.kit.seed === undefined)
    throw new CliFailure(`${file}: an older version made this kit; it can be read (night open), not worked from.`);
  return {
    dataDir: resolve(values.data ?? '.art33/night'),
    kit: opened.kit,
    sealed: sha256(opened.bytes),
    reserve: await reserveFor(opened, words),
    by,
    why,
    distrusted,
    letGo: goOf(values['let-go']),
    environment: process.env,
    port,
    log: stderrLog('warn'),
  };
};

export const workNight = async (words: NightWords, file: string): Promise<number> => {
  const settings = await nightSettings(words, file);
  try {
    await serveNight(settings);
    return 0;
  } catch (cause) {
    if (cause instanceof StartRefused) throw new CliFailure(cause.message);
    throw cause;
  }
};
