/** Names of the fields in which two drafts differ. */
export function changedFields<D extends object>(before: D, after: D): (keyof D & string)[] {
  return (Object.keys(after) as (keyof D & string)[]).filter(
    (field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]),
  );
}

/** The other user's draft, with the local changes since `base` applied to it. */
export function merge<D extends object>(base: D, mine: D, theirs: D): D {
  const merged = { ...theirs };
  for (const field of changedFields(base, mine)) merged[field] = mine[field];
  return merged;
}
