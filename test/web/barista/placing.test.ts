import { beforeEach, expect, test } from "vitest";
import type { PlaceRequest } from "../../../contracts/http.ts";
import { Placing } from "../../../web/barista/placing.ts";
import { Api, ApiError, codeOf, NetworkError } from "../../../web/lib/api.ts";
import { order } from "./orders.ts";

/** Orders by key, as the API places them: the first of each key, whatever is asked for with it later. */
let placed: Map<string, { order: object; name?: string | undefined }>;
/** What comes instead of the API's answer, after the order was written; or instead of all it does. */
let instead: (() => Response) | undefined;
let refused: boolean;
let api: Api;
beforeEach(() => {
  [placed, instead, refused] = [new Map(), undefined, false];
  api = new Api({
    base: "http://api.test/api",
    store: "main",
    token: () => "secret",
    wait: async () => undefined,
    fetch: async (_, init) => {
      const key = new Headers(init?.headers).get("idempotency-key") ?? expect.unreachable();
      const { drinkId, options, name } = JSON.parse(String(init?.body)) as PlaceRequest;
      const chosen = Object.entries(options ?? {}).flatMap(([group, ids]) =>
        [ids].flat().map((choice) => ({ group, groupName: group, choice: String(choice), choiceName: "" })),
      );
      const drink = { id: drinkId, name: drinkId, icon: "cup" } as const;
      if (!refused && !placed.has(key)) placed.set(key, { order: order({ id: key, drink, options: chosen }), name });
      if (instead) return instead();
      return refused ? problem(409, "queue-full") : Response.json(placed.get(key), { status: 201 });
    },
  });
});
const problem = (status: number, code: string) =>
  Response.json({ type: `urn:crema:problem:${code}`, title: "", status, detail: "", code }, { status });

const latte: PlaceRequest = { drinkId: "drink:latte", options: { milk: ["oat"] }, name: "Mia" };
const tea: PlaceRequest = { drinkId: "drink:tea", options: {} };

const lost: [string, () => Response][] = [
  ["the API's own failure", () => problem(500, "internal")],
  ["the API's busyness", () => problem(503, "try-again")],
  ["a host's 502", () => new Response("Bad Gateway", { status: 502 })],
  ["a host's 504", () => new Response("", { status: 504 })],
  [
    "no answer",
    () => {
      throw new TypeError("Failed to fetch");
    },
  ],
];
test.each(lost)(
  "an order whose answer was lost to %s is placed once, however often it is asked for",
  async (_, failure) => {
    const placing = new Placing(api);
    instead = failure;
    for (let time = 0; time < 2; time++)
      await expect(placing.place(latte)).rejects.toSatisfy((e) => e instanceof ApiError || e instanceof NetworkError);
    instead = undefined;
    const { reply, earlier } = await placing.place(latte);
    expect(placed.size).toBe(1);
    expect([reply.order.drink?.id, reply.name, earlier]).toEqual(["drink:latte", "Mia", false]);
  },
);

test("one that was placed is not placed as something else: it is said that it is the earlier one", async () => {
  const placing = new Placing(api);
  instead = () => problem(500, "internal");
  await expect(placing.place(latte)).rejects.toThrow();
  instead = undefined;
  for (const other of [tea, { ...latte, options: { milk: ["whole"] } }, { ...latte, name: "Mio" }]) {
    const { reply, earlier } = await placing.place(other);
    expect([reply.order.drink?.id, earlier]).toEqual(["drink:latte", true]);
  }
  expect((await placing.place(latte)).earlier).toBe(false);
  expect(placed.size).toBe(1);
});

test("what was refused is placed when it can be, as it is wished for by then", async () => {
  const placing = new Placing(api);
  refused = true;
  await expect(placing.place(latte)).rejects.toSatisfy((error) => codeOf(error) === "queue-full");
  refused = false;
  const { reply, earlier } = await placing.place(tea);
  expect([reply.order.drink?.id, earlier]).toEqual(["drink:tea", false]);
  // The next order is another.
  await new Placing(api).place(tea);
  expect(placed.size).toBe(2);
});
