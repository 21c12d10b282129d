// What happens when the world answers: a delivery event ends a notice, a bounce sets a person beside it at once (I-21, I-22).
import type { Duty, DutyRef, Evidence } from '#core/duty/duty.ts';
import { endsByDelivery, endsByWord, isTerminal } from '#core/duty/duty.ts';
import { besides, ended } from '#core/duty/settle.ts';
import type { PersonId } from '#core/kernel/ids.ts';
import { type Result, fail, ok } from '#core/kernel/result.ts';
import { recordDuty } from '#core/register/record.ts';
import { asRead, dutyWrites, existingOf, untilCommitted, wakeFor } from './change.ts';
import type { World, Write } from './ports.ts';

/** What came back about one duty's message. */
export type Report = {
  readonly duty: DutyRef;
  /** `done` ends a human duty by a named person's word; a message is ended by `delivered` alone. */
  readonly what: 'delivered' | 'bounced' | 'delayed' | 'done';
  /** Who says so: the provider's event, or a named person. */
  readonly by: { readonly provider: string; readonly eventId: string } | { readonly person: PersonId; readonly how: string };
};

const sayer = (report: Report): string => ('person' in report.by ? `person:${report.by.person}` : `provider:${report.by.provider}`);

const evidenceOf = (world: World, report: Report): Evidence => ({
  at: world.clock.now(),
  channel: 'person' in report.by ? `word: ${report.by.how}` : report.by.provider,
  via: 'provider',
  says: report.what,
  ...('person' in report.by ? {} : { providerId: report.by.eventId }),
});

const typeOf = { delivered: 'DeliveryConfirmed', bounced: 'DeliveryFailed', delayed: 'DeliveryDelayed', done: 'DoneByPerson' } as const;

const writesFor = (world: World, report: Report, duty: Duty, ids: readonly string[]): readonly Write[] => {
  const now = world.clock.now();
  const noted = { ...duty, evidence: [...duty.evidence, evidenceOf(world, report)] };
  const ends = report.what === 'done' || (report.what === 'delivered' && endsByDelivery(duty));
  const failing = report.what === 'delivered' ? {} : { lastFailure: report.what };
  const next = ends ? ended(noted, { state: 'DONE', reason: report.what }, now) : { ...noted, ...failing };
  const type = typeOf[report.what];
  const { duty: recorded, entry } = recordDuty(next, { at: now, actor: sayer(report), type });
  const own: readonly Write[] = [
    { put: 'duty', duty: recorded, if: asRead(duty) },
    { put: 'entry', entry },
  ];
  return report.what === 'delivered' || ends ? own : [...own, ...besideWrites(duty, ids, now)];
};

const besideWrites = (duty: Duty, ids: readonly string[], now: Duty['createdAt']): readonly Write[] =>
  duty.incident === undefined
    ? []
    : dutyWrites(
        { id: duty.incident, controllers: duty.controller === undefined ? [] : [duty.controller] },
        [besides(duty, now)],
        ids,
        now,
      );

/** A person says that a controller has its notice, or that what a person was asked for is done; a provider reports on any mail. */
const fits = ({ what, by }: Report, duty: Duty): boolean => {
  if (what === 'done') return endsByWord(duty);
  return 'person' in by ? endsByDelivery(duty) : true;
};

/** Idempotent and order-free: what is ended stays ended, a repeat changes nothing (I-11). */
export const receive = (world: World, report: Report): Promise<Result<'noted' | 'known'>> =>
  untilCommitted<Result<'noted' | 'known'>>(async () => {
    const duty = await world.ledger.duty(report.duty);
    if (!duty) return fail('there is no such duty');
    if (isTerminal(duty.state)) return ok('known');
    if (!fits(report, duty)) return fail('this duty is not ended in that way');
    const known = 'person' in report.by ? false : duty.evidence.some((e) => 'eventId' in report.by && e.providerId === report.by.eventId);
    if (known) return ok('known');
    const { ids } = await existingOf(world, duty.subject);
    const writes = writesFor(world, report, duty, ids);
    if ((await world.ledger.commit(writes)) === 'conflict') return 'conflict';
    await wakeFor(world, writes.slice(1));
    return ok('noted');
  });
