// Decides what Slack may do at our door: a person's `/art33 report …` is stored before it is answered, nothing of any incident goes back (P-5, P-8).
import type { Context, Hono } from 'hono';
import { slackMember } from '#core/directory/lookup.ts';
import type { Configuration } from '#core/directory/directory.ts';
import { type Safe, safe, safeId } from '#core/kernel/safe.ts';
import { reportReference } from '#core/kernel/ids.ts';
import { parseJson } from '#core/signal/json.ts';
import { at, isFields } from '#core/signal/fields.ts';
import { type Report, longestReport } from '#core/signal/report-form.ts';
import { signedBy } from '#core/signal/signature.ts';
import { failureOf } from '#flow/failure.ts';
import { readAtMost } from '#flow/inflate.ts';
import { takeReport } from '#flow/take-report.ts';
import type { DoorDeps, DoorEnv } from './doors.ts';

/** Under this name the secrets of the doors hold Slack's signing secret, one or two; no source can be called so. */
export const slackDoor = '/slack';

/** Slack sends a few kilobytes. */
const bodyLimit = 65_536;

type Fields = Readonly<Record<string, string>>;

/** For the one who typed, and nobody else in the channel. Ours, but for the operator's own number. */
const said = (text: Safe) => ({ response_type: 'ephemeral', text }) as const;

const usage = said(
  safe`Write what happened behind it: /art33 report our users see messages of others. A person looks at it within the hour.`,
);

/** The words behind `report`; undefined for anything else that was typed. */
const wordsOf = (typed: string): string | undefined => /^\s*report\b\s*(\S.*)$/is.exec(typed)?.[1]?.trim();

const reportOf = (
  fields: Fields,
  text: string,
  { id, configuration }: { readonly id: string; readonly configuration: Configuration },
): Report => {
  const member = (fields['user_id'] ?? '').slice(0, 30);
  const person = slackMember(configuration.directory, member);
  return { report: 'person', id, text, ...(person ? { by: person } : { caller: `Slack ${member}`.trim() }) };
};

/** Slack shows what is answered with 200 only. */
const take = async (deps: DoorDeps, fields: Fields, id: string): Promise<ReturnType<typeof said>> => {
  const text = wordsOf(fields['text'] ?? '');
  if (text === undefined) return usage;
  if (text.length > longestReport) return said(safe`Not taken down: write at most ${longestReport} characters.`);
  const { configuration } = deps.world.directory.current();
  try {
    const report = reportOf(fields, text, { id, configuration });
    await takeReport(deps.world, { report, delivery: `slack:${id}`, received: deps.world.clock.now() });
    return said(
      safe`Taken down as ${safeId(reportReference(id))}. The incident lead is told now. What is confidential does not belong here: use the console.`,
    );
  } catch (cause) {
    deps.world.log.error('door-fault', failureOf(cause));
    return said(safe`NOT taken down: it could not be stored. Try again, or call ${configuration.directory.operator.supportPhone}.`);
  }
};

/** Who signs, or why nothing is done; words for the counter alone. */
const signed = async (deps: DoorDeps, c: Context): Promise<{ readonly hex: string; readonly body: string } | string> => {
  const secrets = await deps.tokensOf(slackDoor);
  if (secrets.length === 0) return 'no signing secret is set';
  if (!deps.world.directory.current().configuration.processing.some(({ recipient }) => recipient === 'slack'))
    return 'no row slack in processing.yml';
  const bytes = c.req.raw.body ? await readAtMost(c.req.raw.body, bodyLimit) : new Uint8Array();
  if (!bytes) return 'larger than a command';
  const signature = {
    timestamp: c.req.header('x-slack-request-timestamp') ?? '',
    signature: c.req.header('x-slack-signature') ?? '',
    scheme: 'slack',
  } as const;
  const by = signedBy(secrets, signature, { body: bytes, now: deps.world.clock.now() });
  if (!by) return 'wrong or missing credential';
  return by.late ? 'signed too long ago, or by a wrong clock' : { hex: by.hex, body: new TextDecoder().decode(bytes) };
};

export const addSlack = (app: Hono<DoorEnv>, deps: DoorDeps): void => {
  app.post(slackDoor, async (c) => {
    const request = await signed(deps, c);
    if (typeof request === 'string') {
      deps.counters.count(`slack: ${request}`);
      return c.json({ error: 'Not accepted.' }, 401);
    }
    const json = parseJson(request.body)?.value;
    // Asked once, when the address is entered; other events have no effect.
    if (isFields(json)) return c.json(at(json, 'type') === 'url_verification' ? { challenge: at(json, 'challenge') } : {});
    const fields: Fields = Object.fromEntries(new URLSearchParams(request.body));
    return c.json(fields['ssl_check'] === '1' ? {} : await take(deps, fields, request.hex.slice(0, 32)));
  });
};
