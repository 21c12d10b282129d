// Decides how one signal of a case looks in OCSF 1.6: by kind a class and an activity, persons and addresses as handles of this case (D-15).
import { type Handles, handlesOf } from '../incident/handles.ts';
import type { Incident, SignalRef } from '../incident/incident.ts';
import type { SignalKind } from '../signal/signal.ts';
import { type OcsfEvent, memberUid, ocsfEvent } from './ocsf.ts';

type Mapped = { readonly classUid: number; readonly activity: number };

const mapped = (classUid: number, activity: number): Mapped => ({ classUid, activity });

/**
 * Account Change (3001), Authentication (3002), Detection Finding (2004), API Activity (6003), Base Event (0). Activity 99 is other. What a
 * control of ours decided (a ban) is a finding: nobody tells us the other end of its connection.
 */
const classes: Readonly<Record<SignalKind, Mapped>> = {
  'auth.login': mapped(3002, 1),
  'auth.logout': mapped(3002, 2),
  'auth.token': mapped(3002, 99),
  'auth.mfa.challenge': mapped(3002, 99),
  'auth.block': mapped(3001, 9),
  'auth.unblock': mapped(3001, 99),
  'auth.signup': mapped(3001, 1),
  'auth.mfa.change': mapped(3001, 99),
  'auth.password.change': mapped(3001, 3),
  'account.change': mapped(3001, 99),
  'account.delete': mapped(3001, 6),
  'config.change': mapped(6003, 3),
  'secret.read': mapped(6003, 2),
  'service.limit': mapped(6003, 99),
  'net.ban': mapped(2004, 1),
  'net.unban': mapped(2004, 3),
  'net.failure': mapped(2004, 1),
  finding: mapped(2004, 1),
  report: mapped(2004, 1),
  housekeeping: mapped(0, 99),
  unknown: mapped(0, 0),
};

const statuses: Readonly<Record<string, number>> = { success: 1, failure: 2, blocked: 2 };

const bodyOf = ({ classUid }: Mapped, uid: string, signal: SignalRef, handle: Handles): Readonly<Record<string, unknown>> => {
  const user = { uid: handle('account', signal.actor) };
  const src_endpoint = { uid: handle('address', signal.address) };
  switch (classUid) {
    case 3002:
      return { user, src_endpoint, service: { name: signal.source }, is_mfa: signal.kind === 'auth.mfa.challenge' };
    case 3001:
      return { user, src_endpoint };
    case 6003:
      return { actor: { user }, api: { operation: signal.kind, service: { name: signal.source } }, src_endpoint };
    case 2004:
      return { finding_info: { uid, title: `${signal.source}: ${signal.kind}` }, resources: [{ uid: handle('target', signal.target) }] };
    default:
      return {};
  }
};

/** The kind is a word of ours; one that a newer version wrote is kept as a base event. */
const classOf = (kind: string): Mapped => (Object.hasOwn(classes, kind) ? classes[kind as SignalKind] : classes.unknown);

export const signalEvent = (incident: Incident, signal: SignalRef, handle: Handles): OcsfEvent => {
  const to = classOf(signal.kind);
  const uid = memberUid(incident, 'signal', signal.id);
  return ocsfEvent(
    { ...to, severity: 1, time: signal.time, uid },
    {
      ...bodyOf(to, uid, signal, handle),
      ...(to.classUid === 2004 ? {} : { status_id: statuses[signal.outcome] ?? 0 }),
      unmapped: { kind: signal.kind, source: signal.source, outcome: signal.outcome },
    },
  );
};

/** All signals that a case shows, in the order of their times. */
export const signalEvents = (incident: Incident): readonly OcsfEvent[] => {
  const handle = handlesOf(incident.signals);
  return incident.signals.map((signal) => signalEvent(incident, signal, handle));
};
