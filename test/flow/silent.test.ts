// Holds that what a filter, a window or a shadow rule keeps silent is told to nobody and stands in its receipt.
import { afterEach, describe, expect, it } from 'vitest';
import { loadConfiguration } from '#adapters/config/load.ts';
import { readRuleDocuments } from '#adapters/config/rule-documents.ts';
import { compileRules } from '#core/detection/sigma/compile.ts';
import type { RuleDocument } from '#core/detection/sigma/document.ts';
import type { Receipt } from '#flow/ports.ts';
import { exampleDir, ruleDirsFor } from '#local/configuration.ts';
import { type Harness, openHarness, startedAt } from './harness.ts';
import { exfiltration, graveFinding } from './raw-events.ts';

const configuration = await loadConfiguration(exampleDir, startedAt);
if (!configuration.ok) throw new Error('the example configuration does not load');
const { lists } = configuration.value;
const shipped = await readRuleDocuments(ruleDirsFor(exampleDir));
const rulesWith = (...trees: readonly object[]) => {
  const more = trees.map((tree, i): RuleDocument => ({ tree, where: `more-${i}.yml` }));
  const compiled = compileRules([...shipped.documents, ...more], lists);
  return compiled.set;
};

let h: Harness | undefined;
afterEach(() => h?.close());

const open = async (...trees: readonly object[]): Promise<Harness> => {
  const rules = rulesWith(...trees);
  h = await openHarness({
    wrap: (world) => ({ ...world, directory: { current: () => ({ ...world.directory.current(), rules }) } }),
  });
  return h;
};

const receiptOf = async (of: Harness): Promise<Receipt | undefined> => of.world.ledger.receipt('guardduty', 'play:1:0#0');

const filter = (more: object, rules = ['guardduty_grave']) => ({
  title: 'The yearly move',
  name: 'yearly_move',
  logsource: { product: 'aws', service: 'guardduty' },
  filter: { rules, selection: { 'sig.target.id': 'muster-message-archive' }, condition: 'not selection' },
  incident: { owner: 'tomke-harms', reason: 'objects are moved, as every year', expires: '2027-01-01', ...more },
});

describe('a match that is kept silent', () => {
  it('by a filter opens nothing and bears the name of the filter', async () => {
    const of = await open(filter({}));
    await of.play([graveFinding()]);
    expect(await of.incidents()).toEqual([]);
    expect(await receiptOf(of)).toMatchObject({ disposition: 'assessed', silent: [{ rule: 'guardduty_grave', by: 'yearly_move' }] });
  });

  it('by a maintenance window as well, while the window is open', async () => {
    const of = await open(filter({ from: '2026-03-01' }));
    await of.play([graveFinding()]);
    expect(await of.incidents()).toEqual([]);
    expect((await receiptOf(of))?.silent).toEqual([{ rule: 'guardduty_grave', by: 'yearly_move' }]);
  });

  it('never by a window where a breach is likely', async () => {
    const of = await open(filter({ from: '2026-03-01' }, ['guardduty_s3_exfil_content']));
    await of.play([exfiltration()]);
    expect(await of.incidents()).toHaveLength(1);
    expect((await receiptOf(of))?.silent).toBeUndefined();
    of.takeMessages();
  });

  it('by its status, in the shadow of the others', async () => {
    const of = await open({
      title: 'A new idea',
      name: 'new_idea',
      status: 'experimental',
      level: 'critical',
      logsource: { product: 'aws', service: 'guardduty' },
      detection: { selection: { 'sig.kind': 'finding' }, condition: 'selection' },
      incident: {
        version: 1,
        category: 'idea',
        breach: { confidentiality: 'likely', integrity: 'none', availability: 'none' },
        personal_data: 'likely',
        dedupe: { by: ['sig.tenant'], window: '1h' },
      },
    });
    await of.play([graveFinding()]);
    const [incident] = await of.incidents();
    expect(incident?.findings.map(({ rule }) => rule.name)).not.toContain('new_idea');
    expect((await receiptOf(of))?.silent).toEqual([{ rule: 'new_idea', by: 'experimental' }]);
    of.takeMessages();
  });
});
