// Decides what other programs of auth.log say about who rules a host: sudo and su, new accounts, new members of groups, files of keys.

export type HostMessage = {
  /** Our word for the form, for rules. */
  readonly event: 'elevated' | 'elevation-refused' | 'account-added' | 'group-joined' | 'key-file';
  /** Who became another, or who was added. */
  readonly user?: string;
  readonly uid?: string;
  readonly group?: string;
  /** What was run, by the word of whoever ran it. */
  readonly command?: string;
  readonly file?: string;
};

type Form = readonly [programs: RegExp, event: HostMessage['event'], pattern: RegExp];

// sudo puts the user first and a refusal second; directory and command behind them are the user's own text and prove nothing.
const forms: readonly Form[] = [
  [
    /^sudo$/,
    'elevation-refused',
    /^\s*(?<user>\S{1,64}) : (?:user NOT in sudoers|user NOT authorized|command not allowed|\d+ incorrect password attempts?|a password is required|no tty present|sorry, )/,
  ],
  [/^sudo$/, 'elevated', /^\s*(?<user>\S{1,64}) : [A-Z]{2,10}=.*? ; COMMAND=(?<command>.*)$/s],
  [/^su$/, 'elevation-refused', /^FAILED SU \(to \S{1,64}\) (?<user>\S{1,64}) on /],
  [/^su$/, 'elevated', /^(?:Successful su for \S{1,64} by (?<user>\S{1,64})$|\(to \S{1,64}\) (?<user>\S{1,64}) on )/],
  [/^(?:useradd|adduser)$/, 'account-added', /^new user: name=(?<user>[^,\s]{1,64}), UID=(?<uid>\d{1,10})\b/],
  [/^(?:usermod|useradd|adduser)$/, 'group-joined', /^add '(?<user>[^']{1,64})' to (?:shadow )?group '(?<group>[^']{1,64})'/],
  [/^gpasswd$/, 'group-joined', /^(?:user|member) (?<user>\S{1,64}) added by \S{1,64} to group (?<group>\S{1,64})$/],
  [
    /^(?:audispd|auditd|audisp-syslog|audit|kernel)$/,
    'key-file',
    /^(?:node=\S{1,255} )?type=(?:PATH|1302) .*?\bname="(?<file>[^"]{0,400}\/authorized_keys2?)"[^"]{0,500}\bnametype=CREATE\b/s,
  ],
];

/** What the message says; undefined for a program or words that are none of these. */
export const hostMessageOf = (program: string, message: string): HostMessage | undefined => {
  for (const [programs, event, pattern] of forms) {
    const m = programs.test(program) ? pattern.exec(message) : null;
    if (m) return { event, ...(Object.fromEntries(Object.entries(m.groups ?? {}).filter(([, text]) => text !== undefined)) as object) };
  }
  return undefined;
};
