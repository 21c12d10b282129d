// Decides whether an incident's severity follows what is known of it, stands in the register line by line, and moves no notice by a minute.
import { afterEach, describe, expect, it } from 'vitest';
import type { Configuration } from '#core/directory/directory.ts';
import type { DataClass } from '#core/signal/signal.ts';
import { controllerId } from '#core/kernel/ids.ts';
import { minutes } from '#core/kernel/time.ts';
import { isMeant } from '#core/detection/severity.ts';
import { type Harness, example, openHarness } from './harness.ts';
import { exfiltration, raw, stuffing } from './raw-events.ts';
import { audit } from '#flow/audit.ts';

const open: Harness[] = [];
const opened = async (change?: (configuration: Configuration) => Configuration): Promise<Harness> => {
  const h = await openHarness(change ? { change } : {});
  open.push(h);
  return h;
};
afterEach(() => {
  for (const h of open.splice(0)) {
    h.takeMessages();
    h.close();
  }
});

/** The bucket's own tag says what it holds as well. */
const tagged = (dataClass: DataClass): ReturnType<typeof raw> =>
  raw('guardduty', new TextDecoder().decode(exfiltration().bytes).replaceAll('message-content', dataClass));

type Weight = { readonly dataClasses: readonly DataClass[]; readonly dpcFloor?: 4 };

const weighing =
  ({ dataClasses, dpcFloor }: Weight) =>
  (configuration: Configuration): Configuration => {
    const { directory } = configuration;
    const controllers = [...directory.controllers].map(
      ([id, { dpcFloor: _, ...one }]) => [id, { ...one, ...(dpcFloor && { dpcFloor }) }] as const,
    );
    return {
      ...configuration,
      directory: { ...directory, controllers: new Map(controllers), assets: directory.assets.map((asset) => ({ ...asset, dataClasses })) },
    };
  };

const scoresOf = async (h: Harness): Promise<readonly unknown[]> =>
  (await h.entries()).filter(({ type }) => type === 'SeverityScored').map(({ data }) => data['se']);

describe('the severity of an incident', () => {
  it('stands in it from its opening on, with a line in the register that says why', async () => {
    const h = await opened();
    await h.play([exfiltration()]);
    expect((await h.incident()).severity).toMatchObject({ se: 5, level: 'very-high' });
    const [line] = (await h.entries()).filter(({ type }) => type === 'SeverityScored');
    expect(line).toMatchObject({ actor: 'machine:assess', data: { method: 'ENISA 1.0 (2013)', scores: { dpc: { value: 4 } } } });
  });

  it('is scored anew when a controller comes to it, and not when nothing of it changes', async () => {
    const h = await opened();
    await h.play(stuffing('org_museum_shop'));
    expect(await scoresOf(h)).toEqual([3]);
    await h.acknowledge();
    await h.act((_incident, at) => ({ type: 'Advise', at, text: 'Ask them to change their passwords.' }));
    expect(await scoresOf(h)).toEqual([3]);
    const actor = {
      by: 'person',
      person: [...h.world.directory.current().configuration.directory.people.keys()][0]!,
      role: 'incident-lead',
    } as const;
    await h.act((_incident, at) => ({ type: 'Identify', at, actor, controllers: [controllerId('clinic-portal')], reason: 'same tenant' }));
    expect(await scoresOf(h)).toEqual([3, 5]);
  });

  it('is none where nothing was hurt', async () => {
    const h = await opened(weighing({ dataClasses: ['operational'] }));
    await h.play([tagged('operational')]);
    expect((await h.incident()).severity).toBeUndefined();
    expect(await scoresOf(h)).toEqual([]);
  });

  it('is scored no more once the case is over', async () => {
    const h = await opened(weighing({ dataClasses: ['contact'] }));
    await h.play([tagged('contact')]);
    h.configure(weighing({ dataClasses: ['special-category'] }));
    await h.refute();
    expect(await scoresOf(h)).toEqual([2]);
  });
});

describe('malice', () => {
  it('is taken for given in every category of the shipped rules but these', () => {
    const categories = new Set(example.rules.rules.flatMap(({ incident }) => incident?.category ?? []));
    const unmeant = [...categories].filter((category) => !isMeant([category]));
    expect(unmeant.toSorted()).toEqual(['availability', 'backup', 'data-exposure', 'service-stopped']);
  });
});

describe('a directory that knows better now', () => {
  it('is heard by the audit: the score changes without any further sign', async () => {
    const h = await opened(weighing({ dataClasses: ['contact'] }));
    await h.play([tagged('contact')]);
    h.configure(weighing({ dataClasses: ['contact'], dpcFloor: 4 }));
    await audit(h.world);
    expect(await scoresOf(h)).toEqual([2, 5]);
    await audit(h.world);
    expect(await scoresOf(h)).toEqual([2, 5]);
  });
});

describe('the lowest and the highest severity', () => {
  const hurried = (configuration: Configuration): Configuration => ({
    ...configuration,
    policy: {
      ...configuration.policy,
      call: {
        ...configuration.policy.call,
        bySeverity: { 'very-high': { timeouts: [minutes(5), minutes(15), minutes(30), minutes(45)], together: ['management'] } },
      },
    },
  });

  /** What controllers were sent and when, what they were not, and what people had to decide by when. */
  const toldBy = async (weight: Weight) => {
    const h = await opened((configuration) => hurried(weighing(weight)(configuration)));
    await h.play([tagged(weight.dataClasses[0] ?? 'contact')]);
    await h.fastForward('40h');
    const { heldByPolicy, releases, severity } = await h.incident();
    const towards = (await h.duties()).filter(({ kind }) => kind === 'release' || kind === 'notice' || kind === 'consult');
    const calls = (await h.duties('call')).length;
    return {
      severity: severity?.level,
      calls,
      told: {
        heldByPolicy,
        releases,
        duties: towards.map(({ kind, recipient, step, state, deadlineAt }) => ({ kind, recipient, step, state, deadlineAt })),
        mails: h.takeMessages().filter(({ subject }) => subject.includes('Notice of') || subject.includes('Meldung')),
      },
    };
  };

  it('tell the same controllers the same words in the same minute, however differently people here are called', async () => {
    const [lowest, highest] = [
      await toldBy({ dataClasses: ['contact'] }),
      await toldBy({ dataClasses: ['special-category'], dpcFloor: 4 }),
    ];
    expect([lowest.severity, highest.severity]).toEqual(['medium', 'very-high']);
    expect(highest.calls).toBeGreaterThan(lowest.calls);
    expect(lowest.told.mails.length).toBeGreaterThan(1);
    expect(highest.told).toEqual(lowest.told);
  });
});
