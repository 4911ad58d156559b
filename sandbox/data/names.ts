import { faker } from '@faker-js/faker/locale/en';

/** Pools of believable words, made once per seed; rows pick from them by number. */
export type Names = ReturnType<typeof makeNames>;

/** Names that real accounts hold and naive programs trip over. */
export const oddTexts: readonly string[] = [
  'Line\u2028separator Labs',
  'Paragraph\u2029 mark & Co',
  'Next\u0085line Partners',
  'Rocket \u{1f680} Foods \u{1f469}\u200d\u{1f52c}',
  'Quote "Double" & \'Single\' \\ Backslash',
  'Two\nlines\r\nand\ta tab',
  'Control \u0001\u001f\u007f characters',
  'Übergrößen Ångström Ærø',
  '株式会社サンプル',
  'שלום עולם RTL \u202e',
  '  padded  ',
  '=SUM(A1:A2)',
  '</script><b>bold</b>',
  'null',
];

/** Hosts as the API really gives them: not always hosts. */
export const badDomains: readonly string[] = [
  'not a host name',
  'https://www.with-scheme.example/path?x=1',
  '_under_score.example',
  'trailing.dot.example.',
  'xn--bcher-kva.example',
  'localhost',
];

/** Addresses as the API really gives them: not always addresses. */
export const badEmails: readonly string[] = [
  'c_1883abcdef@group.calendar.google.com',
  'no-at-sign.example',
  '"quoted name"@harborlane.example',
  'two@@signs.example',
  'unsubscribe+a=b.example@bounce.example',
  "o'neil@ünïcode.example",
];

function repeat<Item>(count: number, make: () => Item): Item[] {
  return Array.from({ length: count }, make);
}

/** Makes the pools of one account. */
export function makeNames(seed: number) {
  faker.seed(seed);
  return {
    firstNames: repeat(180, () => faker.person.firstName()),
    lastNames: repeat(240, () => faker.person.lastName()),
    companyAdjectives: repeat(120, () => faker.word.adjective()).map(capital),
    companyNouns: repeat(160, () => faker.word.noun()).map(capital),
    companySuffixes: ['Labs', 'Robotics', 'Health', 'Systems', 'AI', 'Energy', 'Bio', 'Capital', 'Works', 'Cloud'],
    jobTitles: repeat(60, () => faker.person.jobTitle()),
    industries: [
      'Robotics',
      'Logistics',
      'Fintech',
      'Biotech',
      'Climate',
      'SaaS',
      'Security',
      'Gaming',
      'Space',
      'Retail',
    ],
    sentences: repeat(80, () => faker.company.catchPhrase()),
    paragraphs: repeat(40, () => faker.lorem.paragraph()),
    subjects: repeat(60, () => `${faker.word.verb()} ${faker.company.buzzNoun()}`),
    cities: repeat(50, () => ({
      city: faker.location.city(),
      state: faker.location.state(),
      country: faker.location.country(),
      continent: faker.location.continent(),
      streetAddress: faker.location.streetAddress(),
    })),
    phones: repeat(40, () => faker.phone.number()),
    fileNames: repeat(40, () => faker.system.commonFileName()),
  };
}

function capital(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}
