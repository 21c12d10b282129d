// Decides what docs/sources.md says of the sources in code beside what it reads from them: by which way events come, and what makes one the same.

export type Told = { readonly title: string; readonly arrives: string; readonly identity: string };

export const coded: Readonly<Record<string, Told>> = {
  fail2ban: {
    title: 'fail2ban',
    arrives: 'our action (shippers/fail2ban), signed; or its log file by a shipper',
    identity: 'host, jail, address, what happened, and the second; it has no id',
  },
  sshd: {
    title: 'OpenSSH sshd, auth.log',
    arrives: 'log file or journal by a shipper',
    identity: 'host, process, message, and the second; it has no id',
  },
  'vault-audit': {
    title: 'Vault and OpenBao audit device',
    arrives: 'audit file by a shipper',
    identity: 'id of the request, and whether it is request or response',
  },
  auth0: {
    title: 'Auth0 tenant log',
    arrives: 'log stream: custom webhook or EventBridge; pages of the Management API',
    identity: 'log_id: webhook and EventBridge at once are one signal',
  },
  guardduty: {
    title: 'Amazon GuardDuty',
    arrives: 'EventBridge (aws.guardduty); get-findings, SNS, SQS',
    identity: 'id of the finding, when it was updated, count, archived or not',
  },
  cloudtrail: {
    title: 'AWS CloudTrail',
    arrives: 'EventBridge; objects of S3; CloudWatch Logs',
    identity: 'eventID, or sharedEventID where two accounts recorded one call',
  },
  securityhub: {
    title: 'AWS Security Hub, ASFF and OCSF',
    arrives: 'EventBridge (aws.securityhub)',
    identity: 'id of the finding, when it was updated, its state',
  },
  'google-alert-center': {
    title: 'Google Workspace Alert Center',
    arrives: 'Pub/Sub push, signed by Google; alerts of the API',
    identity: 'alertId and etag',
  },
  'subprocessor-mail': {
    title: 'Notice of a sub-processor by mail',
    arrives: 'mail, by SES or POST',
    identity: 'Message-ID (else the date), sender, subject and text',
  },
  'person-report': {
    title: 'Report of a person of the house',
    arrives: 'console, command line, Slack',
    identity: 'id of the report, who tells it, and its text',
  },
  'controller-report': {
    title: 'Report of a controller',
    arrives: 'form or mail',
    identity: 'id of the report, who tells it, and its text',
  },
  'public-report': { title: 'Report from the public', arrives: 'form or mail', identity: 'id of the report, who tells it, and its text' },
};
