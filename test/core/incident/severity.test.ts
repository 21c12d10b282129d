// Holds what an incident's severity is made of: its findings, whose data they touch, what the directory says today; and nothing of it where no personal data is hurt.
import { describe, expect, it } from 'vitest';
import type { Finding } from '#core/detection/finding.ts';
import type { Asset, Configuration, Controller } from '#core/directory/directory.ts';
import type { DataClass } from '#core/signal/signal.ts';
import { openIncident } from '#core/incident/decide.ts';
import type { DataSubjectCount } from '#core/incident/data-subjects.ts';
import type { Incident } from '#core/incident/incident.ts';
import { severityIn } from '#core/incident/severity.ts';
import {
  type FindingGiven,
  aConfiguration,
  aController,
  aFinding,
  aSignal,
  anAsset,
  anIncident,
  attach,
  caseId,
  folded,
  hence,
  none,
  possible,
  t0,
  when,
} from '../given.ts';
import { personId } from '#core/kernel/ids.ts';
import { minutes } from '#core/kernel/time.ts';

const assets = (...given: readonly (readonly [id: string, classes: readonly DataClass[], more?: Partial<Asset>])[]): Configuration =>
  aConfiguration({
    assets: given.map(([id, dataClasses, more]) => ({ ...anAsset(id, ['museum']), dataClasses, ...more })),
  });

const scoreOf = (incident: Incident, { directory }: Configuration = aConfiguration()) => severityIn(incident, directory);

const saying = (dataClasses: Finding['dataClasses'], given: FindingGiven = {}): Incident => {
  const finding = aFinding({ assets: [], ...given });
  return folded(undefined, openIncident(caseId, t0, dataClasses ? { ...finding, dataClasses } : finding, [aSignal(1)]));
};

describe('the severity of an incident', () => {
  it('is E-02 for message content that somebody read on purpose', () => {
    expect(scoreOf(anIncident())).toMatchObject({ se: 3, level: 'high', borderline: true, escalation: 'high' });
  });

  it('is nothing where no personal data is hurt', () => {
    expect(scoreOf(anIncident({ data: 'unlikely' }))).toBeUndefined();
    expect(scoreOf(anIncident({ nature: none, level: 'critical' }))).toBeUndefined();
  });

  it('leaves out what a finding without personal data hurts', () => {
    const both = when(anIncident({ nature: possible }), attach(hence(minutes(1)), { rule: 'other', data: 'unlikely' }));
    expect(scoreOf(both)?.scores.confidentiality.value).toBe(0);
  });

  it('takes the highest floor of those affected, and of nobody else', () => {
    const floor = (id: string, dpcFloor: Controller['dpcFloor']): Controller => ({ ...aController(id), ...(dpcFloor && { dpcFloor }) });
    const configuration = aConfiguration({ controllers: [floor('museum', 3), floor('theatre', 2), floor('library', 4)] });
    const both = anIncident({ controllers: ['museum', 'theatre'] });
    expect(scoreOf(both, configuration)?.scores.dpc).toMatchObject({ value: 3, reason: expect.stringContaining('dpcFloor 3') });
    expect(scoreOf(when(both, attach(hence(minutes(1)), { controllers: ['library'] })), configuration)?.se).toBe(5);
  });

  it('finds the highest floor wherever it stands, among some without one and one that left the directory', () => {
    const controllers = [
      { ...aController('library'), dpcFloor: 3 as const },
      { ...aController('theatre'), dpcFloor: 4 as const },
      aController('cinema'),
    ];
    const of = (...ids: readonly string[]): number | undefined =>
      scoreOf(anIncident({ controllers: ids }), aConfiguration({ controllers }))?.scores.dpc.value;
    expect([of('library', 'theatre'), of('cinema', 'library'), of('gone', 'library'), of('cinema', 'gone')]).toEqual([4, 3, 3, 2]);
  });

  it('takes nobody for malicious where every category speaks against it', () => {
    const finding = aFinding();
    const outage = { ...finding, rule: { ...finding.rule, category: 'availability' } };
    expect(scoreOf(folded(undefined, openIncident(caseId, t0, outage, [aSignal(1)])))?.scores.malice.value).toBe(0);
  });

  it('takes the worst of all that was hit, by the directory and by what the events said themselves', () => {
    const given = assets(['archive', ['contact']], ['files', ['special-category']]);
    expect(scoreOf(anIncident(), given)?.scores.dpc.value).toBe(1);
    expect(scoreOf(anIncident({ assets: ['archive', 'files'] }), given)?.scores.dpc.value).toBe(4);
    expect(scoreOf(saying(['special-category'], { assets: ['archive'] }), given)?.scores.dpc.value).toBe(4);
    expect(scoreOf(saying(['contact']), given)?.scores.dpc.value).toBe(1);
  });

  it('counts what nobody wrote down as message content, beside what somebody did', () => {
    const given = assets(['archive', ['contact']]);
    expect(scoreOf(saying(undefined), given)?.scores.dpc.value).toBe(2);
    expect(scoreOf(when(anIncident(), attach(hence(minutes(1)), { rule: 'other', assets: [] })), given)?.scores.dpc.value).toBe(2);
  });

  it('is that of ciphertext only where all that was hit is ciphertext', () => {
    const sealed = { mitigations: ['ciphertext-only'] } as const;
    const given = assets(['archive', ['message-content'], sealed], ['files', ['message-content']]);
    expect(scoreOf(anIncident(), given)?.flags).toEqual(['unintelligible']);
    expect(scoreOf(anIncident({ assets: ['archive', 'files'] }), given)?.flags).toEqual([]);
    expect(scoreOf(anIncident({ assets: ['archive', 'gone'] }), given)?.flags).toEqual([]);
    expect(scoreOf(when(anIncident(), attach(hence(minutes(1)), { rule: 'other', assets: [] })), given)?.flags).toEqual([]);
  });

  it('counts the people of those affected at their highest, and of nobody else', () => {
    const counted = (max: number): DataSubjectCount => ({
      count: { min: 1, best: 2, max },
      basis: 'estimate',
      asOf: t0,
      at: t0,
      actor: { by: 'person', person: personId('lena'), role: 'incident-lead' },
      lists: [],
    });
    const among = (dataSubjects: Readonly<Record<string, DataSubjectCount>>) =>
      scoreOf({ ...anIncident({ nature: possible, controllers: ['museum', 'theatre'] }), dataSubjects });
    expect(among({ museum: counted(60), theatre: counted(40) })).toMatchObject({ flags: [], escalation: 'medium' });
    expect(among({ museum: counted(60), theatre: counted(41) })).toMatchObject({ flags: ['more-than-100'], escalation: 'high' });
    expect(among({ museum: counted(101) })?.flags).toEqual(['more-than-100']);
    expect(among({ museum: counted(60), library: counted(4_000) })?.flags).toEqual([]);
  });

  it('is the same in whichever order the findings came', () => {
    const first = saying(['contact'], { rule: 'first' });
    const second = saying(['account', 'metadata'], { rule: 'second' });
    const add = (incident: Incident, rule: string, dataClasses: Finding['dataClasses']): Incident =>
      when(incident, {
        type: 'Attach',
        at: hence(minutes(1)),
        finding: { ...aFinding({ rule, assets: [] }), ...(dataClasses && { dataClasses }) },
        signals: [],
      });
    expect(scoreOf(add(first, 'second', ['account', 'metadata']))).toEqual(scoreOf(add(second, 'first', ['contact'])));
  });
});
