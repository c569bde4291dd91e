import type { PushMessage } from "../../contracts/push.ts";

/** The store that a push is about: users receive their own orders of every store, on each of their screens. Undefined for `rejected`, which only the store's own admins receive. Pure. */
export function storeOf(message: PushMessage): string | undefined {
  const { order, page, queue, window, notice } = message as Partial<
    Record<"order" | "page" | "queue" | "window" | "notice", { storeId: string }>
  >;
  return (order ?? page ?? queue ?? window ?? notice)?.storeId;
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
