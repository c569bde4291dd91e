/** Less is not worth it, and may be a part of what others use too. */
const worthwhile = 1024 * 1024;

/**
 * Gives back the memory of an array that nobody looks at any more, so that the next one can have it: the collector of garbage comes late, and what it gives back in
 * between others the allocator keeps. Before Node 22 it is waited for.
 */
export function letGo({ buffer }: NodeJS.TypedArray): void {
  if (buffer.byteLength >= worthwhile) (buffer as { transfer?: (length: number) => unknown }).transfer?.(0);
}
