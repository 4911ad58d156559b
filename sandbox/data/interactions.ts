import type { Json } from '../json.ts';
import { Collection } from './collection.ts';
import type { PersonData } from './people.ts';
import { itemAt, type Random } from './random.ts';
import { day, hour, isoSeconds, minute } from './time.ts';
import { updatedMsOf, type World } from './world.ts';

/** Someone on an e-mail or in a meeting; not always a person of the account. */
export type Attendee = { emailAddress: string | null; person: PersonData | null };
type Preview<Item> = { data: Item[]; totalCount: number };

/** Rows of the four interaction collections. */
export type EmailRow = {
  id: number;
  sentAt: string;
  loggingType: string;
  direction: string;
  subject: string | null;
  createdAt: string;
  updatedAt: string | null;
  from: Attendee;
  toParticipantsPreview: Preview<Attendee>;
  ccParticipantsPreview: Preview<Attendee>;
};
export type CallRow = {
  id: number;
  loggingType: string;
  title: string | null;
  startTime: string;
  endTime: string | null;
  allDay: boolean;
  creator: Attendee | null;
  createdAt: string;
  updatedAt: string | null;
  attendeesPreview: Preview<Attendee>;
};
export type MeetingRow = CallRow & { organizer: Attendee | null };
export type ChatRow = {
  id: number;
  sentAt: string;
  loggingType: string;
  direction: string;
  creator: PersonData;
  createdAt: string;
  updatedAt: string | null;
  participantsPreview: Preview<PersonData>;
};

/** The interactions of an account. */
export type Interactions = {
  emails: Collection<EmailRow>;
  meetings: Collection<MeetingRow>;
  calls: Collection<CallRow>;
  chatMessages: Collection<ChatRow>;
};

const longestPreview = 100;

/** Makes the four interaction collections. */
export function makeInteractions(
  world: World,
  people: { user: (n: number) => PersonData; outsider: (n: number) => PersonData },
): Interactions {
  const { names, sizes } = world;
  const attendee = (dice: Random): Attendee => {
    if (dice.below(4) === 0) return { emailAddress: `guest${dice.below(500)}@elsewhere.example`, person: null };
    const person = dice.below(3) === 0 ? people.user(dice.next()) : people.outsider(dice.next());
    return { emailAddress: dice.below(20) === 0 ? null : person.primaryEmailAddress, person };
  };
  const preview = <Item>(count: number, make: () => Item): Preview<Item> => ({
    data: Array.from({ length: Math.min(count, longestPreview) }, make),
    totalCount: count,
  });
  const asAttendee = (person: PersonData): Attendee => ({ emailAddress: person.primaryEmailAddress, person });

  function collection<Row extends { id: number }>(
    name: string,
    size: number,
    firstId: number,
    momentKey: 'sentAt' | 'startTime',
    momentOf: (index: number, created: number) => number,
    make: (
      base: { id: number; moment: string; createdAt: string; updatedAt: string | null },
      dice: Random,
      index: number,
    ) => Row,
  ): Collection<Row> {
    const random = world.random(name);
    const createdMs = world.createdMs(name, size);
    const updatedMs = updatedMsOf(world, name, createdMs);
    return new Collection<Row>({
      name,
      size,
      firstId,
      make: (index) => {
        const created = createdMs(index);
        const updated = updatedMs(index);
        const base = {
          id: firstId + index,
          moment: isoSeconds(momentOf(index, created)),
          createdAt: isoSeconds(created),
          updatedAt: updated === null ? null : isoSeconds(updated),
        };
        return make(base, random(index), index);
      },
      peek: {
        id: (index) => firstId + index,
        createdAt: createdMs,
        updatedAt: updatedMs,
        [momentKey]: (index) => Math.floor(momentOf(index, createdMs(index)) / 1000) * 1000,
      },
    });
  }

  /** Every ninth mail was found years after it was sent. */
  const sent = (index: number, created: number) => (index % 9 === 4 ? created - 900 * day : created - 2 * minute);
  /** Every eleventh meeting is still to come. */
  const started = (index: number, created: number) =>
    index % 11 === 7 ? world.startMs + (index % 90) * day : created - hour;
  const title = (dice: Random, index: number) => (index % 8 === 3 ? null : dice.pick(names.subjects));

  return {
    emails: collection(
      'emails',
      sizes.emails,
      88_000,
      'sentAt',
      sent,
      ({ moment, id, ...times }, dice, index): EmailRow => {
        const user = people.user(dice.next());
        const isSent = dice.chance(0.5);
        return {
          id,
          sentAt: moment,
          loggingType: 'automated',
          direction: isSent ? 'sent' : 'received',
          subject: index % 10 === 2 ? '********' : index % 33 === 1 ? null : dice.pick(names.subjects),
          ...times,
          from: isSent ? asAttendee(user) : attendee(dice),
          toParticipantsPreview: preview(index === 4 ? 140 : 1 + dice.below(3), () => attendee(dice)),
          ccParticipantsPreview: preview(dice.below(2), () => attendee(dice)),
        };
      },
    ),
    meetings: collection(
      'meetings',
      sizes.meetings,
      99_000,
      'startTime',
      started,
      ({ moment, id, ...times }, dice, index): MeetingRow => ({
        id,
        loggingType: index % 6 === 5 ? 'manual' : 'automated',
        title: title(dice, index),
        startTime: moment,
        endTime: index % 12 === 4 ? null : isoSeconds(Date.parse(moment) + 45 * minute),
        allDay: index % 20 === 9,
        creator: index % 3 === 0 ? null : asAttendee(people.user(dice.next())),
        organizer: index % 5 === 0 ? null : attendee(dice),
        ...times,
        attendeesPreview: preview(index === 6 ? 180 : dice.below(5), () => attendee(dice)),
      }),
    ),
    calls: collection(
      'calls',
      sizes.calls,
      99_000,
      'startTime',
      started,
      ({ moment, id, ...times }, dice, index): CallRow => ({
        id,
        loggingType: 'manual',
        title: title(dice, index),
        startTime: moment,
        endTime: index % 2 === 0 ? null : isoSeconds(Date.parse(moment) + 20 * minute),
        allDay: false,
        creator: index % 4 === 0 ? null : asAttendee(people.user(dice.next())),
        ...times,
        attendeesPreview: preview(dice.below(3), () => attendee(dice)),
      }),
    ),
    chatMessages: collection(
      'chat_messages',
      sizes.chatMessages,
      55_000,
      'sentAt',
      sent,
      ({ moment, id, ...times }, dice, index): ChatRow => ({
        id,
        sentAt: moment,
        loggingType: 'manual',
        direction: dice.chance(0.5) ? 'sent' : 'received',
        creator: people.user(dice.next()),
        ...times,
        participantsPreview: preview(index === 3 ? 101 : 1 + dice.below(2), () => people.outsider(dice.next())),
      }),
    ),
  };
}

