import type { SubscriptionDeclaration } from "./declarations.ts";
import { attributesOf } from "./delivered-form.ts";
import type { GridEvent } from "./schema.ts";

/** Whether a subscription uses batched delivery. */
export const hasBatches = ({ maxEventsPerBatch = 1 }: SubscriptionDeclaration): boolean => maxEventsPerBatch > 1;

/**
 * Removes the next batch from the front of a list: at most the subscription's maximum number of events, about its preferred size in bytes, and
 * only events with the same headers. The first event is included however large it is.
 */
export function takeBatch<T>(
  ready: T[],
  declaration: SubscriptionDeclaration,
  eventOf: (each: T) => GridEvent | undefined,
): T[] {
  const { maxEventsPerBatch: most = 1, preferredBatchSizeInKilobytes: kilobytes = 64 } = declaration;
  if (most === 1) return ready.splice(0, 1);
  const formOf = (each: T) => {
    const event = eventOf(each) ?? {};
    const headers = JSON.stringify(attributesOf(declaration.deliveryAttributeMappings, event));
    return { headers, bytes: Buffer.byteLength(JSON.stringify(event)) + 1 };
  };
  let count = 0;
  let bytes = 0;
  let headers: string | undefined;
  for (const each of ready.slice(0, most)) {
    const form = formOf(each);
    headers ??= form.headers;
    bytes += form.bytes;
    if (count > 0 && (bytes > kilobytes * 1024 || form.headers !== headers)) break;
    count++;
  }
  return ready.splice(0, count);
}
