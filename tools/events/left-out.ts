/**
 * How an export treats each field of an event's data. A field that is not listed here is left out, and a test names it: so a new field exposes
 * nothing before somebody has decided. Elements of lists are `[]`, a name with `.**` stands for everything below it.
 */
export type Treatment =
  | "kept"
  | "left out"
  | "customer"
  | "barista"
  | "barista's name"
  | "order"
  | "document"
  | "notice"
  | "words";

const order: Record<string, Treatment> = {
  "order.id": "order",
  "order.customerId": "customer",
  "order.drink.**": "kept",
  "order.options.**": "kept",
  "order.barista.id": "barista",
  "order.barista.name": "barista's name",
  "order.end.by": "kept",
  "order.end.reason": "kept",
  // A barista's note may be about a person; the predefined reason is kept.
  "order.end.note": "left out",
  "order.end.name": "left out",
  "order.end.why": "kept",
  "order.end.opensAt": "kept",
  "order.end.openOrderId": "order",
};
const plain = [
  "order.storeId order.version order.state order.number order.deadline order.createdAt order.submittedAt order.queuedAt order.claimedAt",
  "order.readyAt order.calledAt order.endedAt order.recalled.** order.counter.** window.** refused.** queue.** epoch page.storeId page.version page.publishedAt page.store.** page.menu.**",
  "notice.storeId notice.source notice.icon notice.until notice.version notice.at notice.withdrawn",
].flatMap((names) => names.split(" "));

const treatments: Readonly<Record<string, Treatment>> = {
  ...Object.fromEntries(plain.map((name) => [name, "kept" as const])),
  ...order,
  orderId: "order",
  customerId: "customer",
  // A person's id contains the end of their number.
  documentId: "document",
  // A notice to one customer may identify them, and be stored under their id.
  "notice.id": "notice",
  "notice.audience": "kept",
  "notice.audience.customer": "customer",
  "notice.text.**": "words",
  "problems[].path": "kept",
  // It may quote what somebody wrote, but it is required.
  "problems[].message": "words",
};

/** The treatment of a field such as `order.barista.name`; `undefined` if nobody has decided. */
export function treatmentOf(place: string): Treatment | undefined {
  const exact = treatments[place];
  if (exact !== undefined) return exact;
  for (let at = place.length; at > 0; at = Math.max(place.lastIndexOf(".", at - 1), place.lastIndexOf("[]", at - 1))) {
    const whole = treatments[`${place.slice(0, at)}.**`];
    if (whole !== undefined) return whole;
  }
  return undefined;
}
