// Makes text of any code units, halves of pairs and control bytes among them; drawn from numbers, since it costs a hundredth of fast-check's own.
import fc from 'fast-check';

export const anyText = (maxLength = 40): fc.Arbitrary<string> =>
  fc.array(fc.nat(0xffff), { maxLength }).map((units) => String.fromCharCode(...units));
