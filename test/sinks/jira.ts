// Decides what the Jira of the tests takes and refuses: the limits of formats.md C2, its late search index included (F-44).
import { type Answer, type HttpSink, type Recorded, openHttpSink } from './http.ts';

type Fields = Readonly<Record<string, unknown>>;
export type Issue = { readonly key: string; readonly fields: Fields };

export type JiraSink = HttpSink & {
  readonly issues: readonly Issue[];
  /** Fields that are not on the screen. */
  readonly forbid: (...fields: readonly string[]) => void;
  /** Until `index` is called, a search does not see what was created since. @default sees all at once */
  readonly lag: () => void;
  readonly index: () => void;
};

export const jiraAccount = { mail: 'robot@example.com', token: 'token-of-the-tests', project: 'SEC' };
const authorization = `Basic ${Buffer.from(`${jiraAccount.mail}:${jiraAccount.token}`).toString('base64')}`;

const json = (status: number, body: unknown): Answer => ({
  status,
  body: JSON.stringify(body),
  headers: { 'content-type': 'application/json' },
});
const refuse = (errors: Readonly<Record<string, string>>): Answer => json(400, { errorMessages: [], errors });

type Node = { readonly type?: unknown; readonly text?: unknown; readonly content?: readonly Node[] };
const nodeTypes = ['doc', 'paragraph', 'text'];
const isNode = (node: Node): boolean =>
  nodeTypes.includes(String(node.type)) &&
  (node.type !== 'text' || (typeof node.text === 'string' && node.text.length > 0)) &&
  (node.content ?? []).every(isNode);

const checkSummary = (summary: unknown): string | undefined => {
  if (typeof summary !== 'string' || summary.trim() === '') return 'You must specify a summary of the issue.';
  if (/[\r\n]/.test(summary)) return 'The summary is invalid because it contains newline characters.';
  return summary.length > 255 ? 'Summary must be less than 255 characters.' : undefined;
};

const checkDescription = (description: unknown): string | undefined => {
  if (description === undefined) return undefined;
  if (JSON.stringify(description).length > 32_767)
    return 'The entered text is too long. It exceeds the allowed limit of 32,767 characters.';
  return isNode(description as Node) ? undefined : 'Operation value must be an Atlassian Document';
};

const checkLabels = (labels: unknown): string | undefined =>
  (Array.isArray(labels) ? labels : []).every((label) => typeof label === 'string' && label.length <= 255 && !/\s/.test(label))
    ? undefined
    : 'The label contains spaces which is invalid.';

const faultsOf = (fields: Fields, forbidden: readonly string[]): Readonly<Record<string, string>> => {
  const faults: Record<string, string | undefined> = {
    summary: checkSummary(fields['summary']),
    description: checkDescription(fields['description']),
    labels: checkLabels(fields['labels']),
  };
  for (const name of forbidden)
    if (name in fields) faults[name] = `Field '${name}' cannot be set. It is not on the appropriate screen, or unknown.`;
  return Object.fromEntries(Object.entries(faults).filter((fault): fault is [string, string] => fault[1] !== undefined));
};

export const openJiraSink = async (): Promise<JiraSink> => {
  const issues: Issue[] = [];
  let forbidden: readonly string[] = [];
  let indexed: number | undefined;

  const create = (fields: Fields): Answer => {
    if ((fields['project'] as Fields | undefined)?.['key'] !== jiraAccount.project) return refuse({ project: 'valid project is required' });
    const faults = faultsOf(fields, forbidden);
    if (Object.keys(faults).length > 0) return refuse(faults);
    const key = `${jiraAccount.project}-${issues.length + 1}`;
    issues.push({ key, fields });
    return json(201, { id: String(10_000 + issues.length), key });
  };
  const search = (query: Fields): Answer => {
    const label = /^project = "SEC" AND labels = "([A-Za-z0-9_-]+)" ORDER BY created ASC$/.exec(String(query['jql']))?.[1];
    if (label === undefined || !Array.isArray(query['fields'])) return json(400, { errorMessages: ['Error in the JQL Query'], errors: {} });
    const seen = issues
      .slice(0, indexed ?? issues.length)
      .filter(({ fields }) => (fields['labels'] as readonly string[] | undefined)?.includes(label));
    return json(200, { issues: seen.map(({ key }, i) => ({ id: String(i), key })), isLast: true });
  };
  const behave = (request: Recorded): Answer => {
    if (request.headers['authorization'] !== authorization)
      return json(401, { message: 'Client must be authenticated to access this resource.' });
    if (request.method === 'GET') return request.path === '/rest/api/3/myself' ? json(200, { accountId: 'robot' }) : json(404, {});
    const body = JSON.parse(request.body) as Fields;
    if (request.path === '/rest/api/3/issue') return create((body['fields'] ?? {}) as Fields);
    return request.path === '/rest/api/3/search/jql' ? search(body) : json(410, { errorMessages: ['The requested API has been removed.'] });
  };

  const sink = await openHttpSink(behave);
  return {
    ...sink,
    issues,
    forbid: (...fields) => {
      forbidden = fields;
    },
    lag: () => {
      indexed = issues.length;
    },
    index: () => {
      indexed = undefined;
    },
  };
};
