import type { Sandbox } from '../../../sandbox/server.ts';

/** What the memo of an odd entry arrives as: it has what some readers take for the end of a line. */
export const ODD_MEMO = 'ab\u2028c\u2029d\u0085e\ufffd';

/**
 * Gives one entry of list 3300 values that are not what their columns say, any of which would end the load of a client
 * that was told so. Returns its id; its `amount` and `close_date` must become null, and its `memo` must arrive.
 */
export function makeEntryOdd(sandbox: Sandbox): number {
  const [entry] = sandbox.rows('list_3300_entries');
  const id = Number(entry?.['id']);
  const set = (field: number, value: unknown, type?: string) =>
    sandbox.change({
      kind: 'set-value',
      owner: 3300,
      id,
      fieldId: `field-${field}`,
      value: value as string,
      ...(type === undefined ? {} : { type }),
    });
  set(800201, { status: 'an object' }, 'text');
  set(800202, 7, 'number');
  set(800203, 'n/a', 'text');
  set(800204, 'soon', 'datetime');
  // U+0000 and half a character.
  set(800206, ODD_MEMO.replace('b', '\u0000b').replace('\ufffd', '\ud83d'));
  set(800212, 'no list', 'text');
  return id;
}
