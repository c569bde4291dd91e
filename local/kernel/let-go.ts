/** Releasing less is not worthwhile, and a smaller array may be part of a shared buffer. */
const worthwhile = 1024 * 1024;

/**
 * Releases the memory of an unused array at once, so that the next one can use it. The garbage collector is late, and the allocator keeps what it
 * frees in between other blocks. Before Node 22 this does nothing.
 */
export function letGo({ buffer }: NodeJS.TypedArray): void {
  if (buffer.byteLength >= worthwhile) (buffer as { transfer?: (length: number) => unknown }).transfer?.(0);
}
