// Decides that every log is ours: it ends after 90 days, our key encrypts it, and nothing writes to a log that AWS makes without either.
import { type Breach, type Rule, type Template, each, keyOf, record, refersFrom } from './template.ts';

const days = 90;

const groups = (all: readonly Template[]): readonly Breach[] =>
  each(all, 'AWS::Logs::LogGroup').flatMap((at) => [
    ...(at.properties['RetentionInDays'] === days ? [] : [{ at, wrong: 'this log group keeps its lines for another time, or for ever' }]),
    ...(at.properties['KmsKeyId'] === undefined ? [{ at, wrong: 'this log group is not encrypted with our key' }] : []),
  ]);

const writers = (all: readonly Template[]): readonly Breach[] => {
  const known = new Set(each(all, 'AWS::Logs::LogGroup').map(keyOf));
  return [
    ...each(all, 'AWS::Lambda::Function').map((at) => ({ at, to: record(at.properties['LoggingConfig'])['LogGroup'] })),
    ...each(all, 'AWS::ApiGatewayV2::Stage').map((at) => ({ at, to: record(at.properties['AccessLogSettings'])['DestinationArn'] })),
  ]
    .filter(({ at, to }) => !refersFrom(all, at, to).some((key) => known.has(key)))
    .map(({ at }) => ({ at, wrong: 'it has no log group of these stacks, so AWS makes one that keeps everything' }));
};

export const logRules: readonly Rule[] = [
  {
    name: 'log-retention',
    right: `give it a LogGroup with retention ${days} days and the key of the state stack`,
    breaches: (all) => [...groups(all), ...writers(all)],
  },
];
