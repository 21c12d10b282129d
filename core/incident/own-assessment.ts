// Names what people said of the risk of a breach of the operator's own data.
import type { Instant } from '../kernel/time.ts';

/** Art. 33(1): unlikely to result in a risk; a risk; Art. 34: a high one. */
export type Risk = 'none' | 'risk' | 'high';

export type OwnAssessment = {
  readonly at: Instant;
  readonly risk: Risk;
  readonly reason: string;
  /** How often people had said that there is none. */
  readonly cleared: number;
};
