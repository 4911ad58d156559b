import { Collection } from './collection.ts';
import { badEmails, oddTexts } from './names.ts';
import { itemAt } from './random.ts';
import type { World } from './world.ts';

/** A person as it appears inside other rows. */
export type PersonData = {
  id: number;
  firstName: string | null;
  lastName: string | null;
  primaryEmailAddress: string | null;
  type: string;
};

/** A person without its fields. */
export type PersonRow = {
  id: number;
  firstName: string;
  lastName: string | null;
  primaryEmailAddress: string | null;
  emailAddresses: string[];
  type: string;
};

/** Host of the firm's own addresses. */
export const firmDomain = 'harborlane.example';

/** A user of the account; also the internal person of the same id. */
export type UserRow = {
  id: number;
  firstName: string;
  lastName: string | null;
  primaryEmailAddress: string | null;
  emailAddresses: string[];
  photoUrl: string | null;
  status: string;
  role: string;
};

/** First id of users, who are persons too. */
const firstUserId = 90001;
const firstPersonId = 6_100_000;
const personIdStep = 3;

function slug(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9]+/g, '');
}

/** The users: user id and person id are the same. */
export function makeUsers(world: World): Collection<UserRow> {
  const { names, sizes } = world;
  const random = world.random('users');
  return new Collection<UserRow>({
    name: 'users',
    size: sizes.users,
    firstId: firstUserId,
    make: (index) => {
      const dice = random(index);
      const firstName = dice.pick(names.firstNames);
      const lastName = index === 1 ? null : dice.pick(names.lastNames);
      const email = `${slug(firstName)}.${slug(lastName ?? 'x')}${index}@${firmDomain}`;
      const status = ['active', 'active', 'active', 'invited', 'deactivated', 'suspended'][index < 6 ? index : 0];
      return {
        id: firstUserId + index,
        firstName,
        lastName,
        primaryEmailAddress: index === 3 ? null : email,
        emailAddresses: index === 3 ? [] : [email],
        photoUrl: dice.chance(0.5) ? `https://photos.example/${firstUserId + index}.png` : null,
        status: status ?? 'active',
        role: index === 0 ? 'admin' : 'standard',
      };
    },
  });
}

/** The persons: first the users, then people outside the firm. */
export function makePersons(
  world: World,
  users: Collection<UserRow>,
  domainOf: (external: number) => string | null,
): Collection<PersonRow> {
  const { names, sizes } = world;
  const random = world.random('persons');
  const userCount = sizes.users;
  const special = new Map<number, number>();
  for (let index = 0; index < userCount; index += 1) special.set(index, firstUserId + index);
  special.set(sizes.persons - 1, Number.MAX_SAFE_INTEGER);
  const make = (index: number): PersonRow => {
    if (index < userCount) {
      const { id, firstName, lastName, primaryEmailAddress, emailAddresses } = users.rowAt(index);
      return { id, firstName, lastName, primaryEmailAddress, emailAddresses, type: 'internal' };
    }
    const dice = random(index);
    const external = index - userCount;
    const isOdd = external % 53 === 11;
    const firstName = isOdd ? itemAt(oddTexts, external % oddTexts.length) : dice.pick(names.firstNames);
    const lastName = external % 19 === 4 ? null : dice.pick(names.lastNames);
    const email =
      external % 41 === 7
        ? itemAt(badEmails, external % badEmails.length)
        : `${slug(firstName)}.${slug(lastName ?? '')}${external}@${domainOf(external) ?? 'mail.example'}`;
    const emailAddresses = external % 23 === 5 ? [] : [email];
    if (external % 7 === 2 && emailAddresses.length > 0) emailAddresses.push(`${external}@private-mail.example`);
    return {
      id: special.get(index) ?? firstPersonId + index * personIdStep,
      firstName,
      lastName,
      primaryEmailAddress: emailAddresses[0] ?? null,
      emailAddresses,
      type: 'external',
    };
  };
  return new Collection({
    name: 'persons',
    size: sizes.persons,
    firstId: firstPersonId,
    idStep: personIdStep,
    specialIds: special,
    make,
  });
}

/** A person as other rows show it; some outsiders are collaborators there. */
export function personData(row: PersonRow): PersonData {
  const isCollaborator = row.type === 'external' && row.id % 29 === 3;
  return {
    id: row.id,
    firstName: row.firstName,
    lastName: row.lastName,
    primaryEmailAddress: row.primaryEmailAddress,
    type: isCollaborator ? 'collaborator' : row.type,
  };
}
