// Decides who the operator is to AWS: the account that is signed in, and as whom.
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { ask, clientSettings } from './ask.ts';

export const accountClient = (region: string): STSClient => new STSClient(clientSettings(region));

/** The ARN of whoever is signed in: a user, or a role with the name of its session. */
export const signedInAs = async (client: STSClient): Promise<string> => {
  const { Arn } = await ask('asking who is signed in', client.send(new GetCallerIdentityCommand({})));
  return Arn ?? 'unknown';
};

export const signedIn = async (client: STSClient): Promise<string> => {
  const { Account } = await ask('asking who is signed in', client.send(new GetCallerIdentityCommand({})));
  return Account ?? 'unknown';
};
