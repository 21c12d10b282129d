// Decides how one finding of the doctor is said: ok, warn or fail, what was seen, and what to do. No secret is ever in it.
import { type Duration, durationOf, durationText, minutes } from '#core/kernel/time.ts';

export type Line = {
  readonly check: string;
  readonly verdict: 'ok' | 'warn' | 'fail';
  readonly says: string;
  readonly todo?: string;
};

export const fine = (check: string, says: string): Line => ({ check, verdict: 'ok', says });
export const warn = (check: string, says: string, todo: string): Line => ({ check, verdict: 'warn', says, todo });
export const bad = (check: string, says: string, todo: string): Line => ({ check, verdict: 'fail', says, todo });

/** A check that can't be made fails by itself and stops no other. */
export const attempt = async (check: string, work: () => Promise<readonly Line[]>): Promise<readonly Line[]> => {
  try {
    return await work();
  } catch (cause) {
    const known = cause instanceof Error && ['AwsError', 'PortError', 'CliFailure'].includes(cause.name);
    if (!known) throw cause;
    return [bad(check, `could not be checked: ${cause.message}`, 'mend that, then run the doctor again')];
  }
};

/** Seconds below a minute, where `durationText` would say 0 min. */
export const spanText = (of: Duration): string =>
  Math.abs(of) < minutes(1) ? `${Math.round(Math.abs(of) / 1_000)} s` : durationText(durationOf(Math.abs(of)));
