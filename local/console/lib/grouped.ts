/** Groups values by `key`, in the order of first appearance: `Map.groupBy`, which the oldest supported browsers lack. */
export function grouped<Key, Value>(values: readonly Value[], key: (value: Value) => Key): Map<Key, Value[]> {
  const groups = new Map<Key, Value[]>();
  for (const value of values) {
    const own = key(value);
    const group = groups.get(own);
    if (group === undefined) groups.set(own, [value]);
    else group.push(value);
  }
  return groups;
}
