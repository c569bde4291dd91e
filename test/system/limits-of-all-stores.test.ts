import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { StoreReply } from "../../contracts/http.ts";
import { type Person, Refused } from "./person.ts";
import { Stand } from "./stand.ts";

let stand: Stand;
let admin: Person;
let stores: string[];
beforeAll(async () => {
  stand = await Stand.open({ heldAt: Date.parse("2026-06-15T10:05:30Z") });
  admin = await stand.admin();
  const harbour = { name: "Harbour", timeZone: "UTC" };
  const { storeId } = await admin.post<StoreReply>("/stores", harbour, { "idempotency-key": "harbour" });
  stores = ["main", storeId];
});
// Each minute has a count of its own.
beforeEach(() => stand.advance("1 min"));
afterAll(() => stand.close());

const post = (path: string, body: object) =>
  fetch(`${stand.api}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
/** How often each status was answered. */
const statuses = (answers: number[]) =>
  Object.fromEntries(Object.entries(Object.groupBy(answers, String)).map(([status, all]) => [status, all?.length]));

test("an admin asks about ten customers a minute, however many stores they run", async () => {
  const answers: number[] = [];
  for (const store of stores)
    for (let n = 0; n < 10; n++) {
      const refused = await admin.inStore(store).post("/customers/data", { phone: "+14255559999" }).catch(String);
      answers.push(/many/.test(String(refused)) ? 429 : 404);
    }
  expect(statuses(answers)).toEqual({ 404: 10, 429: 10 });
});

test("a network has twenty screens ask to be paired in a minute, at all stores together, also at those that are not there", async () => {
  const answers: number[] = [];
  for (const store of ["nowhere", ...stores])
    for (let n = 0; n < 10; n++) answers.push((await post(`/stores/${store}/pairings`, {})).status);
  expect(statuses(answers)).toEqual({ 201: 10, 404: 10, 429: 10 });
});

test("a network looks at sixty shared links a minute, at all stores together, also at those that are not there", async () => {
  const answers: number[] = [];
  for (let n = 0; n < 70; n++)
    answers.push((await post(`/stores/store-${n}/shared-journeys`, { link: "a".repeat(64) })).status);
  expect(statuses(answers)).toEqual({ 404: 60, 429: 10 });
});

test("who asks for all that is held about them over and over is told to wait", async () => {
  const customer = await stand.person();
  const ask = () =>
    customer.me("/data").then(
      () => "answered",
      (error) => (error instanceof Refused ? error.problem.code : error),
    );
  const answers: string[] = [];
  for (let n = 0; n < 8; n++) answers.push(await ask());
  expect(answers).toEqual([...Array(5).fill("answered"), ...Array(3).fill("too-many-requests")]);
  await stand.advance("1 min");
  expect(await ask()).toBe("answered");
});
