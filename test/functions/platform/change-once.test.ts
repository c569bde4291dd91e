import type { Container } from "@azure/cosmos";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { changeOnce } from "../../../functions/platform/change-once.ts";
import { container } from "../../../functions/platform/clients.ts";
import { type Services, startServices } from "../identity/services.ts";

interface Sum {
  of: string[];
}
let services: Services;
let orders: Container;
beforeAll(async () => {
  services = await startServices();
  orders = await container("orders");
});
afterAll(() => services.close());

const add = (id: string, once: string, by = changeOnce) =>
  by<Sum>({ container: orders, storeId: "main", id, once }, (before) => ({ of: [...(before?.of ?? []), once] }));

test("what comes again changes nothing, and is answered with what is there", async () => {
  expect(await add("sum", "a")).toMatchObject({ of: ["a"] });
  expect(await add("sum", "b")).toMatchObject({ of: ["a", "b"], id: "sum", storeId: "main" });
  const again = await add("sum", "a");
  expect(again).toEqual({ of: ["a", "b"], id: "sum", storeId: "main" });
});

test("what comes again once the document is deleted makes none anew, and is no error", async () => {
  await add("deleted", "for the first time");
  await orders.item("deleted", "main").delete();
  expect(await add("deleted", "for the first time")).toBeUndefined();
  expect((await orders.item("deleted", "main").read()).resource).toBeUndefined();
  expect(await add("deleted", "for the second time")).toMatchObject({ of: ["for the second time"] });
});

test("of many at once, in several processes, each is counted once", async () => {
  // Another process has no turns in common with this one.
  vi.resetModules();
  const elsewhere = (await import("../../../functions/platform/change-once.ts")).changeOnce;
  expect(elsewhere).not.toBe(changeOnce);
  const all = Array.from({ length: 12 }, (_, n) => `event-${n}`);
  await Promise.all([...all, ...all].map((once, n) => add("busy", once, n % 3 === 0 ? elsewhere : changeOnce)));
  const { resource } = await orders.item("busy", "main").read<Sum>();
  expect(resource?.of.toSorted()).toEqual(all.toSorted());
});

test("of two who make the same document at once, in two processes, both are answered with it", async () => {
  vi.resetModules();
  const elsewhere = (await import("../../../functions/platform/change-once.ts")).changeOnce;
  const ids = Array.from({ length: 6 }, (_, n) => `fresh-${n}`);
  const answers = await Promise.all(ids.flatMap((id) => [add(id, id), add(id, id, elsewhere)]));
  expect(answers.map((one) => one?.of)).toEqual(ids.flatMap((id) => [[id], [id]]));
});

test("the mark is kept for as long as an event may come again, and then goes by itself", async () => {
  await add("kept", "old");
  const marks = () =>
    orders.items.query("SELECT c.ttl FROM c WHERE c.kind = 'once'", { partitionKey: "main" }).fetchAll();
  const [mark] = (await marks()).resources;
  expect(mark?.ttl).toBe(32 * 24 * 60 * 60);
});

test("what the change throws is thrown, and nothing is remembered", async () => {
  const options = { container: orders, storeId: "main", id: "never", once: "never" };
  const failing = changeOnce<Sum>(options, () => {
    throw new Error("no");
  });
  await expect(failing).rejects.toThrow("no");
  expect(await add("never", "never")).toMatchObject({ of: ["never"] });
});
