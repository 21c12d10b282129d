// Decides whether a soak went well: pure, over what the ledger holds, what the sinks took and what may explain a repeat.
import { dutiesDone } from './duties.ts';
import type { Check } from './facts.ts';
import { incidentsRight } from './incidents.ts';
import { messagesOnce } from './messages.ts';
import { registerProves } from './register.ts';
import { signalsKept } from './signals.ts';

export const check: Check = (facts) => [signalsKept, incidentsRight, dutiesDone, messagesOnce, registerProves].flatMap((one) => one(facts));
