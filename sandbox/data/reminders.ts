import { Collection } from './collection.ts';
import { day, hour, isoSeconds, msOf } from './time.ts';
import { updatedMsOf, type World } from './world.ts';

type Reference = { id: number } | null;

/** A reminder as it is kept; its status comes from the clock. */
export type ReminderRow = {
  id: number;
  type: string;
  content: string | null;
  dueDate: string;
  creator: { id: number };
  owner: { id: number };
  completer: Reference;
  company: Reference;
  person: Reference;
  opportunity: Reference;
  completedAt: string | null;
  recurrence: { resetTrigger: string; periodDays: number } | null;
  createdAt: string;
  updatedAt: string | null;
};

/** The index of a reminder that falls due one hour after the start. */
export const soonDueReminder = 1;

/** Makes the reminders. */
export function makeReminders(
  world: World,
  idOf: {
    user: (n: number) => number;
    company: (n: number) => number;
    person: (n: number) => number;
    opportunity: (n: number) => number;
  },
): Collection<ReminderRow> {
  const random = world.random('reminders');
  const size = world.sizes.reminders;
  const createdMs = world.createdMs('reminders', size);
  const updatedMs = updatedMsOf(world, 'reminders', createdMs);
  const dueDice = world.random('reminders.due');
  const dueMs = (index: number): number => {
    const days = dueDice(index).between(3, 200);
    if (index === soonDueReminder) return world.startMs + hour;
    return index % 8 === 2 ? world.startMs + days * day : createdMs(index) + days * day;
  };
  const make = (index: number): ReminderRow => {
    const dice = random(index);
    const created = createdMs(index);
    const updated = updatedMs(index);
    const isRecurring = index % 4 === 2;
    const isCompleted = !isRecurring && index !== soonDueReminder && dice.chance(0.4);
    const about = index % 4;
    return {
      id: 1200 + index,
      type: isRecurring ? 'recurring' : 'one-time',
      content: index % 7 === 2 ? null : dice.pick(world.names.sentences),
      dueDate: isoSeconds(dueMs(index)),
      creator: { id: idOf.user(dice.next()) },
      owner: { id: idOf.user(dice.next()) },
      completer: isCompleted || (isRecurring && dice.chance(0.5)) ? { id: idOf.user(dice.next()) } : null,
      company: about === 0 ? { id: idOf.company(dice.next()) } : null,
      person: about === 1 ? { id: idOf.person(dice.next()) } : null,
      opportunity: about === 2 ? { id: idOf.opportunity(dice.next()) } : null,
      completedAt: isCompleted ? isoSeconds(Math.min(world.startMs, created + 2 * day)) : null,
      recurrence: isRecurring
        ? { resetTrigger: dice.pick(['interaction', 'email', 'event']), periodDays: dice.between(7, 90) }
        : null,
      createdAt: isoSeconds(created),
      updatedAt: updated === null ? null : isoSeconds(updated),
    };
  };
  return new Collection<ReminderRow>({
    name: 'reminders',
    size,
    firstId: 1200,
    make,
    peek: { id: (index) => 1200 + index, createdAt: createdMs, updatedAt: updatedMs, dueDate: dueMs },
  });
}

/** Active until due, then overdue, unless completed: time alone changes it and moves no date. */
export function reminderStatus(row: ReminderRow, nowMs: number): string {
  if (row.completedAt !== null) return 'completed';
  return msOf(row.dueDate) < nowMs ? 'overdue' : 'active';
}

/** The row as the API shows it at a moment. */
export function reminderAt(row: ReminderRow, nowMs: number) {
  const { id, type, ...rest } = row;
  return { id, type, status: reminderStatus(row, nowMs), ...rest };
}
