/** A whole number in the range of 64 bits, which is how it passes from the worker to the host. */
export function dotnetLong(value: number): bigint {
  const [least, most] = [-(2n ** 63n), 2n ** 63n - 1n];
  if (value >= 2 ** 63) return most;
  return value < -(2 ** 63) ? least : BigInt(value);
}