/** Interactions as field values show them; the id is unique only together with the type. */
export function interactionData(interactions: Interactions) {
  const first = <Row extends { id: number }>(rows: Collection<Row>, show: (row: Row) => Json) =>
    Array.from({ length: Math.min(6, rows.size) }, (_, index) => show(rows.rowAt(index)));
  const few = (preview: Preview<Attendee>): Attendee[] => preview.data.slice(0, 2);
  return {
    email: first(interactions.emails, ({ id, subject, sentAt, from, toParticipantsPreview, ccParticipantsPreview }) => {
      return {
        type: 'email',
        id,
        subject,
        sentAt,
        from,
        to: few(toParticipantsPreview),
        cc: few(ccParticipantsPreview),
      };
    }),
    meeting: first(interactions.meetings, ({ id, title, allDay, startTime, endTime, attendeesPreview }) => {
      return { type: 'meeting', id, title, allDay, startTime, endTime, attendees: few(attendeesPreview) };
    }),
    call: first(interactions.calls, ({ id, startTime, attendeesPreview }) => {
      return { type: 'call', id, startTime, attendees: few(attendeesPreview) };
    }),
    'chat-message': first(interactions.chatMessages, ({ id, direction, sentAt, creator, participantsPreview }) => {
      return {
        type: 'chat-message',
        id,
        direction,
        sentAt,
        manualCreator: creator,
        participants: participantsPreview.data.slice(0, 2),
      };
    }),
  };
}

/** A kind of interaction and an existing id of it. */
export function interactionReference(interactions: Interactions, number: number): { id: number; type: string } {
  const kinds = [
    { type: 'meeting', rows: interactions.meetings },
    { type: 'call', rows: interactions.calls },
    { type: 'chat-message', rows: interactions.chatMessages },
    { type: 'email', rows: interactions.emails },
  ];
  const { type, rows } = itemAt<{ type: string; rows: { size: number; idAt: (index: number) => number } }>(
    kinds,
    number % 4,
  );
  return { id: rows.idAt(Math.floor(number / 4) % rows.size), type };
}
