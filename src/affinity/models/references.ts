import { integer, object, objects, text } from './properties.ts';

/** A person as other objects mention them. */
export const personData = {
  id: integer('Id of the person; joins `persons.id`.'),
  firstName: text('First name.'),
  lastName: text('Last name.'),
  primaryEmailAddress: text('Main e-mail address, not always a valid one.'),
  type: text('`internal`, `external` or `collaborator`.'),
};

/** A company as other objects mention it. */
export const companyData = {
  id: integer('Id of the company; joins `companies.id`.'),
  name: text('Name of the company.'),
  domain: text('Main web domain, not always a valid host name.'),
};

/** A user as other objects mention them. */
export const userData = {
  id: integer('Id of the user, which is also the id of their person.'),
  firstName: text('First name.'),
  lastName: text('Last name.'),
  emailAddress: text('E-mail address of the account.'),
};

/** Somebody in an e-mail or an event: an address that Affinity could or could not match to a person. */
export const attendee = {
  emailAddress: text('Address that was used; null where only the person is known.'),
  person: object('The person behind the address, null when nobody matches.', personData),
};

/** A user named by id alone. */
export const personReference = { id: integer('Id of the person; joins `persons.id`.') };

/** A company named by id alone. */
export const companyReference = { id: integer('Id of the company; joins `companies.id`.') };

/** An opportunity named by id alone. */
export const opportunityReference = { id: integer('Id of the opportunity; joins `opportunities.id`.') };

/** The first hundred attendees, and how many there are. */
export function attendeesPreview(description: string) {
  return object(description, {
    data: objects('At most 100 of them.', attendee),
    totalCount: integer('How many there are in all; more than 100 cannot be read.'),
  });
}
