// Decides what each type of alert of Google Workspace means. One that nobody listed is kept as unknown (formats.md 0.1, A5).
import type { SignalKind, SignalOutcome } from '../signal.ts';

export type Meaning = { readonly kind: SignalKind; readonly outcome: SignalOutcome };

const unknown: Meaning = { kind: 'unknown', outcome: 'unknown' };
const finding: Meaning = { kind: 'finding', outcome: 'unknown' };
const settings: Meaning = { kind: 'config.change', outcome: 'success' };
const account: Meaning = { kind: 'account.change', outcome: 'success' };

/** Alert types by their name in the API (developers.google.com/workspace/admin/alertcenter/reference/alert-types), in small letters. */
const types: Readonly<Record<string, Meaning>> = {
  // The console calls it "Suspicious login blocked".
  'suspicious login': { kind: 'auth.login', outcome: 'blocked' },
  'suspicious login (less secure app)': { kind: 'auth.login', outcome: 'unknown' },
  'suspicious programmatic login': { kind: 'auth.login', outcome: 'unknown' },
  'super admin password reset': { kind: 'auth.password.change', outcome: 'success' },
  'primary admin changed': account,
  'user granted admin privilege': account,
  "user's admin privilege revoked": account,
  'sso profile added': settings,
  'sso profile updated': settings,
  'sso profile deleted': settings,
  'calendar settings changed': settings,
  'drive settings changed': settings,
  'email settings changed': settings,
  'mobile settings changed': settings,
  'account suspension warning': { kind: 'service.limit', outcome: 'unknown' },
  'apps outage': { kind: 'housekeeping', outcome: 'unknown' },
  'customer takeout initiated': finding,
  'leaked password': finding,
  'government attack warning': finding,
  'device compromised': finding,
  'suspicious activity': finding,
  'data loss prevention': finding,
  'malware reclassification': finding,
  'phishing reclassification': finding,
  'misconfigured whitelist': finding,
  'suspicious message reported': finding,
  'user reported phishing': finding,
  'user reported spam spike': finding,
  'activity rule': finding,
  'reporting rule': finding,
  'google operations': finding,
};

export const meaningOf = (type: string): Meaning => {
  const word = type.trim().toLowerCase();
  if (word.startsWith('user suspended')) return { kind: 'auth.block', outcome: 'blocked' };
  return (Object.hasOwn(types, word) ? types[word] : undefined) ?? unknown;
};
