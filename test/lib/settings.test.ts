// Decides which settings are refused at synth, and what is said then.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shipped } from '../core/signal/shipped.ts';
import { readSettings, regions, signalSources } from '#lib/settings.ts';

const errors = (context: Record<string, unknown>): string => {
  const read = readSettings(context);
  return read.ok ? '' : read.error.join('\n');
};
const prod = {
  'art33:stage': 'prod',
  'art33:account': '111122223333',
  'art33:mailIdentity': 'notices.example.com',
  'art33:alarmMail': 'ops@example.com',
  'art33:jwtIssuer': 'https://login.example.com/',
  'art33:jwtAudience': 'art33',
};

describe('settings', () => {
  it('need nothing: a bare synth is the dev stage in eu-central-1', () => {
    expect(readSettings({ '@aws-cdk/core:anything': true, 'aws:cdk:bundling-stacks': [] })).toMatchObject({
      ok: true,
      value: { stage: 'dev', region: 'eu-central-1', mailIdentity: 'notices.example.com' },
    });
  });

  it('name the closed list of regions when another one is asked for', () => {
    for (const region of ['us-east-1', 'eu-west-2', 'eu-central-2', '']) {
      expect(errors({ 'art33:region': region })).toBe(
        `art33:region: one of ${regions.join(', ')}: signals and notices stay in the EU was expected`,
      );
    }
  });

  it.each([
    ['art33:regoin', 'art33:region'],
    ['art33:Stage', 'art33:stage'],
    ['art33:mailIdentiy', 'art33:mailIdentity'],
    ['art33:jwtIsuer', 'art33:jwtIssuer'],
    ['art33:shard', 'art33:shards'],
  ])('answer %s with the right name', (typed, right) => {
    expect(errors({ [typed]: 'x' })).toContain(`${typed}: no such setting; did you mean ${right}?`);
  });

  it.each(['art33:heartbeatUrl', 'heartbeatUrl'])('send the secret address %s to the secret of the sinks, and do not repeat it', (name) => {
    expect(errors({ [name]: 'https://hc.example.com/ping/value' })).toBe(
      `${name}: this address is a secret and no setting; put it into the secret of the sinks, as ART33_HEARTBEAT`,
    );
  });

  it('say that the prefix is missing', () => {
    expect(errors({ stage: 'prod' })).toBe('stage: settings begin with art33:; write -c art33:stage=…');
  });

  it('are refused one and all, never one at a time', () => {
    const read = readSettings({ 'art33:region': 'us-east-1', 'art33:account': '12', 'art33:shards': '0' });
    expect(read.ok ? [] : read.error).toHaveLength(3);
  });

  it.each(['0', '1.5', '1000', 'fast'])('want a whole number of mails a second, not %s', (mailRate) => {
    expect(errors({ 'art33:mailRate': mailRate })).toContain('art33:mailRate: mails a second that SES takes from this account');
  });

  it('want issuer and audience together', () => {
    expect(errors({ 'art33:jwtIssuer': 'https://login.example.com/' })).toContain('belong together');
  });

  it('name log groups with a source that there is', () => {
    expect(signalSources.toSorted()).toEqual(shipped.names.toSorted());
    expect(readSettings({ 'art33:logGroups': '/var/log/fail2ban=fail2ban,/aws/auth0=auth0' })).toMatchObject({
      ok: true,
      value: { logGroups: { '/var/log/fail2ban': 'fail2ban', '/aws/auth0': 'auth0' } },
    });
    for (const wrong of ['', '/var/log', '/var/log=', '/var/log=auth1', '/a=auth0,', '/a=auth0,,/b=auth0', 'a b=auth0', '=auth0'])
      expect(errors({ 'art33:logGroups': wrong })).toContain('art33:logGroups: /group=source with commas between them');
  });

  it('refuse a log group that is named twice, and one of Art33 itself: its lines would come round for ever', () => {
    expect(errors({ 'art33:logGroups': '/a=auth0,/a=fail2ban' })).toBe('art33:logGroups: /a is named twice');
    expect(errors({ 'art33:logGroups': '/a=auth0,art33-dev-pipeline-LogsLogs1=fail2ban' })).toContain('no group of Art33 itself');
  });

  it.each([
    ['example-trail', { bucket: 'example-trail', prefix: '' }],
    ['example-trail/', undefined],
    ['example.trail/AWSLogs/111122223333/CloudTrail/', { bucket: 'example.trail', prefix: 'AWSLogs/111122223333/CloudTrail/' }],
    ['s3://example-trail', undefined],
    ['Example', undefined],
    ['example-trail/*', undefined],
  ])('read the bucket of a trail: %s', (trailBucket, trail) => {
    const read = readSettings({ 'art33:trailBucket': trailBucket });
    expect(read.ok ? read.value.trail : undefined).toEqual(trail);
  });

  it('of prod are complete or refused', () => {
    expect(readSettings(prod)).toMatchObject({ ok: true, value: { stage: 'prod', jwt: { audience: 'art33' } } });
    for (const name of ['mailIdentity', 'alarmMail', 'account']) {
      const { [`art33:${name}` as keyof typeof prod]: _, ...rest } = prod;
      expect(errors(rest)).toContain(`art33:${name}: missing, and stage prod needs it`);
    }
  });

  it('never throw, whatever the context holds', () => {
    const key = fc.oneof(
      fc.string(),
      fc.constantFrom('stage', 'region', 'shards', 'jwtIssuer').map((name) => `art33:${name}`),
    );
    fc.assert(
      fc.property(fc.dictionary(key, fc.anything({ withNullPrototype: true })), (context) => typeof readSettings(context).ok === 'boolean'),
    );
  });
});
