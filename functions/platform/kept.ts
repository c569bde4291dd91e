/**
 * Caches the results of `read` by key for `ms`. Use it only for data that may be that old, since nothing invalidates it earlier. Errors are not cached.
 */
export function kept<T>(ms: number, read: (key: string) => Promise<T>): (key: string) => Promise<T> {
  const known = new Map<string, { at: number; value: Promise<T> }>();
  return (key) => {
    const found = known.get(key);
    const age = found === undefined ? Number.NaN : Date.now() - found.at;
    // If the clock was set back, an entry must not stay valid for longer.
    if (found !== undefined && age >= 0 && age < ms) return found.value;
    const value = read(key);
    known.set(key, { at: Date.now(), value });
    value.catch(() => {
      if (known.get(key)?.value === value) known.delete(key);
    });
    return value;
  };
}
