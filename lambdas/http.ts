// Decides how an HTTP API event meets a hono app: what is no such event is answered, never thrown.
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import type { Env, Hono } from 'hono';
import { handle } from 'hono/aws-lambda';
import type { Log } from '#flow/ports.ts';
import { failureOf } from '#flow/failure.ts';

type Answer = APIGatewayProxyStructuredResultV2;

const object = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};

const isText = (value: unknown): boolean => value === undefined || typeof value === 'string';
const isTexts = (value: unknown): boolean => value === undefined || Object.values(object(value)).every((one) => typeof one === 'string');

/** Payload format 2.0 as far as we read it. */
export const isHttpEvent = (event: unknown): event is APIGatewayProxyEventV2 => {
  const { version, rawPath, rawQueryString, requestContext, headers, body, cookies } = object(event);
  const { method, path } = object(object(requestContext)['http']);
  const shape = version === '2.0' && typeof rawPath === 'string' && rawPath.startsWith('/') && typeof method === 'string' && isText(path);
  const cookieList = cookies === undefined || (Array.isArray(cookies) && cookies.every((one) => typeof one === 'string'));
  return (
    shape && isText(rawQueryString) && isText(body) && cookieList && typeof headers === 'object' && headers !== null && isTexts(headers)
  );
};

export const plain = (statusCode: number, body: string): Answer => ({
  statusCode,
  headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' },
  body: `${body}\n`,
});

/** Hono normalises within; what fails around it is a 503, so that the sender tries again. */
export const answer = async <E extends Env>(app: Hono<E>, event: APIGatewayProxyEventV2, context: Context, log: Log): Promise<Answer> => {
  try {
    // Hono's own event type differs in optional fields only.
    return (await handle(app)(event as unknown as Parameters<ReturnType<typeof handle>>[0], context as never)) as Answer;
  } catch (cause) {
    log.error('door-fault', failureOf(cause));
    return plain(503, 'It could not be done. Try again.');
  }
};
