import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { arrange, positionsFor } from "../../../functions/config/arrange.ts";
import type { Stored } from "../../../functions/config/check.ts";
import { type Services, startServices } from "../identity/services.ts";
import { drink } from "./documents.ts";

describe("positions for an order", () => {
  test.each([
    ["one moved up", [10, 40, 20, 30], [10, 15, 20, 30]],
    ["one moved to the front", [30, 10, 20], [0, 10, 20]],
    ["one moved to the end", [20, 30, 10], [20, 30, 40]],
    ["no room between two", [10, 50, 11, 12, 13], [10, 20, 30, 40, 50]],
    ["none at all", ["soon", undefined, null], [10, 20, 30]],
  ])("%s", (_what, present, positions) => {
    expect(positionsFor(present)).toEqual(positions);
  });

  test("rise, lie on the menu, and stay where they rise already", () => {
    const any = fc.oneof(
      fc.integer({ min: 0, max: 10_000 }),
      fc.integer({ min: 9_990, max: 10_000 }),
      fc.constant("x"),
    );
    fc.assert(
      fc.property(fc.array(any, { maxLength: 60 }), (present) => {
        const positions = positionsFor(present);
        expect(positions).toHaveLength(present.length);
        for (const [at, position] of positions.entries()) {
          expect(Number.isInteger(position) && position >= 0 && position <= 10_000).toBe(true);
          if (at > 0) expect(position).toBeGreaterThan(positions[at - 1] as number);
        }
        expect(positionsFor(positions)).toEqual(positions);
      }),
    );
  });
});

describe("a menu", () => {
  let services: Services;
  let storeId: string;
  let stores = 0;
  beforeAll(async () => {
    services = await startServices();
  });
  afterAll(() => services.close());
  beforeEach(async () => {
    storeId = `store-${stores++}`;
    for (const [at, name] of ["a", "b", "c"].entries())
      await services.container("config").items.create({ ...drink(name, { position: 10 * (at + 1) }), storeId });
  });
  const ids = (names: string) => [...names].map((name) => `drink:${name}`);
  const order = async () => {
    const query = "SELECT * FROM c ORDER BY c.position";
    const { resources } = await services
      .container("config")
      .items.query<Stored>(query, { partitionKey: storeId })
      .fetchAll();
    return resources.map(({ id }) => id.slice(-1)).join("");
  };

  test("is put into another order, and again, with one answer", async () => {
    const wanted = { drinks: ids("cab"), seen: ids("abc") };
    await arrange(storeId, wanted);
    expect(await order()).toBe("cab");
    await arrange(storeId, wanted);
    expect(await order()).toBe("cab");
  });

  test("that somebody else has moved meanwhile stays as they left it", async () => {
    await arrange(storeId, { drinks: ids("bac"), seen: ids("abc") });
    await expect(arrange(storeId, { drinks: ids("cab"), seen: ids("abc") })).rejects.toMatchObject({
      problem: { code: "document-changed" },
    });
    // At the very same moment both may be served, when they move different drinks: then each stands where its mover put it.
    await Promise.allSettled([
      arrange(storeId, { drinks: ids("cba"), seen: ids("bac") }),
      arrange(storeId, { drinks: ids("acb"), seen: ids("bac") }),
    ]);
    expect([...(await order())].sort()).toEqual(["a", "b", "c"]);
  });

  test("is not lost by a request that leaves drinks out, or names one twice", async () => {
    for (const drinks of [ids("ab"), ids("abb"), ids("abd")])
      await expect(arrange(storeId, { drinks, seen: ids("abc") })).rejects.toMatchObject({
        problem: { code: "bad-request" },
      });
    expect(await order()).toBe("abc");
  });
});
