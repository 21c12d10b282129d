// Holds that data of nobody known is asked after until people say whose it is, and then not again (D-5: identify, never all).
import { describe, expect, it } from 'vitest';
import type { Command } from '#core/incident/decide.ts';
import type { Incident } from '#core/incident/incident.ts';
import { hours } from '#core/kernel/time.ts';
import { anIncident, attach, hence, lead, named, refusal, t0, when } from '../given.ts';

const suspected = (): Incident => anIncident({ controllers: ['museum', 'theatre'] });

describe('identifying', () => {
  const identify = (controllers: readonly string[], reason = 'Their own number was in the log.'): Command => ({
    type: 'Identify',
    at: hence(hours(2)),
    actor: lead,
    controllers: controllers.map(named),
    reason,
  });
  const unknown = (): Incident => anIncident({ controllers: [], unidentified: true });

  it('adds controllers with a start of their own, and ends the search', () => {
    expect(when(unknown(), identify(['theatre', 'museum']))).toMatchObject({
      controllers: ['museum', 'theatre'],
      controllersAt: { museum: hence(hours(2)), theatre: hence(hours(2)) },
      unidentified: false,
    });
  });

  it('may say that it is one already named', () => {
    const partly = anIncident({ controllers: ['museum'], unidentified: true });
    expect(when(partly, identify(['museum']))).toMatchObject({
      controllers: ['museum'],
      unidentified: false,
      controllersAt: { museum: t0 },
    });
  });

  it('adds one more to those that are known', () => {
    expect(when(suspected(), identify(['theatre', 'library']))).toMatchObject({
      controllers: ['library', 'museum', 'theatre'],
      controllersAt: { museum: t0, theatre: t0, library: hence(hours(2)) },
    });
  });

  it('is not asked again by later findings', () => {
    expect(when(unknown(), identify(['museum']), attach(hence(hours(3)), { controllers: [], unidentified: true })).unidentified).toBe(
      false,
    );
  });

  it('is asked when an unknown asset follows a known one', () => {
    expect(when(suspected(), attach(hence(hours(3)), { rule: 'other', controllers: [], unidentified: true })).unidentified).toBe(true);
  });

  it('needs a controller, a reason, and news', () => {
    expect(refusal(unknown(), identify([]))).toEqual({
      kind: 'invalid',
      field: 'controllers',
      message: 'Name at least one controller of the directory.',
    });
    expect(refusal(unknown(), identify(['museum'], ' '))).toEqual({
      kind: 'invalid',
      field: 'reason',
      message: 'Say how the controllers were identified.',
    });
    expect(refusal(suspected(), identify(['museum']))).toEqual({
      kind: 'already',
      message: 'These controllers are on the incident already.',
    });
  });
});
