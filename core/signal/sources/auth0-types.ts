// Decides what each Auth0 event type code means to us. A code that stands in no row is `unknown`, never an error (formats.md A2d).
import type { SignalKind, SignalOutcome } from '../signal.ts';

type Row = readonly [kind: SignalKind, outcome: SignalOutcome, codes: string];

// Codes of auth0/docs-v2 and, in the last rows, old ones that stored data still holds.
const rows: readonly Row[] = [
  ['auth.login', 'success', 's scoa'],
  // `f` is often a configuration error; rules that count guesses look for fp and fu.
  ['auth.login', 'failure', 'f fp fu fcoa ss_sso_failure'],
  ['auth.login', 'blocked', 'pwd_leak'],
  ['auth.logout', 'success', 'slo oidc_backchannel_logout_succeeded universal_logout_succeeded'],
  ['auth.logout', 'failure', 'flo federated_logout_failed oidc_backchannel_logout_failed universal_logout_failed'],
  ['auth.block', 'blocked', 'limit_wc limit_mu limit_sul'],
  ['auth.unblock', 'success', 'ublkdu'],
  ['auth.signup', 'success', 'ss si'],
  ['auth.signup', 'failure', 'fs fi'],
  ['auth.signup', 'blocked', 'signup_pwd_leak'],
  ['auth.mfa.challenge', 'success', 'gd_auth_succeed gd_recovery_succeed gd_auth_email_verification'],
  ['auth.mfa.challenge', 'failure', 'gd_auth_failed gd_auth_rejected gd_recovery_failed gd_auth_fail_email_verification'],
  ['auth.mfa.challenge', 'failure', 'gd_webauthn_challenge_failed passkey_challenge_failed'],
  ['auth.mfa.challenge', 'failure', 'gd_send_email_verification_failure gd_send_pn_failure gd_send_sms_failure gd_send_voice_failure'],
  ['auth.mfa.challenge', 'blocked', 'gd_otp_rate_limit_exceed gd_recovery_rate_limit_exceed'],
  ['auth.mfa.challenge', 'unknown', 'mfar gd_start_auth gd_send_pn gd_send_sms gd_send_voice gd_send_email'],
  ['auth.mfa.challenge', 'unknown', 'gd_send_email_verification passkey_challenge_started'],
  ['auth.mfa.change', 'success', 'gd_unenroll gd_update_device_account gd_enrollment_complete'],
  ['auth.mfa.change', 'success', 'my_account_authentication_method_succeeded'],
  ['auth.mfa.change', 'failure', 'gd_start_enroll_failed gd_webauthn_enrollment_failed too_many_records'],
  ['auth.mfa.change', 'failure', 'my_account_authentication_method_failed'],
  ['auth.mfa.change', 'unknown', 'gd_start_enroll'],
  ['auth.password.change', 'success', 'scp scpr'],
  ['auth.password.change', 'failure', 'fcp fcph fcpr'],
  ['auth.password.change', 'blocked', 'reset_pwd_leak'],
  // A silent renewal of a session is no login: it proves none and fails all day.
  ['auth.token', 'success', 'ssa seacft seccft secte sede sens seoobft seotpft sepft sepkoobft sepkotpft sepkrcft sercft sertft seta sd'],
  ['auth.token', 'success', 'ciba_exchange_succeeded ciba_start_succeeded idjag_exchange_succeeded success_on_behalf_of_token_exchange'],
  ['auth.token', 'failure', 'fsa feacft feccft fecte fede fens feoobft feotpft fepft fepotpft fercft ferrt fertft feta fd'],
  ['auth.token', 'failure', 'ciba_exchange_failed ciba_start_failed idjag_exchange_failed failed_on_behalf_of_token_exchange'],
  ['auth.token', 'failure', 'jwt_bearer_exchange_failed fpar fdeaz fdeac fdecc'],
  ['account.change', 'success', 'sce scu scpn sui sscim organization_member_added directory_sync_completed'],
  ['account.change', 'success', 'connected_accounts_connection_succeeded connected_accounts_delete_succeeded'],
  ['account.change', 'failure', 'fce fcu fcpn fui fcpro directory_sync_failed'],
  ['account.change', 'failure', 'connected_accounts_connection_failed connected_accounts_delete_failed'],
  ['account.delete', 'success', 'sdu du'],
  ['account.delete', 'failure', 'fdu'],
  ['config.change', 'success', 'sapi gd_tenant_update kms_key_management_success kms_key_state_changed admin_update_launch'],
  ['config.change', 'failure', 'fapi kms_key_management_failure custom_domain_verification_failed'],
  ['secret.read', 'success', 'mgmt_api_read'],
  ['service.limit', 'blocked', 'api_limit limit_delegation limit_ui'],
  ['service.limit', 'unknown', 'api_limit_warning appi token_quota_consumption_warning'],
  ['housekeeping', 'unknown', 'acls_summary acul_sdk_notice cls cs depnote directory_sync_started pla w wn wum ss_sso_info'],
  ['housekeeping', 'success', 'flows_execution_completed forms_submission_succeeded resource_cleanup scv sv svr ss_sso_success'],
  ['housekeeping', 'failure', 'actions_execution_failed fc fco flows_execution_failed fn forms_submission_failed fpurh fv fvr'],
  ['housekeeping', 'failure', 'rich_consents_access_error con coff'],
];

export type Meaning = { readonly kind: SignalKind; readonly outcome: SignalOutcome };

const meanings: ReadonlyMap<string, Meaning> = new Map(
  rows.flatMap(([kind, outcome, codes]) => codes.split(' ').map((code) => [code, { kind, outcome }] as const)),
);

const unheardOf: Meaning = { kind: 'unknown', outcome: 'unknown' };

/** What a code means; `sys_*` is Auth0's own upkeep of old. */
export const meaningOf = (code: string): Meaning =>
  meanings.get(code) ?? (code.startsWith('sys_') ? { kind: 'housekeeping', outcome: 'unknown' } : unheardOf);
