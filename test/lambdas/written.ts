// Collects what functions write to their log, line by line, instead of letting it stand among the tests' own output.
import { vi } from 'vitest';

export const written = (): string[] => {
  const lines: string[] = [];
  const take = (chunk: unknown): boolean => {
    lines.push(
      ...String(chunk)
        .split('\n')
        .filter((line) => line.startsWith('{')),
    );
    return true;
  };
  for (const stream of [process.stdout, process.stderr]) vi.spyOn(stream, 'write').mockImplementation(take);
  return lines;
};
