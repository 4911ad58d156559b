import * as z from 'zod';
import { fieldValues } from './fields.ts';
import { flag, keyNumber, text, texts } from './properties.ts';

/** A company's own properties, which stay when its fields become columns. */
export const CompanyBase = z.looseObject({
  id: keyNumber('Id of the company.'),
  name: text('Name of the company.'),
  domain: text('Main web domain, not always a valid host name.'),
  domains: texts('All web domains.'),
  isGlobal: flag('Whether Affinity shares the record with all its customers; false for one your firm made.'),
});
export type CompanyBase = z.infer<typeof CompanyBase>;

/** A row of `companies` as the API sends it. */
export const Company = CompanyBase.extend({ fields: fieldValues });
export type Company = z.infer<typeof Company>;
