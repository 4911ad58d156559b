/** Milliseconds of one second, minute, hour and day. */
export const second = 1000;
export const minute = 60 * second;
export const hour = 60 * minute;
export const day = 24 * hour;

/** V2 style: whole seconds in UTC. */
export function isoSeconds(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

function isPacificSummer(ms: number): boolean {
  const month = new Date(ms).getUTCMonth();
  return month >= 2 && month <= 9;
}

/** V1 style: milliseconds and the Pacific offset; every ninth one in UTC, since both forms occur. */
export function isoPacific(ms: number): string {
  if (ms % 9000 === 0) return new Date(ms).toISOString();
  const isSummer = isPacificSummer(ms);
  const local = new Date(ms - (isSummer ? 7 : 8) * hour).toISOString().slice(0, 23);
  return `${local}-0${isSummer ? 7 : 8}:00`;
}

/** Date fields sit at midnight Pacific and are told in UTC. */
export function isoDateAtPacificMidnight(ms: number): string {
  const date = new Date(ms).toISOString().slice(0, 10);
  return `${date}T0${isPacificSummer(ms) ? 7 : 8}:00:00Z`;
}

/** The instant of an ISO timestamp as milliseconds; throws on anything else. */
export function msOf(iso: string): number {
  const ms = Date.parse(iso);
  if (Number.isNaN(ms)) throw new RangeError(`not a timestamp: ${iso}`);
  return ms;
}
