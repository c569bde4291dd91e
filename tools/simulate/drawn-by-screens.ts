import { RepeatableBytes } from "../../local/kernel/repeatable-bytes.ts";

/** Has what screens draw (when they try again, under which key they order) come from a seed while something lasts. */
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
