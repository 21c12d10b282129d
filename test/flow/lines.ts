// Names the messages of the example's people, as the stories count on them.

const people = {
  sysop: ['Tomke Harms', 'tomke.harms@muster.example'],
  architect: ['Jonas Reuter', 'jonas.reuter@muster.example'],
  product: ['Selin Aydin', 'selin.aydin@muster.example'],
  management: ['Greta Vogt', 'greta.vogt@muster.example'],
  lead: ['Malik Brandt', 'malik.brandt@muster.example'],
} as const;

export type Who = keyof typeof people;

export const slack = (who: Who, topic: string): string => `slack ${people[who][0]}: ${topic}`;
export const mail = (who: Who, topic: string): string => `mail ${people[who][1]}: ${topic}`;

export const informs = (['sysop', 'architect', 'product', 'management'] as const).map((who) => slack(who, 'For your information'));
export const ticket = 'ticket desk: ticket';
/** A call goes out on every channel at once. */
export const call = (who: Who): readonly string[] => [slack(who, 'Please take this incident'), mail(who, 'Please take this incident')];
export const decideNow = (who: Who): readonly string[] => [
  slack(who, 'Decision needed: nobody has decided yet'),
  mail(who, 'Decision needed: nobody has decided yet'),
];
export const releaseReminder = slack('lead', 'Decision needed: confirm, refute or release');
export const narrowReminder = (who: Who): string =>
  slack(who, "Which of the asset's controllers are affected? All of them count until somebody says");
export const consultation = 'mail dpo@muster.example: Consultation of the data protection officer';
export const needsPerson = [
  slack('sysop', 'A duty is late or blocked and needs a person'),
  slack('lead', 'A duty is late or blocked and needs a person'),
];

/** What a suspected breach sets off at once. */
export const suspicion = [ticket, ...informs, ...call('sysop'), releaseReminder, consultation];

export const contacts = {
  'museum-shop': 'datenschutz@museum-shop.example',
  'clinic-portal': 'security@clinic-portal.example',
  'travel-club': 'privacy@travel-club.example',
} as const;
export type Told = keyof typeof contacts;

export const suspectedNotice = (to: Told): string => `mail ${contacts[to]}: Notice of a suspected breach, not confirmed`;
export const confirmedNotice = (to: Told): string =>
  `mail ${contacts[to]}: Notification of a personal data breach under Art. 33(2) GDPR (preliminary)`;
export const withdrawalNotice = (to: Told, of: 'suspected' | 'confirmed' = 'suspected'): string =>
  `mail ${contacts[to]}: ${of === 'suspected' ? 'Withdrawal of our notice of a suspected breach' : 'Withdrawal of our notification under Art. 33(2) GDPR'}`;
export const everyConfirmedNotice = (Object.keys(contacts) as Told[]).map(confirmedNotice);
