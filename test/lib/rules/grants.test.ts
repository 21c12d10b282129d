// Decides that a role that grants more than its bundle can ask for is found, and a bundle that can ask for more than its role grants.
import { describe, expect, it } from 'vitest';
import type { Template, Placed } from '#lib/rules/template.ts';
import { grantRules } from '#lib/rules/grants.ts';

const role = 'PageRole0A1B2C3D';
const template = (actions: readonly string[], more: Template['resources'] = {}): Template => ({
  stack: 'one',
  region: 'eu-central-1',
  path: '',
  outputs: {},
  resources: {
    PageFunction0A1B2C3D: { Type: 'AWS::Lambda::Function', Properties: { Role: { 'Fn::GetAtt': [role, 'Arn'] } } },
    Policy: { Type: 'AWS::IAM::Policy', Properties: { Roles: [{ Ref: role }], PolicyDocument: { Statement: [{ Action: actions }] } } },
    ...more,
  },
});

const send = 'client-sqs/SendMessageBatchCommand';
const wrong = (commands: readonly string[], given: Template): readonly string[] =>
  grantRules(new Map([['page', commands]])).flatMap((rule) =>
    rule.breaches([given]).map((breach: { at: Placed; wrong: string }) => breach.wrong),
  );

describe('what a role grants', () => {
  it('is what its bundle asks for', () => {
    expect(wrong([send], template(['sqs:SendMessage', 'logs:PutLogEvents', 'xray:PutTraceSegments']))).toEqual([]);
  });

  it('is too much if nothing in the bundle can ask for it', () => {
    expect(wrong([send], template(['sqs:SendMessage', 's3:GetObject']))).toEqual([
      'its role grants s3:GetObject, and nothing in its bundle can ask for it',
    ]);
    expect(wrong(['client-s3/GetObjectCommand'], template(['s3:GetObject', 's3:DeleteObject']))).toEqual([
      'its role grants s3:DeleteObject, and nothing in its bundle can ask for it',
    ]);
  });

  it('is counted wherever it is written: in the role itself, in a managed policy', () => {
    const statement = { Statement: { Action: 's3:GetObject' } };
    const inline = { [role]: { Type: 'AWS::IAM::Role', Properties: { Policies: [{ PolicyDocument: statement }] } } };
    const managed = { Managed: { Type: 'AWS::IAM::ManagedPolicy', Properties: { Roles: [{ Ref: role }], PolicyDocument: statement } } };
    for (const more of [inline, managed]) expect(wrong([send], template(['sqs:SendMessage'], more))).toHaveLength(1);
  });

  it('is too little if the bundle holds a client without a right', () => {
    expect(wrong([send, 'client-ses/SendRawEmailCommand'], template(['sqs:SendMessage']))).toEqual([
      'its bundle holds a client of ses, and its role grants nothing there',
    ]);
  });

  it('is to read a queue or to use the key only where the platform needs it', () => {
    expect(wrong([send], template(['sqs:SendMessage', 'sqs:ReceiveMessage', 'kms:Decrypt']))).toHaveLength(2);
    const mapping = { Type: 'AWS::Lambda::EventSourceMapping', Properties: { FunctionName: { Ref: 'PageFunction0A1B2C3D' } } };
    const keyed = template(['sqs:SendMessage', 'sqs:ReceiveMessage', 'kms:Decrypt', 's3:GetObject'], { Mapping: mapping });
    expect(wrong([send, 'client-s3/GetObjectCommand'], keyed)).toEqual([]);
  });

  it('can’t be told of a command that nobody described', () => {
    expect(wrong([send, 'client-sqs/PurgeQueueCommand'], template(['sqs:SendMessage']))).toEqual([
      'its bundle holds client-sqs/PurgeQueueCommand, and lib/rules/grants.ts does not say what that asks for',
    ]);
  });
});
