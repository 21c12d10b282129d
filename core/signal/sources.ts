// Decides which sources there are, and which of them an event of unknown origin comes from: exactly one, or none.
import type { Recogniser } from './split.ts';
import type { RawEvent, SourceReader } from './signal.ts';
import { auth0 } from './sources/auth0.ts';
import { cloudtrail } from './sources/cloudtrail.ts';
import { fail2ban } from './sources/fail2ban.ts';
import { googleAlertCenter } from './sources/google-alert-center.ts';
import { guardduty } from './sources/guardduty.ts';
import { securityhub } from './sources/securityhub.ts';
import { sshd } from './sources/sshd.ts';
import { vaultAudit } from './sources/vault-audit.ts';

export const sources: ReadonlyMap<string, SourceReader> = new Map(
  [fail2ban, sshd, vaultAudit, auth0, guardduty, cloudtrail, securityhub, googleAlertCenter].map((reader) => [reader.name, reader]),
);

/** Their names: words of ours. */
export const sourceNames: readonly string[] = [...sources.keys()];

/** The one source that knows this event. Two that claim it are as good as none: a wrong guess would be read without a word. */
export const recognise = (event: RawEvent): SourceReader | undefined => {
  const claims = [...sources.values()].filter((reader) => reader.recognises(event));
  return claims.length === 1 ? claims[0] : undefined;
};

/** For `splitBatch` where the source is not known beforehand. */
export const anySource: Recogniser = { recognises: (event) => recognise(event) !== undefined };
