// Decides what is known of a source beside its bytes: the zone of its clock, who may deliver, how often it is heard, since when it counts.
import type { Duration, Instant } from '../kernel/time.ts';
import type { Configuration, RoleName } from './directory.ts';

export type SourceSettings = {
  /** IANA zone of log lines that name none. */
  readonly zone: string;
  /** Networks that may deliver, beside having the credential. Absent: any. */
  readonly allow?: readonly string[];
  /** Push tokens of Google Pub/Sub are accepted: who they must be for, and by whom. */
  readonly google?: { readonly audience: string; readonly serviceAccount: string };
  /** The sender signs the body in its own way and shows nothing else: Meta, GitHub and their like. Absent: as `docs/doors.md` says. */
  readonly signature?: 'x-hub-signature-256';
  /** It is heard at least this often; past it a duty is due to `owner`. */
  readonly expectEvery?: Duration;
  readonly owner: RoleName;
  readonly firstConnection: 'live' | 'backfill';
  /** With `backfill`: events from here on are live. Absent: none is yet. */
  readonly liveFrom?: Instant;
};

const unwritten: SourceSettings = { zone: 'UTC', owner: 'sysop', firstConnection: 'live' };

/** Settings of a source, with what holds where nobody wrote any. */
export const sourceSettings = ({ sources }: Pick<Configuration, 'sources'>, source: string): SourceSettings =>
  sources?.get(source) ?? unwritten;
