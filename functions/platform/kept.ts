/**
 * What `read` gave for a key in the last `ms`, else what it gives now. Only for what may be so old: nothing ends it before its time. What fails is not kept.
 */
export function kept<T>(ms: number, read: (key: string) => Promise<T>): (key: string) => Promise<T> {
  const known = new Map<string, { at: number; value: Promise<T> }>();
  return (key) => {
    const found = known.get(key);
    const age = found === undefined ? Number.NaN : Date.now() - found.at;
    // A clock that was put back makes nothing good for longer.
    if (found !== undefined && age >= 0 && age < ms) return found.value;
    const value = read(key);
    known.set(key, { at: Date.now(), value });
    value.catch(() => {
      if (known.get(key)?.value === value) known.delete(key);
    });
    return value;
  };
}
