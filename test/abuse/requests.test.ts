import { isDeepStrictEqual } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ConfigReply } from "../../contracts/http.ts";
import { Api } from "../../tools/abuse/api.ts";
import { attack, inWords, type Report } from "../../tools/abuse/attack.ts";
import { known, targets } from "../../tools/abuse/stand.ts";
import type { Person } from "../system/person.ts";
import { Stand } from "../system/stand.ts";

/** A fixed part of what `npm run abuse` makes a hundred thousand of, and a part that is another each day. */
const seedOfTheDay = Number(new Date().toISOString().slice(0, 10).replaceAll("-", ""));

let stand: Stand;
let display: Person;
beforeAll(async () => {
  stand = await Stand.open({ heldAt: Date.parse("2026-06-15T10:05:30Z") });
});
afterAll(() => stand.close());

/** The store, the menu and the people who work there. */
const configuration = async (admin: Person) => (await admin.get<ConfigReply>("/config")).documents;

/**
 * Puts back what requests with the token of an admin have changed, which is nothing but what an admin may do: a store that is retired, an espresso that is
 * sold out, a barista who is taken off the list.
 */
async function putBack(before: ConfigReply["documents"]): Promise<void> {
  const admin = await stand.admin();
  const now = new Map((await configuration(admin)).map((each) => [each.document.id, each]));
  for (const { document } of before) {
    const present = now.get(document.id);
    if (isDeepStrictEqual(present?.document, document)) continue;
    await stand.putDocument(admin, document, present?.etag);
  }
  await stand.settle();
}

/** Somebody orders a coffee, and gets it. */
async function served(): Promise<void> {
  const [customer, barista] = [await stand.person(), await stand.barista()];
  const order = await stand.scan(customer, display);
  await customer.command(order, "submit", { drinkId: "drink:espresso" });
  await stand.settle();
  await barista.command(order, "claim", {});
  await barista.command(order, "ready", {});
}

test("requests that nobody should make are answered, soon, by what the API says of itself; and then a coffee is made", async () => {
  const at = targets(stand, await known(stand), { api: 7, services: 1 });
  // No two codes to one number within half a minute.
  await stand.advance("31 s");
  const before = await configuration(await stand.admin());
  const reports: Report[] = [];
  for (const seed of [1, seedOfTheDay]) reports.push(await attack(at, { seed, requests: 350 }));
  const found = reports.flatMap((report, n) =>
    report.found.map((each) => `seed ${[1, seedOfTheDay][n]}, ${inWords(each)}`),
  );
  expect(found).toEqual([]);
  // It is no proof when all are turned away at the door: of those that might, some did something.
  const taken = reports
    .flatMap(({ statuses }) => [...(statuses.get("api") ?? [])])
    .filter(([status]) => status >= 200 && status < 300);
  expect(taken.reduce((sum, [, n]) => sum + n, 0)).toBeGreaterThan(20);
  expect(new Api().size).toBeGreaterThan(50);

  // Numbers may have got their codes, and the code to scan be used up: some minutes later there are others.
  await stand.advance("1 min");
  await putBack(before);
  await stand.advance("6 min");
  display = await stand.display();
  await served();
});

test("who looks for what is not as it should be finds it", () => {
  const [target] = targets(stand, { tokens: ["a"], names: {} }, { api: 1, services: 0 });
  const sent = { method: "GET", path: "/api/me", headers: {} };
  const problem = { type: "urn:x", title: "T", status: 400, detail: "D", code: "bad-request" };
  const headers = { "content-type": "application/problem+json" };
  const judged = (status: number, body: string, more = {}) =>
    target?.judge(sent, { status, headers: { ...headers, ...more }, body });
  expect(judged(400, JSON.stringify(problem))).toEqual([]);
  expect(judged(503, JSON.stringify({ ...problem, status: 503 }))?.[0]).toBe("answered 503");
  expect(judged(400, JSON.stringify({ ...problem, status: 404 }))).toEqual(["says 404 and answers 400"]);
  expect(judged(400, JSON.stringify({ ...problem, code: "" }))?.[0]).toBe("has no code");
  expect(judged(400, JSON.stringify({ ...problem, code: "sold-out" }))?.[0]).toContain("which its description");
  expect(judged(400, JSON.stringify({ ...problem, detail: "x\n  at f (a.ts:1:2)" }))).toEqual([]);
  expect(judged(400, `x\n  at f (a.ts:1:2)`, { "content-type": "text/plain" })).toEqual(["shows a stack"]);
  expect(judged(400, "in /home/me/a.ts", { "content-type": "text/plain" })).toEqual(["tells where files lie"]);
  expect(judged(200, "<script>alert(1)</script>", { "content-type": "text/html" })?.[0]).toContain("markup");
  expect(judged(0, "", {})).toEqual(["hung up"]);
});
