// Decides what the Slack of the tests takes and refuses: the limits of formats.md C1, so that nothing passes here that would fail there.
import { type Answer, type HttpSink, type Recorded, openHttpSink } from './http.ts';

type Block = { readonly type?: unknown; readonly text?: { readonly type?: unknown; readonly text?: unknown } };
export type Post = {
  readonly text?: string;
  readonly mrkdwn?: boolean;
  readonly unfurl_links?: boolean;
  readonly unfurl_media?: boolean;
  readonly blocks?: readonly Block[];
};

export type SlackSink = HttpSink & { readonly webhook: string /** What stands in the channel. */; readonly posts: readonly Post[] };

const refuse = (word: string, status = 400): Answer => ({ status, body: word });

const limits: Readonly<Record<string, number>> = { header: 150, section: 3_000 };

const isSound = (block: Block): boolean => {
  if (block.type === 'rich_text') return true;
  const limit = limits[String(block.type)];
  const text = block.text?.text;
  return (
    limit !== undefined &&
    typeof text === 'string' &&
    text.length > 0 &&
    text.length <= limit &&
    (block.type !== 'header' || block.text?.type === 'plain_text')
  );
};

const judged = (request: Recorded, take: (post: Post) => void): Answer => {
  if (request.method !== 'POST' || request.path !== '/services/T000/B000/secret') return refuse('no_service', 404);
  let post: Post;
  try {
    post = JSON.parse(request.body) as Post;
  } catch {
    return refuse('invalid_payload');
  }
  const blocks = post.blocks ?? [];
  if (!post.text && blocks.length === 0) return refuse('no_text');
  if (blocks.length > 50 || !blocks.every(isSound)) return refuse('invalid_blocks');
  if (blocks.reduce((sum, block) => sum + String(block.text?.text ?? '').length, 0) > 13_200) return refuse('msg_blocks_too_long');
  take(post);
  return { status: 200, body: 'ok' };
};

export const openSlackSink = async (): Promise<SlackSink> => {
  const posts: Post[] = [];
  const sink = await openHttpSink((request) => judged(request, (post) => posts.push(post)));
  return { ...sink, webhook: `${sink.url}/services/T000/B000/secret`, posts };
};

/** Everything a reader of the channel could see or click. */
export const wordsOf = (post: Post): string => JSON.stringify(post.blocks ?? post.text);
