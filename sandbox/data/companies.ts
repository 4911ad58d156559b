import { Collection } from './collection.ts';
import { badDomains, oddTexts } from './names.ts';
import { itemAt, Random, saltOf } from './random.ts';
import type { World } from './world.ts';

/** A company as it appears inside other rows. */
export type CompanyData = { id: number; name: string; domain: string | null };

/** A company without its fields. */
export type CompanyRow = { id: number; name: string; domain: string | null; domains: string[]; isGlobal: boolean };

const firstCompanyId = 5_000_000;
const companyIdStep = 3;

/** Ids between those of two companies: they belonged to records that were merged or deleted. */
export function formerCompanyId(id: number): number {
  return id + 1;
}

/** The companies of the account. */
export function makeCompanies(world: World): Collection<CompanyRow> {
  const { names, sizes } = world;
  const salt = saltOf(world.seed, 'companies');
  const special = new Map([[sizes.companies - 1, Number.MAX_SAFE_INTEGER - 1]]);
  const make = (index: number): CompanyRow => {
    const dice = new Random(salt, index);
    const words = `${dice.pick(names.companyAdjectives)} ${dice.pick(names.companyNouns)}`;
    const plain = `${words} ${dice.pick(names.companySuffixes)}`;
    const name = index % 17 === 5 ? `${plain} ${itemAt(oddTexts, Math.floor(index / 17) % oddTexts.length)}` : plain;
    const host = `${words.toLowerCase().replace(/[^a-z0-9]+/g, '-')}-${index}.example`;
    const domain = index % 17 === 3 ? null : index % 43 === 6 ? itemAt(badDomains, index % badDomains.length) : host;
    const domains = domain === null ? [] : index % 5 === 1 ? [domain, `${index}.example`] : [domain];
    return {
      id: special.get(index) ?? firstCompanyId + index * companyIdStep,
      name,
      domain,
      domains,
      isGlobal: index % 3 !== 0,
    };
  };
  return new Collection({
    name: 'companies',
    size: sizes.companies,
    firstId: firstCompanyId,
    idStep: companyIdStep,
    specialIds: special,
    make,
  });
}

/** A company as other rows show it. */
export function companyData(row: CompanyRow): CompanyData {
  return { id: row.id, name: row.name, domain: row.domain };
}
