import type { PushMessage } from "../../contracts/push.ts";

/** The store that a push is about: users receive their own orders of every store, on each of their screens. Pure. */
export function storeOf(message: PushMessage): string | undefined {
  if (message.kind === "order") return message.order.storeId;
  if (message.kind === "page") return message.page.storeId;
  if (message.kind === "queue") return message.queue.storeId;
  if (message.kind === "code") return message.window.storeId;
  if (message.kind === "notice") return message.notice.storeId;
  // Only the store's own admins receive its mistakes.
  return undefined;
}

/** The past moments that a push contains. Pure. */
export function moments(message: PushMessage): (string | undefined)[] {
  if (message.kind === "page") return [message.page.publishedAt];
  if (message.kind === "code") return [message.window.opensAt];
  if (message.kind === "notice") return [message.notice.at];
  if (message.kind !== "order") return [];
  const { createdAt, submittedAt, queuedAt, claimedAt, calledAt, readyAt, endedAt, recalled } = message.order;
  return [createdAt, submittedAt, queuedAt, claimedAt, readyAt, calledAt, endedAt, recalled?.at(-1)?.at];
}
