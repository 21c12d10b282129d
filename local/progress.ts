// Decides how progress looks: one line on stderr that renews itself on a terminal, and a last word elsewhere.

export type Progress = { readonly step: (done: number, of: number) => void; readonly tick: () => void; readonly end: () => void };

export const progress = (what: string, stream: NodeJS.WriteStream = process.stderr): Progress => {
  let last = '';
  let count = 0;
  const show = (line: string): void => {
    last = line;
    if (stream.isTTY) stream.write(`\r${line}\u001b[K`);
  };
  return {
    step: (done, of) => show(`${what}: ${done} of ${of} events`),
    tick: () => {
      count += 1;
      show(`${what}: ${count} signals assessed`);
    },
    end: () => {
      if (last !== '') stream.write(stream.isTTY ? '\n' : `${last}\n`);
    },
  };
};
