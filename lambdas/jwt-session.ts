// Decides who sits at the browser: the person of the directory whose address the checked token names (D-11).
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Session, Sessions } from '#console/deps.ts';
import type { Configuration } from '#core/directory/directory.ts';
import type { Pseudonyms } from '#flow/ports.ts';

type Claims = Readonly<Record<string, unknown>>;

/** The claims that the JWT authorizer checked; without an authorizer there are none. */
export const claimsOf = (event: APIGatewayProxyEventV2): Claims | undefined => {
  const context = event.requestContext as { readonly authorizer?: { readonly jwt?: { readonly claims?: unknown } } };
  const claims = context.authorizer?.jwt?.claims;
  return typeof claims === 'object' && claims !== null ? (claims as Claims) : undefined;
};

const isVerified = (claims: Claims): boolean => claims['email_verified'] === true || claims['email_verified'] === 'true';

/** Undefined for anybody who is not in the directory, or whose address the identity provider has not verified. */
export const sessionOf = (claims: Claims, configuration: Configuration, pseudonyms: Pseudonyms): Session | undefined => {
  const { sub, email } = claims;
  if (typeof sub !== 'string' || sub === '' || typeof email !== 'string' || !isVerified(claims)) return undefined;
  const person = [...configuration.directory.people.values()].find((one) => one.mail.toLowerCase() === email.toLowerCase());
  return person && { id: sub, formToken: pseudonyms.of('code', `form/${sub}`), person: person.id };
};

/** One session for one request: who it is stands in the token, nobody may choose. */
export const onlySession = (session: Session): Sessions => ({ enter: () => undefined, find: () => session, choose: () => {} });
