import { Refusal } from "./refusal.ts";

/** The `Idempotency-Key` of a request; `undefined` if it has none. @throws Refusal `bad-request` */
export function idempotencyKey(headers: { get(name: string): string | null }): string | undefined {
  const key = headers.get("idempotency-key") ?? undefined;
  if (key === undefined || (key.length > 0 && key.length <= 200)) return key;
  throw new Refusal("bad-request", "The Idempotency-Key must have 1 to 200 characters.");
}
