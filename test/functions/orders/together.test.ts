import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeQueue, readQueue } from "../../../functions/orders/orders-container.ts";
import { type Change, writeTogether } from "../../../functions/orders/together.ts";
import { create } from "../../../functions/platform/transaction.ts";
import { Shop } from "./shop.ts";

let shop: Shop;
beforeAll(async () => {
  shop = await Shop.open();
});
afterAll(() => shop.close());

async function storeWith(active: number): Promise<string> {
  const storeId = await shop.store();
  await makeQueue(storeId);
  for (let taken = 0; taken < active; taken++) await writeTogether(storeId, { operations: [], places: { by: 1 } });
  return storeId;
}
const documents = (storeId: string, count: number) =>
  Array.from({ length: count }, () => create({ id: randomUUID(), storeId, kind: "test" }));
const active = async (storeId: string) => (await readQueue(storeId))?.document.active;

test("more changes than one transaction holds are written in several", async () => {
  const storeId = await storeWith(0);
  const changes = Array.from({ length: 70 }, (): Change => ({ operations: documents(storeId, 3), places: { by: 1 } }));
  const written = await Promise.all(changes.map((change) => writeTogether(storeId, change)));
  expect(written.every(({ done }) => done)).toBe(true);
  expect(await active(storeId)).toBe(70);
  expect((await shop.documents("orders", storeId, "test")).length).toBe(210);
});

test("a place that is given back is had by who came for it at the same time, whichever came first", async () => {
  const storeId = await storeWith(1);
  // While this one is written the other two wait, and go together.
  const before = writeTogether(storeId, { operations: documents(storeId, 1) });
  const takes = writeTogether(storeId, { operations: documents(storeId, 1), places: { by: 1, below: 1 } });
  const gives = writeTogether(storeId, { operations: documents(storeId, 1), places: { by: -1 } });
  expect(await Promise.all([before, takes, gives])).toMatchObject([{ done: true }, { done: true }, { done: true }]);
  expect(await active(storeId)).toBe(1);
});

test("where there are fewer places than who come, the first have them, and the others are told so alone", async () => {
  const storeId = await storeWith(1);
  const before = writeTogether(storeId, { operations: documents(storeId, 1) });
  const three = Array.from({ length: 3 }, () =>
    writeTogether(storeId, { operations: documents(storeId, 1), places: { by: 1, below: 3 } }),
  );
  const full = { done: false, at: "queue", status: 412 };
  expect(await Promise.all([before, ...three])).toMatchObject([{ done: true }, { done: true }, { done: true }, full]);
  expect(await active(storeId)).toBe(3);
});
