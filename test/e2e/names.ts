// Builds what a person does in the deployed console about affected people: gives a list, reads it, looks behind a handle.
import type { House } from './house.ts';

type Form = Readonly<Record<string, string>>;

/** The page's own token, and the form with a file where there is one. */
export const askAbout = async (
  on: House,
  incident: string,
  asked: { readonly mailOf: string; readonly act: 'import' | 'list' | 'handles'; readonly fields: Form; readonly file?: string },
): Promise<Response> => {
  const authorization = `Bearer ${on.people.tokenFor(asked.mailOf)}`;
  const page = await (await on.deployed.console(`/incidents/${incident}`, { headers: { authorization } })).text();
  const token = /name="token" value="([^"]*)"/.exec(page)?.[1] ?? '';
  const body = new FormData();
  for (const [name, value] of Object.entries({ token, ...asked.fields })) body.set(name, value);
  if (asked.file !== undefined) body.set('file', new File([asked.file], 'people.csv', { type: 'text/csv' }));
  const headers = { authorization, origin: new URL(on.aws.url).origin };
  return on.deployed.console(`/incidents/${incident}/people/${asked.act}`, { method: 'POST', headers, body, redirect: 'manual' });
};
