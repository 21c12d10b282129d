// Decides which sources there are, those in code and those by mapping, and which of them an event of unknown origin comes from: one or none.
import type { Recogniser } from './split.ts';
import type { RawEvent, SourceReader } from './signal.ts';
import { auth0 } from './sources/auth0.ts';
import { cloudtrail } from './sources/cloudtrail.ts';
import { fail2ban } from './sources/fail2ban.ts';
import { googleAlertCenter } from './sources/google-alert-center.ts';
import { guardduty } from './sources/guardduty.ts';
import { controllerReport, personReport, publicReport } from './sources/report.ts';
import { securityhub } from './sources/securityhub.ts';
import { sshd } from './sources/sshd.ts';
import { subprocessorMail } from './sources/subprocessor-mail.ts';
import { vaultAudit } from './sources/vault-audit.ts';

/** The sources whose meaning needs code (D-26). */
export const coded: readonly SourceReader[] = [
  fail2ban,
  sshd,
  vaultAudit,
  auth0,
  guardduty,
  cloudtrail,
  securityhub,
  googleAlertCenter,
  subprocessorMail,
  personReport,
  controllerReport,
  publicReport,
];

/** All sources of one configuration. */
export type Sources = {
  readonly readers: ReadonlyMap<string, SourceReader>;
  /** Words of ours or of the operator's, never of a sender. */
  readonly names: readonly string[];
  /** The one source that knows this event. Two that claim it are as good as none: a wrong guess would be read without a word. */
  readonly recognise: (event: RawEvent) => SourceReader | undefined;
  /** For `splitBatch` where the source is not known beforehand. */
  readonly any: Recogniser;
};

/** The coded sources and these. No name may stand twice: who reads the mappings refuses it with file and line. */
export const sourcesOf = (mapped: readonly SourceReader[] = []): Sources => {
  const readers = new Map([...coded, ...mapped].map((reader) => [reader.name, reader]));
  const recognise = (event: RawEvent): SourceReader | undefined => {
    const claims = [...readers.values()].filter((reader) => reader.recognises(event));
    return claims.length === 1 ? claims[0] : undefined;
  };
  const any: Recogniser = {
    recognises: (event) => recognise(event) !== undefined,
    split: (json) => recognise({ text: '', json })?.split?.(json),
  };
  return { readers, names: [...readers.keys()], recognise, any };
};
