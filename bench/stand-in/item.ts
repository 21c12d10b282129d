// Decides what an item weighs: its bytes as DynamoDB bills them, and the units of a read or a write.

/** One attribute in DynamoDB's own notation: one key, its type. */
export type Attribute = Readonly<Record<string, unknown>>;
export type Item = Readonly<Record<string, Attribute>>;

const bytes = (text: string): number => Buffer.byteLength(text, 'utf8');

/** Attributes of a document: three bytes, and one for each member (developer guide, "DynamoDB item sizes and formats"). */
const documentSize = (members: readonly number[]): number => 3 + members.reduce((sum, one) => sum + one + 1, 0);

const sizes: Readonly<Record<string, (value: unknown) => number>> = {
  S: (value) => bytes(String(value)),
  N: (value) => Math.ceil(String(value).replace(/^-?0*|\./g, '').length / 2) + 1,
  B: (value) => Buffer.byteLength(String(value), 'base64'),
  BOOL: () => 1,
  NULL: () => 1,
  L: (value) => documentSize((value as readonly Attribute[]).map(attributeSize)),
  M: (value) => documentSize(Object.entries(value as Item).map(([name, one]) => bytes(name) + attributeSize(one))),
};

const attributeSize = (attribute: Attribute): number => {
  const [type = '', value] = Object.entries(attribute)[0] ?? [];
  const size = sizes[type];
  if (!size) throw new Error(`the stand-in knows no attribute type ${type}`);
  return size(value);
};

/** Items are never changed in place, so each is weighed once. */
const weighed = new WeakMap<Item, number>();

export const sizeOf = (item: Item | undefined): number => {
  if (item === undefined) return 0;
  const size = weighed.get(item) ?? Object.entries(item).reduce((sum, [name, value]) => sum + bytes(name) + attributeSize(value), 0);
  weighed.set(item, size);
  return size;
};

/** Storage is billed with 100 bytes more for each item and each index entry. */
export const overhead = 100;

export const readUnits = (size: number, consistent: boolean): number => Math.max(1, Math.ceil(size / 4_096)) * (consistent ? 1 : 0.5);
export const writeUnits = (size: number): number => Math.max(1, Math.ceil(size / 1_024));

export type Index = { readonly name: string; readonly partition: string; readonly sort: string; readonly projected: readonly string[] };

/** The indexes of lib/state-stack.ts; a test holds them equal to the template. */
export const indexes: readonly Index[] = [
  { name: 'X1-due', partition: 'X1PK', sort: 'X1SK', projected: ['deadlineAt', 'controller'] },
  { name: 'X2-list', partition: 'X2PK', sort: 'X2SK', projected: [] },
];

/** What of an item stands in an index; undefined when it does not stand there. */
export const entryOf = (index: Index, item: Item | undefined): Item | undefined => {
  if (!item?.[index.partition] || !item[index.sort]) return undefined;
  const names = ['PK', 'SK', index.partition, index.sort, ...index.projected];
  return Object.fromEntries(names.flatMap((name) => (item[name] ? [[name, item[name]]] : [])));
};

const keyOf = (index: Index, entry: Item): string => JSON.stringify([entry[index.partition], entry[index.sort]]);

/** One write where an entry comes, goes or changes; two where its key changes; none where it stays as it was. */
const indexUnits = (index: Index, before: Item | undefined, after: Item | undefined): number => {
  const [old, fresh] = [entryOf(index, before), entryOf(index, after)];
  if (!old || !fresh) return old || fresh ? writeUnits(sizeOf(old ?? fresh)) : 0;
  if (keyOf(index, old) !== keyOf(index, fresh)) return writeUnits(sizeOf(old)) + writeUnits(sizeOf(fresh));
  return JSON.stringify(old) === JSON.stringify(fresh) ? 0 : writeUnits(Math.max(sizeOf(old), sizeOf(fresh)));
};

/** Units of one write: the larger of before and after, twice within a transaction, and what the indexes write. */
export const unitsOfWrite = (before: Item | undefined, after: Item | undefined, inTransaction: boolean): number =>
  writeUnits(Math.max(sizeOf(before), sizeOf(after))) * (inTransaction ? 2 : 1) +
  indexes.reduce((sum, index) => sum + indexUnits(index, before, after), 0);
