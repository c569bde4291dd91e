import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { CatalogPage } from "../../../contracts/catalog.ts";
import type { Stored } from "../../../functions/config/check.ts";
import { deleteDocument, listDocuments, putDocument } from "../../../functions/config/edit.ts";
import { publishStore } from "../../../functions/config/publish.ts";
import { setAvailable, setChoiceAvailable, setOpen, setPause } from "../../../functions/config/switches.ts";
import { type Services, startServices } from "../identity/services.ts";
import { drink, person, store } from "./documents.ts";

let services: Services;
let storeId: string;
let stores = 0;
beforeAll(async () => {
  services = await startServices();
});
afterAll(() => services.close());
beforeEach(async () => {
  storeId = `store-${stores++}`;
  for (const document of [
    store(),
    drink("latte"),
    person("+14255550100", ["admin"]),
    person("+14255550101", ["barista"]),
  ]) {
    await services.container("config").items.create({ ...document, storeId });
  }
});

const item = (id: string) => services.container("config").item(id, storeId);
const read = async (id: string) => (await item(id).read<Stored>()).resource;
const etag = async (id: string) => (await read(id))?._etag ?? "";
const latte = (change: object = {}) => ({ ...drink("latte", { ...change }), storeId });
const problem = (code: string, more: object = {}) =>
  expect.objectContaining({ problem: expect.objectContaining({ code, ...more }) });

test("documents are listed with their ETag and what is wrong with them, people to admins only", async () => {
  await item("drink:latte").patch([{ op: "set", path: "/name", value: "" }]);
  const { documents } = await listDocuments(storeId, true);
  expect(documents.map(({ document }) => document.id)).toEqual([
    "store",
    "drink:latte",
    "staff:+14255550100",
    "staff:+14255550101",
  ]);
  expect(documents[1]).toMatchObject({
    etag: await etag("drink:latte"),
    problems: [{ path: "name", message: "is empty" }],
  });
  expect(documents[1]?.document).not.toHaveProperty("_etag");
  expect((await listDocuments(storeId, false)).documents.map(({ document }) => document.kind)).toEqual([
    "store",
    "drink",
  ]);
});

test("an edit that is sent again, for want of an answer, is answered as the first time and not written again", async () => {
  const seen = await etag("drink:latte");
  const first = await putDocument(storeId, "drink:latte", seen, latte({ name: "Big Latte" }));
  expect(await putDocument(storeId, "drink:latte", seen, latte({ name: "Big Latte" }))).toEqual(first);
  const added = { ...drink("mocha"), storeId };
  const created = await putDocument(storeId, "drink:mocha", undefined, added);
  expect(await putDocument(storeId, "drink:mocha", undefined, added)).toEqual(created);
  await expect(putDocument(storeId, "drink:latte", seen, latte({ name: "Small Latte" }))).rejects.toEqual(
    problem("document-changed"),
  );
});

test("a document is replaced by one who saw its present version, who gets the new ETag", async () => {
  const edited = await putDocument(storeId, "drink:latte", await etag("drink:latte"), latte({ name: "Big Latte" }));
  expect(edited.etag).toBe(await etag("drink:latte"));
  expect(await read("drink:latte")).toMatchObject({ name: "Big Latte" });
});

test("of two who edit the same version one is told that it has changed", async () => {
  const seen = await etag("drink:latte");
  const outcomes = await Promise.allSettled(
    ["A", "B"].map((name) => putDocument(storeId, "drink:latte", seen, latte({ name }))),
  );
  expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  expect(outcomes.find((outcome) => outcome.status === "rejected")?.reason).toEqual(
    problem("document-changed", { status: 412 }),
  );
});

