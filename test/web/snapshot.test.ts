import { expect, test } from "vitest";
import { ApiError } from "../../web/lib/api.ts";
import { withRunes } from "./runes.ts";

interface Order {
  id: string;
  version: number;
}
interface Snapshot {
  orders: ReadonlyMap<string, Order>;
  takeReply(asked: Promise<{ order: Order }>): Promise<{ order: Order }>;
  forgetOrders(): void;
  doubts(message: object, now: number): boolean;
}
const { Snapshot } = await withRunes<{ Snapshot: new () => Snapshot }>("snapshot.svelte.ts");

const order = (version: number): Order => ({ id: "one", version });
const refused = (now: Order) =>
  new ApiError({ type: "", title: "", status: 409, detail: "", code: "wrong-state", order: now } as never);
const shown = ({ orders }: Snapshot) => [...orders.values()].map(({ version }) => version);

test("an order is taken in from the answer, and from a refusal that says how it is", async () => {
  const snapshot = new Snapshot();
  expect(await snapshot.takeReply(Promise.resolve({ order: order(2) }))).toEqual({ order: order(2) });
  expect(shown(snapshot)).toEqual([2]);
  await expect(snapshot.takeReply(Promise.reject(refused(order(4))))).rejects.toBeInstanceOf(ApiError);
  expect(shown(snapshot)).toEqual([4]);
  // What was under way longer is no newer.
  await snapshot.takeReply(Promise.resolve({ order: order(3) }));
  expect(shown(snapshot)).toEqual([4]);
});

test("what somebody asked who has signed out since is shown to nobody", async () => {
  const snapshot = new Snapshot();
  const [answer, refusal] = [Promise.withResolvers<{ order: Order }>(), Promise.withResolvers<{ order: Order }>()];
  const asked = [snapshot.takeReply(answer.promise), snapshot.takeReply(refusal.promise).catch(() => undefined)];
  snapshot.forgetOrders();
  answer.resolve({ order: order(2) });
  refusal.reject(refused(order(3)));
  await Promise.all(asked);
  expect(shown(snapshot)).toEqual([]);
});

test("a push of a kind that only a later version knows has everything fetched again, and no other does", () => {
  const snapshot = new Snapshot();
  const now = Date.parse("2026-06-15T10:00:00Z");
  const fresh = { ...order(1), createdAt: "2026-06-15T09:59:59Z" };
  expect(snapshot.doubts({ kind: "order", order: fresh }, now)).toBe(false);
  const about = { storeId: "main" };
  for (const message of [
    { kind: "page", page: about },
    { kind: "queue", queue: about },
    { kind: "code", window: about },
    { kind: "notice", notice: about },
    { kind: "rejected", documentId: "store", problems: [] },
  ])
    expect(snapshot.doubts(message, now)).toBe(false);
  for (const kind of ["later", "together", undefined]) expect(snapshot.doubts({ kind }, now)).toBe(true);
});
