/** Where the sandbox leaves the documented shapes on purpose, because real accounts do or because new versions will. */
export const deviations = {
  /** LinkedIn addresses come as objects inside values that are documented as texts. */
  linkedText: ['link', 'text'],
  /** Value types that no document knows, or that are documented as a type of the field only. */
  valueTypes: ['geo-polygon', 'hidden'],
  enrichmentSources: ['pitchlens'],
  optionColors: ['teal'],
  statusCategories: ['nurture'],
  viewTypes: ['timeline'],
  userStatuses: ['suspended'],
  languages: ['pl'],
  webhookEvents: ['transcript.created'],
  /** A number that no document gives a meaning. */
  v1NoteTypes: [4],
  /** Hosts, addresses and links may be any text. */
  hostsAndAddresses: 'any text',
  /** Entries of a list without any come as null instead of an empty array. */
  emptyEntries: 'null',
} as const;
