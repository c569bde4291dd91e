import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { ConsoleAtWork } from "./talks.ts";

let at: ConsoleAtWork;
beforeAll(async () => {
  at = await ConsoleAtWork.open();
});
afterAll(() => at.close());
afterEach(() => expect(at.errors()).toEqual([]));

test("what is looked for is found among all that is recorded, and among what comes", async () => {
  const { recorder } = at.azure;
  const first = recorder.begin("functions", "http", "GET /the-first", { causes: [], keys: ["item:first"] });
  first.end("failed", 500);
  // More than a page takes at its start.
  for (let n = 0; n < 1_500; n++) recorder.begin("durable", "activity", "busy", { causes: first.id }).end("ok");
  const page = await at.page("timeline");
  const list = page.getByRole("region", { name: "What happened, newest first" });
  // Of those that are there first none is a beginning.
  await list.getByRole("button", { name: /the-first/ }).waitFor();
  const search = page.getByRole("searchbox");
  await search.fill("THE-FIRST");
  await list.getByRole("button", { name: /the-first/ }).waitFor();
  expect(await list.getByRole("listitem").count()).toBe(1);
  await search.fill("busy");
  await page.getByText("800 earlier ones").waitFor();
  await search.fill("");
  await page.getByRole("button", { name: "Failed or refused" }).click();
  await list.getByRole("button", { name: /the-first/ }).waitFor();
  recorder.begin("cosmos", "read", "the-second", { causes: first.id }).end("failed");
  await list.getByRole("button", { name: /the-second/ }).waitFor();
  await at.isOpenToAll(page);
  await page.goto(`${at.azure.controlUrl}#/timeline?key=item:first`);
  await page.getByText("About item:first").waitFor();
  await page.getByRole("button", { name: "Failed or refused" }).click();
  await list.getByRole("button", { name: /the-first/ }).waitFor();

  // What was cleared away stays away, whatever is looked for.
  await page.getByRole("button", { name: "Show everything" }).click();
  await page.getByRole("button", { name: "Clear" }).click();
  await page.getByText("Nothing has happened yet.").waitFor();
  await search.fill("first");
  recorder.begin("functions", "http", "GET /first-again", { causes: [] }).end("ok");
  await list.getByRole("button", { name: /first-again/ }).waitFor();
  expect(await list.getByRole("listitem").count()).toBe(1);
});

test("a way and its step are followed while they go on, and are kept when they are recorded no more", async () => {
  const { recorder } = at.azure;
  const request = recorder.begin("functions", "http", "GET /slow", { causes: [] });
  const page = await at.page(`timeline?span=${request.id}&way=${request.id}`);
  const way = page.getByRole("list", { name: /each below what caused it/ });
  const detail = page.getByRole("region", { name: "What it was" });
  await detail.getByText("not over").waitFor();
  expect(await detail.getByText("Ended").count()).toBe(0);
  request.log("information", "half of it is done");
  await detail.getByText("half of it is done").waitFor();
  recorder.within(request, () => recorder.begin("cosmos", "create", "the-result").end("ok"));
  await way.getByRole("button", { name: /the-result/ }).waitFor();
  request.end("failed", 500);
  await way.getByRole("button", { name: /slow.*failed 500/ }).waitFor();
  await detail.getByText("failed 500").waitFor();

  for (let n = 0; n < 20_000; n++) recorder.begin("durable", "activity", "busy", { causes: [] }).end("ok");
  await page.getByText("Not all of it is recorded any more").waitFor();
  expect(await way.getByRole("listitem").count()).toBe(2);
  await detail.getByText("failed 500").waitFor();
});
