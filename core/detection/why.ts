// Decides what is said of why a rule's firing means what it means: rule and version, nature, data, and the facts that this rests on.
import type { Directory, Mitigation } from '../directory/directory.ts';
import type { AssetId, ControllerId } from '../kernel/ids.ts';
import type { DataClass } from '../signal/signal.ts';
import type { Finding } from './finding.ts';
import type { Level, Nature, RuleSet } from './rule.ts';

/** Where the answer to "personal data?" comes from. An asset that nobody wrote down counts as holding some (detection.md 6.6). */
export type Basis = 'rule' | 'directory' | 'tags' | 'name' | 'unknown-asset';

export type Reason = {
  readonly rule: {
    readonly id: string;
    readonly name: string;
    readonly title: string;
    readonly version: number;
    readonly level: Level;
    readonly category: string;
    readonly author?: string;
    readonly license?: string;
  };
  readonly nature: Nature;
  readonly personalData: 'unlikely' | 'likely';
  readonly basis: Basis;
  /** Signals that it rests on. */
  readonly members: number;
  readonly assets: readonly {
    readonly id: AssetId;
    readonly dataClasses: readonly DataClass[];
    readonly controllers: readonly ControllerId[];
    readonly mitigations: readonly Mitigation[];
  }[];
  /** Classes that the event's own tags name, and those that the name of a store suggests. */
  readonly tags: readonly DataClass[];
  readonly names: readonly DataClass[];
  /** Why the nature is a step lower than the rule has it. */
  readonly lowered?: Mitigation;
};

/** What `why` may look at: the rules and the directory in force, and the classes that tags and names of the event tell. */
export type Grounds = {
  readonly rules: RuleSet;
  readonly directory: Directory;
  readonly tags: readonly DataClass[];
  readonly names: readonly DataClass[];
};

const basisOf = (hint: string | undefined, assets: number, { tags, names }: Pick<Grounds, 'tags' | 'names'>): Basis => {
  if (hint !== 'asset') return 'rule';
  if (assets > 0) return 'directory';
  if (tags.length > 0) return 'tags';
  return names.length > 0 ? 'name' : 'unknown-asset';
};

export const whyOf = (finding: Finding, { rules, directory, tags, names }: Grounds): Reason => {
  const written = rules.byName.get(finding.rule.name);
  const { id, name, title, version, level, category } = finding.rule;
  const { author, license, incident } = written ?? {};
  const assets = finding.assets.flatMap((one) => directory.assets.find((asset) => asset.id === one) ?? []);
  const isLowered = incident !== undefined && incident.breach.confidentiality !== finding.nature.confidentiality;
  return {
    rule: { id, name, title, version, level, category, ...(author !== undefined && { author }), ...(license !== undefined && { license }) },
    nature: finding.nature,
    personalData: finding.personalData,
    basis: basisOf(incident?.personalData, assets.length, { tags, names }),
    members: finding.signals.length,
    assets: assets.map((asset) => ({
      id: asset.id,
      dataClasses: asset.dataClasses,
      controllers: asset.controllers,
      mitigations: asset.mitigations ?? [],
    })),
    tags,
    names,
    ...(isLowered && { lowered: 'ciphertext-only' as const }),
  };
};
