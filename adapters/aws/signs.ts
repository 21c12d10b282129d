// Decides which signs of life and alarm the operator reads: alarms that ring, and when a function wrote which line.
import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { type Instant, instantOf } from '#core/kernel/time.ts';
import { ask, clientSettings } from './ask.ts';

export type Signs = {
  /** Names of this deployment's alarms that ring. */
  readonly ringing: (prefix: string) => Promise<readonly string[]>;
  /** When lines of that event were written, from `since` on, in no order. */
  readonly lines: (group: string, event: string, since: Instant) => Promise<readonly Instant[]>;
};

export type SignClients = { readonly alarms: CloudWatchClient; readonly logs: CloudWatchLogsClient };

export const signClients = (region: string): SignClients => ({
  alarms: new CloudWatchClient(clientSettings(region)),
  logs: new CloudWatchLogsClient(clientSettings(region)),
});

const ringing = async (client: CloudWatchClient, prefix: string): Promise<readonly string[]> => {
  const names: string[] = [];
  let from: string | undefined;
  do {
    const page = await ask(
      'reading the alarms',
      client.send(
        new DescribeAlarmsCommand({ StateValue: 'ALARM', AlarmNamePrefix: prefix, ...(from === undefined ? {} : { NextToken: from }) }),
      ),
    );
    // The first line of an alarm's text begins with its name in the runbook.
    for (const one of page.MetricAlarms ?? []) names.push(one.AlarmDescription?.split(':')[0] ?? one.AlarmName ?? 'unnamed');
    from = page.NextToken;
  } while (from);
  return names.sort();
};

const isEvent = (text: string | undefined, event: string): boolean => {
  try {
    const line = JSON.parse(text ?? '') as { readonly event?: unknown; readonly message?: unknown };
    return line.event === event || line.message === event;
  } catch {
    return false;
  }
};

const linesIn = async (
  client: CloudWatchLogsClient,
  { group, event, since }: { readonly group: string; readonly event: string; readonly since: Instant },
): Promise<readonly Instant[]> => {
  const found: Instant[] = [];
  let from: string | undefined;
  do {
    const request = {
      logGroupName: group,
      filterPattern: `"${event}"`,
      startTime: since,
      ...(from === undefined ? {} : { nextToken: from }),
    };
    const page = await ask(`reading the log ${group}`, client.send(new FilterLogEventsCommand(request)));
    for (const { timestamp, message } of page.events ?? [])
      if (timestamp !== undefined && isEvent(message, event)) found.push(instantOf(timestamp));
    from = page.nextToken;
  } while (from);
  return found;
};

export const awsSigns = ({ alarms, logs }: SignClients): Signs => ({
  ringing: (prefix) => ringing(alarms, prefix),
  lines: (group, event, since) => linesIn(logs, { group, event, since }),
});
