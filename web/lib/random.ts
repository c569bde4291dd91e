/**
 * Sixteen random bytes in hex. `crypto.randomUUID` is missing on plain-http addresses of a local network; without `crypto` the bytes are not secret,
 * but still unique.
 */
export function randomKey(): string {
  const some = new Uint8Array(16).map(() => Math.floor(Math.random() * 256));
  try {
    crypto.getRandomValues(some);
  } catch {}
  return Array.from(some, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
