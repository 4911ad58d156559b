/** A declaration as tools write it that name every keyword, with null for those that are not there. */
export function withNulls<Node extends object>(node: Node): Node {
  const all = { title: null, format: null, items: null, properties: null, airbyte_type: null, ...node };
  const { items, properties } = all as { items: object | null; properties: Record<string, object> | null };
  return {
    ...all,
    items: items === null ? null : withNulls(items),
    properties:
      properties === null
        ? null
        : Object.fromEntries(Object.entries(properties).map(([name, inner]) => [name, withNulls(inner)])),
  };
}
