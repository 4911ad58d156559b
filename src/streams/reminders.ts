import { Reminder } from '../affinity/models/reminders.ts';
import type { ReadContext } from './stream.ts';
import { type TimeSlice, timeFilter, toSeconds } from './time.ts';
import { CREATED_AND_UPDATED, defineTimeStream } from './time-stream.ts';

export const reminders = defineTimeStream({
  name: 'reminders',
  endpoint: 'GET /v2/reminders',
  cost: '1 per 100 reminders',
  description: "The reminders that the API key's user may see.",
  path: '/v2/reminders',
  row: Reminder,
  primaryKey: ['id'],
  cursorField: 'updatedAt',
  time: CREATED_AND_UPDATED,
  filter: reminderFilter,
});

/**
 * A reminder becomes overdue by the clock, which no property tells. So whoever asks for changes asks for all overdue
 * ones too, as far as they belong to the time since the start date.
 */
function reminderFilter({ config }: ReadContext, slice: TimeSlice | undefined): string | undefined {
  const asked = timeFilter(slice, CREATED_AND_UPDATED);
  if (asked === undefined || slice === undefined || slice.changed === null) return asked;
  const { startDateMs } = config;
  if (startDateMs === undefined) return `${asked} | status=overdue`;
  const start = toSeconds(startDateMs);
  return `${asked} | status=overdue & createdAt>=${start} | status=overdue & updatedAt>=${start}`;
}
