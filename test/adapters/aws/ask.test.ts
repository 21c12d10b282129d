// Decides what a person at the terminal reads when AWS refuses, does not know them, or does not answer.
import { describe, expect, it } from 'vitest';
import { ask, askFor } from '#adapters/aws/ask.ts';

const failing = (more: Readonly<Record<string, unknown>>, message = 'first line\nsecond line') =>
  Promise.reject(Object.assign(new Error(message), more));

describe('a call of AWS', () => {
  it.each([
    [{ name: 'CredentialsProviderError' }, 'x: AWS does not know who you are (CredentialsProviderError). Sign in first'],
    [{ name: 'ExpiredTokenException' }, 'AWS does not know who you are'],
    [{ name: 'AccessDeniedException' }, 'x: whom you are signed in as may not do that (AccessDeniedException)'],
    [{ code: 'ECONNREFUSED' }, 'x: AWS did not answer (ECONNREFUSED)'],
    [{ name: 'TimeoutError' }, 'AWS did not answer'],
    [{ name: 'ValidationError' }, 'x: AWS answered ValidationError: first line'],
  ])('that fails with %j is said in one line', async (more, said) => {
    const failure = await ask('x', failing(more)).catch((cause: unknown) => cause as Error);
    expect(failure).toMatchObject({ name: 'AwsError' });
    expect((failure as Error).message).toContain(said);
    expect((failure as Error).message).not.toContain('\n');
  });

  it('whose "there is none" is an answer gives nothing; any other failure stays one', async () => {
    expect(await askFor('x', /NotFound/, failing({ name: 'NotFoundException' }))).toBeUndefined();
    expect(await askFor('x', /does not exist/, failing({ name: 'ValidationError' }, 'Stack x does not exist'))).toBeUndefined();
    await expect(askFor('x', /NotFound/, failing({ name: 'Throttling' }))).rejects.toThrow('Throttling');
  });
});
