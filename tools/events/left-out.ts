/**
 * What becomes of each field of an event's data in an export. One that stands nowhere here is left out, and a test names it: what is added to an
 * event tells nothing of anybody before somebody has thought of it. Elements of lists are `[]`, a name with `.**` is that of all below it.
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
  // What a barista wrote may be about a person; which of the common reasons it is, is kept.
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
  // Somebody's may bear the end of their number.
  documentId: "document",
  // A notice to one customer may say who they are, and be kept under their id.
  "notice.id": "notice",
  "notice.audience": "kept",
  "notice.audience.customer": "customer",
  "notice.text.**": "words",
  "problems[].path": "kept",
  // It may quote what somebody wrote, and has to be there.
  "problems[].message": "words",
};

/** What becomes of the field at a place such as `order.barista.name`; `undefined` of one that nobody has thought of. */
export function treatmentOf(place: string): Treatment | undefined {
  const exact = treatments[place];
  if (exact !== undefined) return exact;
  for (let at = place.length; at > 0; at = Math.max(place.lastIndexOf(".", at - 1), place.lastIndexOf("[]", at - 1))) {
    const whole = treatments[`${place.slice(0, at)}.**`];
    if (whole !== undefined) return whole;
  }
  return undefined;
}
