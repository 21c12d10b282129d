// Decides what stands beside a rule's tree where it was checked before: nearly all that a start takes is to read what never changes.
import { readCorrelation } from './correlation.ts';
import { readDetectionBlock, readLogSource } from './detection.ts';
import { type Refuse, type RuleDocument, type Ways, type WrittenWays, isMap, own } from './document.ts';
import type { Lists } from './expand.ts';
import { readHead } from './head.ts';
import { fieldBook } from './value.ts';

const unheard: Refuse = () => undefined;

const written = (ways: Ways = []): WrittenWays =>
  ways.map((way) => way.map(({ field, text, begins }) => ({ field: field.written, text, begins })));

/** With the same lists as it will be compiled: a placeholder's values are among what the index asks for. */
export const prepared = (document: RuleDocument, lists: Lists): RuleDocument => {
  const { tree } = document;
  if (!isMap(tree) || Object.hasOwn(tree, 'filter')) return document;
  const head = readHead(tree, document, unheard);
  if (Object.hasOwn(tree, 'correlation')) {
    const correlation = readCorrelation(own(tree, 'correlation'), unheard, own(tree, 'generate'));
    return { ...document, head, ...(correlation && { correlation }) };
  }
  const logsource = readLogSource(own(tree, 'logsource'), unheard);
  const compiled = readDetectionBlock(tree, { given: { lists, fields: fieldBook() }, refuse: unheard });
  return { ...document, head, ...(logsource && compiled && { logsource, needs: written(compiled.needs) }) };
};