test("a document is taken away only by one who saw its present version", async () => {
  const seen = await etag("drink:latte");
  await putDocument(storeId, "drink:latte", seen, latte({ name: "Big Latte" }));
  await expect(deleteDocument(storeId, "drink:latte", seen)).rejects.toEqual(problem("document-changed"));
  await expect(deleteDocument(storeId, "drink:latte", undefined)).rejects.toEqual(problem("bad-request"));
  expect(await read("drink:latte")).toMatchObject({ name: "Big Latte" });
});

test("an If-Match of * is met by any version there is, a list by one of its members", async () => {
  await putDocument(storeId, "drink:latte", "*", latte({ name: "Any Latte" }));
  await putDocument(storeId, "drink:latte", `"old", ${await etag("drink:latte")}`, latte({ name: "Listed Latte" }));
  const refused = putDocument(storeId, "drink:latte", '"old", "older"', latte({ name: "No Latte" }));
  await expect(refused).rejects.toEqual(problem("document-changed"));
  const missing = putDocument(storeId, "drink:mocha", "*", latte({ id: "drink:mocha" }));
  await expect(missing).rejects.toEqual(problem("document-changed"));
  await deleteDocument(storeId, "drink:latte", "*");
  await expect(deleteDocument(storeId, "drink:latte", "*")).rejects.toEqual(problem("not-found"));
});

test("a new document needs no ETag, and cannot take the place of one that is there", async () => {
  await putDocument(storeId, "drink:mocha", undefined, { ...drink("mocha"), storeId });
  expect(await read("drink:mocha")).toMatchObject({ name: "mocha" });
  const other = { ...drink("mocha", { name: "Another" }), storeId };
  await expect(putDocument(storeId, "drink:mocha", undefined, other)).rejects.toEqual(problem("document-changed"));
});

test("a document that is not good is not written, and everything that is wrong is named", async () => {
  const body = { ...latte({ name: "", position: 0.5, colour: "brown" }), id: "drink:mocha", storeId: "elsewhere" };
  const refused = putDocument(storeId, "drink:latte", await etag("drink:latte"), body);
  await expect(refused).rejects.toEqual(problem("document-invalid", { status: 400 }));
  const paths = await refused.catch((error) => error.problem.errors.map(({ path }: { path: string }) => path));
  expect(paths.sort()).toEqual(["", "id", "name", "position", "storeId"]);
  expect(await read("drink:latte")).toMatchObject({ name: "latte" });
});

test("what begins as the fields of Cosmos DB do, and is none of them, is a mistake and not passed over", async () => {
  const body = { ...latte(), _note: "mine" };
  const refused = putDocument(storeId, "drink:latte", await etag("drink:latte"), body);
  await expect(refused).rejects.toEqual(problem("document-invalid", { detail: expect.stringContaining("_note") }));
  expect((await putDocument(storeId, "drink:latte", "*", { ...latte(), _ts: 1, _lsn: 2 })).document).toEqual(latte());
});

test("a deleted drink leaves the list and the menu, and can be made anew", async () => {
  await publishStore(storeId);
  await deleteDocument(storeId, "drink:latte", await etag("drink:latte"));
  await publishStore(storeId);
  const menu = async () =>
    (await services.container("catalog").item("page", storeId).read<CatalogPage>()).resource?.menu;
  expect(await menu()).toEqual([]);
  expect((await listDocuments(storeId, true)).documents.map(({ document }) => document.id)).not.toContain(
    "drink:latte",
  );
  await expect(deleteDocument(storeId, "drink:latte", await etag("drink:latte"))).rejects.toEqual(problem("not-found"));
  await putDocument(storeId, "drink:latte", undefined, latte());
  await publishStore(storeId);
  expect(await menu()).toHaveLength(1);
});

test("the mark of a deleted document carries a TTL, so that it is cleared away", async () => {
  await deleteDocument(storeId, "drink:latte", await etag("drink:latte"));
  expect(await read("drink:latte")).toMatchObject({ deleted: true, ttl: 604_800 });
});

test("the store cannot be deleted", async () => {
  await expect(deleteDocument(storeId, "store", await etag("store"))).rejects.toEqual(problem("bad-request"));
});

