import { afterAll, beforeAll, expect, test } from "vitest";
import type { ConfigReply } from "../../contracts/http.ts";
import type { Person, Refused } from "./person.ts";
import { Stand } from "./stand.ts";

let stand: Stand;
let admin: Person;
beforeAll(async () => {
  stand = await Stand.open({ heldAt: Date.parse("2026-06-15T08:16:30Z") });
  admin = await stand.admin();
});
afterAll(() => stand.close());

const phone = "+14255550192";
const person = { id: `staff:${phone}`, kind: "staff", storeId: "main", phone, name: "Cleo", roles: ["barista"] };
const problem = (error: Refused) => error.problem;
const etagOf = async () =>
  (await admin.get<ConfigReply>("/config")).documents.find(({ document }) => document.id === person.id)?.etag ?? "";

test("a person is put, changed and taken away with their number in no address, guarded as all documents are", async () => {
  expect(await admin.put("/people", person)).toEqual(person);
  const changed = { ...person, name: "Cleopatra" };
  expect(await admin.put("/people", changed).catch(problem)).toMatchObject({ code: "document-changed" });
  await admin.put("/people", changed, { "if-match": await etagOf() });
  const bare = await admin.post("/people/removal", { phone }).catch(problem);
  expect(bare).toMatchObject({ code: "bad-request", detail: expect.stringContaining("If-Match") });
  await admin.post("/people/removal", { phone }, { "if-match": await etagOf() });
  expect(await etagOf()).toBe("");
});

test("an address with a number in it is refused, and so is what is no person's document", async () => {
  const said = { code: "bad-request", detail: expect.stringContaining("/people") };
  expect(await admin.put(`/config/${person.id}`, person).catch(problem)).toMatchObject(said);
  const guarded = { "if-match": "*" };
  expect(await admin.delete(`/config/${person.id}`, guarded).catch(problem)).toMatchObject(said);
  expect(await admin.put("/people", { ...person, phone: undefined }).catch(problem)).toMatchObject({
    code: "document-invalid",
    errors: expect.arrayContaining([expect.objectContaining({ path: "phone" })]),
  });
  expect(await admin.put("/people", "Cleo").catch(problem)).toMatchObject({ code: "document-invalid" });
  expect(await admin.put("/people", null).catch(problem)).toMatchObject({ code: expect.stringMatching(/invalid|bad/) });
  expect(await admin.post("/people/removal", { phone: "+14255550193" }, guarded).catch(problem)).toMatchObject({
    code: "not-found",
  });
});
