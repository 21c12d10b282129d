// Decides what hour the process under test believes: the real one, and ahead of it by as many milliseconds as a file says.
// Loaded before `bin/local.ts`, so that a frozen machine can wake up minutes later and the quiet time at the end need not be sat out.
import { readFileSync } from 'node:fs';

const file = process.env['ART33_SOAK_AHEAD'];
if (file !== undefined) {
  const real = Date.now;
  Date.now = () => real() + Number(readFileSync(file, 'utf8'));
}
