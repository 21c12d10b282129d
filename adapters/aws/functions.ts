// Decides what the operator learns of the deployed functions: the settings they were given, and whether what feeds them is switched on.
import { GetFunctionConfigurationCommand, LambdaClient, ListEventSourceMappingsCommand } from '@aws-sdk/client-lambda';
import { DescribeRuleCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { ask, clientSettings } from './ask.ts';

export type Mapping = { readonly source: string; readonly enabled: boolean };

export type Functions = {
  readonly settings: (name: string) => Promise<Readonly<Record<string, string>>>;
  readonly mappings: (name: string) => Promise<readonly Mapping[]>;
  /** `name` as CloudFormation knows it: `rule`, or `bus|rule`. */
  readonly ruleIsOn: (name: string) => Promise<boolean>;
};

export type FunctionClients = { readonly lambda: LambdaClient; readonly events: EventBridgeClient };

export const functionClients = (region: string): FunctionClients => ({
  lambda: new LambdaClient(clientSettings(region)),
  events: new EventBridgeClient(clientSettings(region)),
});

const mappingsOf = async (client: LambdaClient, name: string): Promise<readonly Mapping[]> => {
  const found: Mapping[] = [];
  let from: string | undefined;
  do {
    const page = await ask(
      `reading what feeds ${name}`,
      client.send(new ListEventSourceMappingsCommand({ FunctionName: name, ...(from === undefined ? {} : { Marker: from }) })),
    );
    for (const { EventSourceArn: source, State: state } of page.EventSourceMappings ?? [])
      if (source !== undefined) found.push({ source, enabled: state !== 'Disabled' && state !== 'Disabling' });
    from = page.NextMarker;
  } while (from);
  return found;
};

export const awsFunctions = ({ lambda, events }: FunctionClients): Functions => ({
  settings: async (name) => {
    const found = await ask(`reading the settings of ${name}`, lambda.send(new GetFunctionConfigurationCommand({ FunctionName: name })));
    return found.Environment?.Variables ?? {};
  },
  mappings: (name) => mappingsOf(lambda, name),
  ruleIsOn: async (name) => {
    const [rule = '', bus] = name.split('|').reverse();
    const request = { Name: rule, ...(bus === undefined ? {} : { EventBusName: bus }) };
    return (await ask(`looking at the rule ${rule}`, events.send(new DescribeRuleCommand(request)))).State === 'ENABLED';
  },
});
