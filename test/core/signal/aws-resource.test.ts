// Holds by which names a resource of AWS is known, whichever source tells of it.
import { describe, expect, it } from 'vitest';
import { resourcesOf } from '#core/signal/aws-resource.ts';

const account = '111122223333';
const named = (type: string, id: string) => resourcesOf([[type, id]], account);

describe('a resource', () => {
  it.each([
    ['AwsS3Bucket', 'arn:aws:s3:::muster-archive/a/b', 's3-bucket', ['s3:muster-archive', 'arn:aws:s3:::muster-archive']],
    ['AWS::S3::Bucket', 'muster-archive', 's3-bucket', ['s3:muster-archive', 'arn:aws:s3:::muster-archive']],
    [
      'AwsEc2Instance',
      'arn:aws:ec2:eu-central-1:111122223333:instance/i-1',
      'ec2-instance',
      ['ec2:i-1', 'arn:aws:ec2:eu-central-1:111122223333:instance/i-1'],
    ],
    [
      'AwsRdsDbInstance',
      'arn:aws:rds:eu-central-1:111122223333:db:main',
      'rds-instance',
      ['rds:main', 'arn:aws:rds:eu-central-1:111122223333:db:main'],
    ],
    ['AWS::IAM::AccessKey', 'AWS::IAM::AccessKey:ASIAEXAMPLE', 'access-key', ['access-key:ASIAEXAMPLE', 'aws:111122223333']],
  ])('%s %s is known by its own name and by that of AWS', (type, id, kind, identifiers) => {
    const { target, identifiers: found } = named(type, id);
    expect([target?.type, found]).toEqual([kind, identifiers]);
  });

  it.each(['arn:aws:rds:eu-central-1', 'arn:aws:rds:eu-central-1:111122223333:', 'null'])(
    'has no name in %j but what was written',
    (id) => {
      expect(named('AwsRdsDbInstance', id).target?.id).toBe(id === 'null' ? undefined : id);
    },
  );

  it('is the first that can be named; each name stands once, and of a crowd ten are looked at', () => {
    const crowd = Array.from({ length: 30 }, (_, n) => ['AwsS3Bucket', `bucket-${n % 12}`] as const);
    const { target, identifiers } = resourcesOf([['AwsMadeUp', 'x'], ['AwsS3Bucket', 'bucket-0'], ...crowd], account);
    expect(target).toEqual({ id: 'bucket-0', type: 's3-bucket' });
    expect(identifiers).toEqual(Array.from({ length: 8 }, (_, n) => [`s3:bucket-${n}`, `arn:aws:s3:::bucket-${n}`]).flat());
  });

  it('of no kind that we know is known by its ARN, and what names none is the account', () => {
    const arn = 'arn:aws:madeup:eu-central-1:111122223333:thing/1';
    expect(
      resourcesOf(
        [
          ['AwsMadeUp', arn],
          ['AwsMadeUp', arn],
          ['AwsMadeUp', 'x'],
        ],
        account,
      ),
    ).toEqual({ identifiers: [arn] });
    expect(resourcesOf([['AwsAccount', 'AWS::::Account:111122223333']], account)).toEqual({
      identifiers: ['aws:111122223333'],
      target: { id: account, type: 'aws-account' },
    });
    expect(resourcesOf([], undefined)).toEqual({ identifiers: [] });
  });
});
