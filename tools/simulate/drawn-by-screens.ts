import { RepeatableBytes } from "../../local/kernel/repeatable-bytes.ts";

/** Derives the random values of screens (retry delays, idempotency keys) from a seed while `lasts` runs. */
export async function withChanceOf<T>(seed: number, lasts: () => Promise<T>): Promise<T> {
  const bytes = new RepeatableBytes(`${seed}screens`);
  const { random } = Math;
  const { getRandomValues } = crypto;
  Math.random = () => bytes.random();
  crypto.getRandomValues = <A extends NodeJS.TypedArray | null>(array: A): A => (array ? bytes.fill(array) : array);
  try {
    return await lasts();
  } finally {
    Math.random = random;
    crypto.getRandomValues = getRandomValues;
  }
}
