/**
 * Sixteen bytes in hex that nobody has had before. `crypto.randomUUID` is missing on plain-http addresses of a local network; where there is no `crypto` at
 * all they are not secret, but still differ.
 */
export function randomKey(): string {
  const some = new Uint8Array(16).map(() => Math.floor(Math.random() * 256));
  try {
    crypto.getRandomValues(some);
  } catch {}
  return Array.from(some, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
