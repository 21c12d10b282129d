// Decides which kind of signal a CloudTrail record is: by the name of what was called, and by its service where names are not enough.
import { type Fields, at, booleanOf, textOf } from '../fields.ts';
import type { SignalKind } from '../signal.ts';

const byName: Readonly<Record<string, SignalKind>> = {
  ConsoleLogin: 'auth.login',
  UserAuthentication: 'auth.login',
  CheckMfa: 'auth.mfa.challenge',
  CredentialChallenge: 'auth.mfa.challenge',
  CredentialVerification: 'auth.mfa.challenge',
  SwitchRole: 'auth.token',
  AssumeRole: 'auth.token',
  AssumeRoleWithSAML: 'auth.token',
  AssumeRoleWithWebIdentity: 'auth.token',
  AssumeRoot: 'auth.token',
  GetSessionToken: 'auth.token',
  GetFederationToken: 'auth.token',
  GetSigninToken: 'auth.token',
  CreateAccessKey: 'auth.token',
  EnableMFADevice: 'auth.mfa.change',
  ResyncMFADevice: 'auth.mfa.change',
  DeactivateMFADevice: 'auth.mfa.change',
  CreateVirtualMFADevice: 'auth.mfa.change',
  DeleteVirtualMFADevice: 'auth.mfa.change',
  ChangePassword: 'auth.password.change',
  CreateLoginProfile: 'auth.password.change',
  UpdateLoginProfile: 'auth.password.change',
  DeleteLoginProfile: 'auth.password.change',
  PasswordUpdated: 'auth.password.change',
  PasswordRecoveryCompleted: 'auth.password.change',
  EmailUpdated: 'account.change',
  DeleteUser: 'account.delete',
  GetSecretValue: 'secret.read',
  BatchGetSecretValue: 'secret.read',
};

/** Services whose writes are about who may act, not about what is run. */
const identities: ReadonlySet<string> = new Set([
  'iam.amazonaws.com',
  'sso.amazonaws.com',
  'identitystore.amazonaws.com',
  'sso-directory.amazonaws.com',
]);

const reads = /^(?:Get|List|Describe|Head|Lookup|BatchGet|Search|Query|Scan|Select|Test|Validate|Check)[A-Z]/;

/** Old records have no `readOnly`: there the name says it. */
const isRead = (record: Fields, name: string): boolean => booleanOf(at(record, 'readOnly')) ?? reads.test(name);

export const kindOf = (record: Fields): SignalKind => {
  const name = textOf(at(record, 'eventName')) ?? '';
  const kind = Object.hasOwn(byName, name) ? byName[name] : undefined;
  if (kind) return kind;
  if (at(record, 'eventType') === 'AwsConsoleSignIn') return 'unknown';
  // A service did it by itself: a key rotated, a snapshot shared with the organization.
  if (at(record, 'eventType') === 'AwsServiceEvent' || isRead(record, name)) return 'housekeeping';
  return identities.has(textOf(at(record, 'eventSource')) ?? '') ? 'account.change' : 'config.change';
};
