// Decides who the operator is to AWS: the account that is signed in.
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { ask, clientSettings } from './ask.ts';

export const accountClient = (region: string): STSClient => new STSClient(clientSettings(region));

export const signedIn = async (client: STSClient): Promise<string> => {
  const { Account } = await ask('asking who is signed in', client.send(new GetCallerIdentityCommand({})));
  return Account ?? 'unknown';
};
