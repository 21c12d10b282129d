// Decides which of SES's events are reports on a duty's mail, in every envelope they come in.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mailEventOf } from '#adapters/ses/event.ts';

const duty = `duty-${'a'.repeat(26)}`;
const incident = `inc-${'b'.repeat(26)}`;
const event = (eventType: string, tags: Record<string, readonly string[]> = { duty: [duty], incident: [incident] }) => ({
  eventType,
  mail: {
    timestamp: '2026-03-14T02:00:00.000Z',
    messageId: '0107018e-1',
    source: 'notice@example.com',
    destination: ['dpo@controller.example'],
    tags,
  },
});
const report = (what: string) => ({ duty: { subject: incident, id: duty }, what, by: { provider: 'ses', eventId: `${what}:0107018e-1` } });

describe('an event of SES', () => {
  it.each([
    ['Send', 'sent'],
    ['Delivery', 'delivered'],
    ['DeliveryDelay', 'delayed'],
    ['Bounce', 'bounced'],
    ['Complaint', 'bounced'],
    ['Reject', 'bounced'],
    ['Rendering Failure', 'bounced'],
  ])('%s is a report that the mail was %s', (type, what) => {
    expect(mailEventOf(JSON.stringify(event(type)))).toEqual(report(what));
  });

  it('is read out of EventBridge, SNS and by itself', () => {
    const one = event('Delivery');
    const bus = { version: '0', id: 'e-1', 'detail-type': 'Email Delivered', source: 'aws.ses', detail: one };
    const sns = { Type: 'Notification', MessageId: 'n-1', Message: JSON.stringify(one) };
    for (const body of [one, bus, sns]) expect(mailEventOf(JSON.stringify(body))).toEqual(report('delivered'));
  });

  it('is none when it concerns no duty of ours', () => {
    expect(mailEventOf(JSON.stringify(event('Delivery', {})))).toBeUndefined();
    expect(mailEventOf(JSON.stringify(event('Delivery', { duty: ['../x'], incident: [incident] })))).toBeUndefined();
    expect(mailEventOf(JSON.stringify(event('Delivery', { duty: [duty], incident: ['T#main'] })))).toBeUndefined();
  });

  it('is never mistaken for its own sending, whose id stands in the evidence', () => {
    expect(mailEventOf(JSON.stringify(event('Delivery')))?.by.eventId).not.toBe('0107018e-1');
  });

  it('is anything at all, and nothing throws', () => {
    fc.assert(fc.property(fc.oneof(fc.anything(), fc.json()), (body) => mailEventOf(body) === undefined));
  });
});
