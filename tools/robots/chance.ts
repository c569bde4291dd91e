/** A random source from 0 to 1, reproducible by its seed. (Tommy Ettinger's mulberry32.) */
export function chanceOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * A separate random source for each name. Draws from one do not affect another, so that a robot decides the same whatever the others do and however
 * fast the stand responds.
 */
export function chanceFor(seed: number, ...names: (string | number)[]): () => number {
  // FNV-1a, 32 bits.
  let hash = 0x811c9dc5;
  for (const sign of [seed, ...names].join("/")) hash = Math.imul(hash ^ (sign.codePointAt(0) ?? 0), 0x01000193);
  const chance = chanceOf(hash);
  // The first numbers from similar seeds are similar.
  chance();
  return chance;
}

/** An exponentially distributed time in ms, between independent events. */
export const waitOf = (chance: number, mean: number): number => -Math.log(1 - chance) * mean;

/** A number between two. */
export const between = (chance: number, from: number, to: number): number => from + chance * (to - from);

/** One of a list. @throws RangeError when it is empty */
export function oneOf<T>(chance: number, list: readonly T[]): T {
  const found = list[Math.floor(chance * list.length)];
  if (found === undefined) throw new RangeError("There is nothing to choose from.");
  return found;
}
