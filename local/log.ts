// Decides how a log line looks: one JSON object on stderr, our words and ids only; nothing of a signal can be in it by type.
import type { Log } from '#flow/ports.ts';

export type LogLevel = 'silent' | 'error' | 'warn' | 'info';

const rank: Readonly<Record<LogLevel, number>> = { silent: 0, error: 1, warn: 2, info: 3 };

export const stderrLog = (level: LogLevel, write: (line: string) => void = (line) => process.stderr.write(line)): Log => {
  const at =
    (own: Exclude<LogLevel, 'silent'>): Log['info'] =>
    (event, fields = {}) => {
      if (rank[own] <= rank[level]) write(`${JSON.stringify({ at: new Date().toISOString(), level: own, event, ...fields })}\n`);
    };
  return { info: at('info'), warn: at('warn'), error: at('error') };
};