test("the last admin can neither be deleted nor lose the role", async () => {
  const id = "staff:+14255550100";
  await expect(deleteDocument(storeId, id, await etag(id))).rejects.toEqual(problem("document-invalid"));
  const demoted = { ...person("+14255550100", ["barista"]), storeId };
  await expect(putDocument(storeId, id, await etag(id), demoted)).rejects.toEqual(problem("document-invalid"));
  expect(await read(id)).toMatchObject({ roles: ["admin"] });
});

test("two admins who remove each other at once do not both succeed", async () => {
  await services.container("config").items.create({ ...person("+14255550109", ["admin"]), storeId });
  const ids = ["staff:+14255550100", "staff:+14255550109"];
  const seen = await Promise.all(ids.map(etag));
  const outcomes = await Promise.allSettled(ids.map((id, index) => deleteDocument(storeId, id, seen[index])));
  expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  const left = (await listDocuments(storeId, true)).documents.filter(({ document }) =>
    (document.roles as string[] | undefined)?.includes("admin"),
  );
  expect(left).toHaveLength(1);
});

test("a switch is set and leaves all else as others have it; set again it writes nothing", async () => {
  const { document, etag: first } = await setOpen(storeId, false);
  expect(document).toMatchObject({ id: "store", open: false, capacity: 20 });
  expect((await setOpen(storeId, false)).etag).toBe(first);
});

test("many switches at once all arrive", async () => {
  await Promise.all(
    Array.from({ length: 4 }, async (_, index) => {
      await services.container("config").items.create({ ...drink(`d${index}`), storeId });
      await setAvailable(storeId, `drink:d${index}`, false);
    }),
  );
  const drinks = (await listDocuments(storeId, false)).documents.filter(({ document }) =>
    /^drink:d\d/.test(document.id),
  );
  expect(drinks.map(({ document }) => document.available)).toEqual([false, false, false, false]);
});

test("a switch on a document that could not be published is refused with the reason, not set in vain", async () => {
  await item("store").patch([{ op: "set", path: "/codeMinutes", value: 7 }]);
  await expect(setOpen(storeId, false)).rejects.toEqual(problem("document-invalid"));
  expect(await read("store")).toMatchObject({ open: true });
});

const week = (spans: object[]) =>
  Object.fromEntries(
    ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"].map((day) => [day, spans]),
  );

test("a store that its hours have closed is opened by hand, though its switch stood on open all the while", async () => {
  await item("store").patch([{ op: "set", path: "/hours", value: { week: week([]) } }]);
  const { document } = await setOpen(storeId, true);
  expect(document).toMatchObject({ open: true, switchedAt: expect.any(String) });
  const { etag } = await setOpen(storeId, true);
  expect((await setOpen(storeId, true)).etag).toBe(etag);
});

test("a pause is some minutes from now on, and is ended by hand; ended twice it writes nothing", async () => {
  const before = Date.now();
  const { document } = await setPause(storeId, { minutes: 5, reason: "Cleaning" });
  const { until, reason } = document.pause as { until: string; reason: string };
  expect(reason).toBe("Cleaning");
  expect(Date.parse(until) - before - 300_000).toBeGreaterThanOrEqual(0);
  const ended = await setPause(storeId, { minutes: null });
  expect(ended.document).not.toHaveProperty("pause");
  expect((await setPause(storeId, { minutes: null })).etag).toBe(ended.etag);
});

