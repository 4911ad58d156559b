/** What this folder needs to know of a field's value; nothing in it is trusted to be there or to have its type. */
export interface PayloadValue {
  readonly type?: string | null | undefined;
  readonly data?: unknown;
  readonly totalCount?: number | null | undefined;
}

/** A field as companies, persons and list entries carry it, with the same distrust. */
export interface PayloadField {
  readonly id?: string | null | undefined;
  readonly name?: string | null | undefined;
  readonly type?: string | null | undefined;
  readonly enrichmentSource?: string | null | undefined;
  readonly value?: PayloadValue | null | undefined;
}

/** The `fields` of one row: absent or null where the API sends none. */
export type PayloadFields = readonly (PayloadField | null)[] | null | undefined;

/** True when the API withholds the value. It then says nothing about the field's real type. */
export function isHidden(field: PayloadField): boolean {
  // Sources differ on where the word stands, on the field or on its value.
  return field.type === 'hidden' || field.value?.type === 'hidden';
}
