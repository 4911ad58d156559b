import * as z from 'zod';
import { flag, integer, keyNumber, object, objects, text, texts, timestamp } from './properties.ts';
import { userData } from './references.ts';

const memberPrivacyType = text('What others may see of the e-mails of the member.');
const addedAt = timestamp('When the user joined the team.');

/** A row of `users`: the people with an account of your firm. */
export const User = z.looseObject({
  id: keyNumber('Id of the user, which is also the id of their person.'),
  firstName: text('First name.'),
  lastName: text('Last name.'),
  primaryEmailAddress: text('Main e-mail address, not always a valid one.'),
  emailAddresses: texts('All e-mail addresses; only for keys with the permission to manage users.'),
  photoUrl: text('Address of a picture.'),
  status: text('`active`, `invited` or `deactivated`.'),
  role: text('Name of the role; only for keys with the permission to manage users.'),
});
export type User = z.infer<typeof User>;

/** A row of `teams`. */
export const Team = z.looseObject({
  id: keyNumber('Id of the team.'),
  name: text('Name of the team.'),
  privacyType: text('What others may see of the e-mails of the team; only for keys that may manage teams.'),
  createdAt: timestamp('When the team was made.'),
  updatedAt: timestamp('When it last changed; null until then.'),
  membersPreview: object('The first members, only where the API was asked for them; all are in `team_members`.', {
    data: objects('At most 10 of them.', {
      id: integer('Id of the member.'),
      user: object('The user.', userData),
      privacyType: memberPrivacyType,
      addedAt,
    }),
    totalCount: integer('How many there are in all.'),
  }),
  accessibleListsPreview: object('The first lists the team may see, only where the API was asked for them.', {
    data: objects('At most 10 of them.', {
      id: integer('Id of the list; joins `lists.id`.'),
      name: text('Name of the list.'),
      creatorId: integer('Id of the user who made it; joins `users.id`.'),
      ownerId: integer('Id of the user who owns it; joins `users.id`.'),
      isPublic: flag('Whether everybody in your firm sees it.'),
      type: text('What is on it: `company`, `person` or `opportunity`.'),
      createdAt: timestamp('When the list was made.'),
    }),
    totalCount: integer('How many there are in all.'),
  }),
});
export type Team = z.infer<typeof Team>;

/** A row of `team_members`. */
export const TeamMember = z.looseObject({
  teamId: keyNumber('Id of the team; joins `teams.id`.'),
  id: keyNumber('Id of the member.'),
  user: object('The user.', userData),
  privacyType: memberPrivacyType,
  addedAt,
});
export type TeamMember = z.infer<typeof TeamMember>;
