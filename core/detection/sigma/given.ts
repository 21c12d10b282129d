// Decides what the documents of one set share while they are read: the operator's lists, and the fields that events are asked for.
import type { Lists } from './expand.ts';
import type { FieldBook } from './value.ts';

export type Given = { readonly lists: Lists; readonly fields: FieldBook };
