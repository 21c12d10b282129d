// Decides whether a drill proves the lanes and nothing else: taken and ended in the ledger, named in the register, nobody told.
import { describe, expect, it } from 'vitest';
import { isTerminal, lanes } from '#core/duty/duty.ts';
import { minutes, plus } from '#core/kernel/time.ts';
import { verifyRegister } from '#core/register/verify.ts';
import { audit } from '#flow/audit.ts';
import { clearDrills, drillSubject, endDrill, startDrill } from '#flow/drill.ts';
import { perform } from '#flow/perform.ts';
import type { World } from '#flow/ports.ts';
import { registerEntries } from '#local/commands.ts';
import { openHarness } from './harness.ts';

const told = (world: World, woken: string[]): World => ({
  ...world,
  queues: { ...world.queues, wake: async (lane, refs) => void woken.push(...refs.map(() => lane)) },
});

const take = async (world: World, lane: string): Promise<void> => {
  const duty = (await world.ledger.dutiesOf(drillSubject)).find((one) => one.lane === lane && !isTerminal(one.state));
  if (duty) expect(await perform(world, duty, { name: 'w', epoch: 0 })).toBe('lost');
};

describe('a drill', () => {
  it('wakes every lane once, and is over for those that took their duty', async () => {
    const { world, node } = await openHarness();
    const woken: string[] = [];
    await startDrill(told(world, woken), 'one');
    expect(woken.toSorted()).toEqual([...lanes].toSorted());
    expect(await endDrill(world, 'one')).toEqual([]);
    await take(world, 'notify');
    expect(await endDrill(world, 'one')).toEqual(['notify']);
    for (const lane of lanes) await take(world, lane);
    expect(await endDrill(world, 'one')).toEqual(lanes);
    expect((await world.ledger.dutiesOf(drillSubject)).map((duty) => duty.state)).toEqual(lanes.map(() => 'DONE'));
    node.close();
  });

  it('tells nobody, does nothing, and passes the audit while it runs and after', async () => {
    const harness = await openHarness();
    const { world, node } = harness;
    await startDrill(told(world, []), 'one');
    for (const lane of lanes) await take(world, lane);
    expect((await audit(world)).clean).toBe(true);
    await endDrill(world, 'one');
    expect((await audit(world)).clean).toBe(true);
    expect(await node.outbox.messages()).toEqual([]);
    expect(await world.ledger.attemptsOf((await world.ledger.dutiesOf(drillSubject))[0] as never)).toEqual([]);
    node.close();
  });

  it('stands in the register as a drill, in chains that are whole', async () => {
    const { world, node } = await openHarness();
    await startDrill(told(world, []), 'one');
    for (const lane of lanes) await take(world, lane);
    await endDrill(world, 'one');
    const entries = await registerEntries(node);
    expect(entries.map((entry) => [entry.actor, entry.type, (entry.data as { kind?: string }).kind])).toEqual(
      lanes.flatMap(() => [
        ['machine:drill', 'DutyCreated', 'drill'],
        ['machine:drill', 'DutyDone', 'drill'],
      ]),
    );
    expect(verifyRegister(entries, [])).toMatchObject({ verdict: 'self-consistent' });
    node.close();
  });

  it('that nobody waited for is ended by the next one', async () => {
    const { world, clock, node } = await openHarness();
    await startDrill(told(world, []), 'one');
    clock.set(plus(clock.now(), minutes(30)));
    await startDrill(told(world, []), 'two');
    expect((await world.ledger.dutiesOf(drillSubject)).filter((duty) => !isTerminal(duty.state)).map((duty) => duty.step)).toEqual(
      lanes.map(() => 'two'),
    );
    await clearDrills(world);
    expect((await world.ledger.dutiesOf(drillSubject)).every((duty) => duty.state === 'EXPIRED')).toBe(true);
    node.close();
  });
});
