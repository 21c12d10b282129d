// Decides where a pushed configuration lies: one object that is replaced whole and on condition, each earlier one kept under its instant.
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import type { BucketSettings } from './evidence.ts';
import { answerOf, failed } from './failure.ts';

/** The only key of it that functions may read. */
export const currentKey = 'directory/current.json';

export type Pushed = { readonly text: string; readonly etag: string };

export type PushedDirectory = {
  /** `unchanged`: still the one of that ETag. Undefined: nothing was ever pushed. */
  readonly read: (options?: {
    readonly unlessEtag?: string | undefined;
    readonly signal?: AbortSignal;
  }) => Promise<Pushed | 'unchanged' | undefined>;
  /** Keeps what is replaced, under the name of its own instant. The same once more is no fault. */
  readonly keep: (instant: string, text: string) => Promise<void>;
  /** Puts the new one in its place. `conflict`: somebody else was faster, nothing was written. */
  readonly put: (text: string, replaces: string | undefined) => Promise<'put' | 'conflict'>;
};

/** 412: the condition failed. 409: somebody writes it at this moment. 404: what was to be replaced is gone. */
const isConflict = (cause: unknown): boolean => [404, 409, 412].includes(answerOf(cause).status) && answerOf(cause).name !== 'NoSuchBucket';

const json = { ContentType: 'application/json' };

export const s3Directory = ({ client, bucket: Bucket }: BucketSettings): PushedDirectory => ({
  read: async ({ unlessEtag, signal } = {}) => {
    const request = { Bucket, Key: currentKey, ...(unlessEtag === undefined ? {} : { IfNoneMatch: unlessEtag }) };
    try {
      const answer = await client.send(new GetObjectCommand(request), signal ? { abortSignal: signal } : {});
      return { text: (await answer.Body?.transformToString('utf-8')) ?? '', etag: answer.ETag ?? '' };
    } catch (cause) {
      const { name, status } = answerOf(cause);
      if (status === 304) return 'unchanged';
      if (name === 'NoSuchKey') return undefined;
      throw failed('directory', 'reading the pushed directory', cause);
    }
  },
  keep: async (instant, text) => {
    const request = { Bucket, Key: `directory/${instant}.json`, Body: text, IfNoneMatch: '*', ...json };
    await client.send(new PutObjectCommand(request)).catch((cause: unknown) => {
      if (answerOf(cause).status !== 412) throw failed('directory', 'keeping the earlier directory', cause);
    });
  },
  put: async (text, replaces) => {
    const condition = replaces === undefined ? { IfNoneMatch: '*' } : { IfMatch: replaces };
    try {
      await client.send(new PutObjectCommand({ Bucket, Key: currentKey, Body: text, ...condition, ...json }));
      return 'put';
    } catch (cause) {
      if (isConflict(cause)) return 'conflict';
      throw failed('directory', 'writing the directory', cause);
    }
  },
});
