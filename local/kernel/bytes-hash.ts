/** FNV-1a of a part of a buffer, mixed once more: the low bits choose a slot. */
export function hashOf(bytes: Buffer, start: number, end: number, seed = 0): number {
  let hash = 0x811c9dc5 ^ Math.imul(seed, 0x9e3779b1);
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ (bytes[at] as number), 0x01000193);
  return (hash ^ (hash >>> 15)) >>> 0;
}
