import { fieldChoice, hundredIds, valuesEndpoint } from './companies.ts';
import { cutValues, formulas, metadataLag, textValues, valueTypes } from './fields.ts';
import { eitherDate, emptyPage, mixedFilter, nullInFilters, wholeSeconds } from './filters.ts';
import type { Guess } from './guess.ts';
import { fileSize, legacyForm, legacyReplies, legacyToken } from './legacy.ts';
import { deprecations, minuteHeaders, monthHeaders, retryAfter, versionEcho } from './limits.ts';
import { legacyNotesOrder, mergesOrder, notesOrder } from './order.ts';
import { cursorAge, defaultLimits, nextLink, unknownCursor } from './paging.ts';
import { ownRelationships, teamMembers } from './people.ts';
import { boardEntries } from './views.ts';

/** Every guess, in the order of the report. Adding one is an object in its family's file and a word here. */
export const guesses: readonly Guess[] = [
  versionEcho,
  minuteHeaders,
  monthHeaders,
  retryAfter,
  deprecations,
  nullInFilters,
  eitherDate,
  wholeSeconds,
  mixedFilter,
  emptyPage,
  nextLink,
  cursorAge,
  unknownCursor,
  defaultLimits,
  hundredIds,
  fieldChoice,
  valuesEndpoint,
  cutValues,
  valueTypes,
  textValues,
  formulas,
  metadataLag,
  boardEntries,
  notesOrder,
  mergesOrder,
  ownRelationships,
  teamMembers,
  legacyForm,
  legacyReplies,
  legacyNotesOrder,
  legacyToken,
  fileSize,
];