describe("a group that drinks share", () => {
  const milk = (change: object = {}) => ({
    id: "options:milk",
    kind: "options",
    storeId,
    name: "Milk",
    choose: "one",
    choices: [
      { id: "whole", name: "Whole" },
      { id: "oat", name: "Oat" },
    ],
    default: "whole",
    ...change,
  });
  const shared = { shared: "options:milk" };
  const put = async <T extends { id: string }>(document: T) =>
    putDocument(storeId, document.id, (await etag(document.id)) || undefined, document);

  test("is not named before it is there, nor taken away while a drink has it", async () => {
    await expect(put(latte({ options: [shared] }))).rejects.toEqual(
      problem("document-invalid", {
        errors: [expect.objectContaining({ path: "options[0].shared", mistake: "lost-group" })],
      }),
    );
    await put(milk());
    await put(latte({ options: [shared] }));
    await expect(deleteDocument(storeId, "options:milk", "*")).rejects.toEqual(
      problem("document-invalid", { errors: [expect.objectContaining({ mistake: "in-use", names: "latte" })] }),
    );
    await put(latte());
    await deleteDocument(storeId, "options:milk", "*");
    expect((await listDocuments(storeId, true)).documents.map(({ document }) => document.id)).not.toContain(
      "options:milk",
    );
  });

  test("keeps what drinks need of it", async () => {
    await put(milk());
    await put(latte({ options: [{ ...shared, default: "oat" }] }));
    await put(milk({ name: "Milk?" }));
    await expect(put(milk({ choices: [{ id: "whole", name: "Whole" }] }))).rejects.toEqual(
      problem("document-invalid", {
        errors: [expect.objectContaining({ path: "choices", mistake: "in-use", names: "latte" })],
      }),
    );
  });

  test("that is gone all the same, straight in Cosmos DB, is told of at the drinks; one with a mistake at itself", async () => {
    await put(milk());
    await put(latte({ options: [shared] }));
    const wrong = async () =>
      (await listDocuments(storeId, true)).documents.flatMap(({ document, problems }) =>
        problems.map(({ path }) => `${document.id} ${path}`),
      );
    await item("options:milk").patch([{ op: "set", path: "/name", value: "" }]);
    expect(await wrong()).toEqual(["options:milk name"]);
    await item("options:milk").delete();
    expect(await wrong()).toEqual(["drink:latte options[0].shared"]);
  });

  test("is sold out by one touch, with what drinks have of the same for themselves", async () => {
    await put(milk());
    await put(latte({ options: [shared] }));
    const { kind: _, storeId: __, ...own } = { ...milk(), id: "milk" };
    await put({ ...drink("mocha", { options: [own] }), storeId });
    const out = async () =>
      (await listDocuments(storeId, true)).documents.flatMap(({ document }) =>
        JSON.stringify(document).includes('"available":false') ? [document.id] : [],
      );
    const before = await etag("drink:latte");
    await setChoiceAvailable(storeId, "milk", "oat", false);
    expect(await out()).toEqual(["drink:mocha", "options:milk"]);
    // Once more, and nothing is written.
    const then = await etag("options:milk");
    await setChoiceAvailable(storeId, "milk", "oat", false);
    expect([await etag("options:milk"), await etag("drink:latte")]).toEqual([then, before]);
    await setChoiceAvailable(storeId, "milk", "oat", true);
    expect(await read("options:milk")).toMatchObject(milk());
    expect(await out()).toEqual([]);
  });

  test("is not sold out where it is not, or would not be published", async () => {
    await expect(setChoiceAvailable(storeId, "milk", "oat", false)).rejects.toEqual(problem("not-found"));
    await put(milk());
    await expect(setChoiceAvailable(storeId, "milk", "soy", false)).rejects.toEqual(problem("not-found"));
    await item("options:milk").patch([{ op: "set", path: "/name", value: "" }]);
    await expect(setChoiceAvailable(storeId, "milk", "oat", false)).rejects.toEqual(problem("document-invalid"));
  });

  test("is sold out by two at once without either being lost", async () => {
    await put(milk());
    await Promise.all([
      setChoiceAvailable(storeId, "milk", "oat", false),
      setChoiceAvailable(storeId, "milk", "whole", false),
    ]);
    const out = milk().choices.map((choice) => ({ ...choice, available: false }));
    expect(await read("options:milk")).toMatchObject({ choices: out });
  });
});
