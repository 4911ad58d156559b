/** How many rows each collection has at a scale; big ones grow linearly, lists and users slowly. */
export type Sizes = ReturnType<typeof sizesOf>;

/** Row counts for a scale (1 is about 3,000 rows in all); the number of lists may be given. */
export function sizesOf(scale: number, lists: number | null = null) {
  const linear = (rows: number, least = 1) => Math.max(least, Math.round(rows * scale));
  const slow = (start: number, step: number) => start + Math.floor(step * Math.log2(Math.max(1, scale)));
  const users = slow(12, 4);
  return {
    users,
    persons: Math.max(users + 40, linear(400)),
    companies: linear(250, 30),
    opportunities: linear(60, 8),
    companyEntries: linear(160, 20),
    personEntries: linear(80, 10),
    lists: lists ?? slow(6, 2),
    notes: linear(150, 30),
    emails: linear(300, 10),
    meetings: linear(120, 12),
    calls: linear(40, 5),
    chatMessages: linear(40, 5),
    reminders: linear(50, 10),
    files: linear(60, 5),
    changes: linear(400, 40),
    merges: linear(6, 6),
    relationsPerUser: Math.ceil(24 * Math.sqrt(Math.max(1, scale))),
    teams: slow(3, 1),
    webhooks: 3,
  };
}
