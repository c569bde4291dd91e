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
  await page.getByText("Nothing to show yet.").waitFor();
  await search.fill("first");
  recorder.begin("functions", "http", "GET /first-again", { causes: [] }).end("ok");
  await list.getByRole("button", { name: /first-again/ }).waitFor();
  expect(await list.getByRole("listitem").count()).toBe(1);
});

test("a way and its step are followed while they go on, and are kept when they are recorded no more", async () => {
  const { recorder } = at.azure;
  const request = recorder.begin("functions", "http", "GET /slow", { causes: [] });
  const page = await at.page(`timeline?span=${request.id}&way=${request.id}`);
  const way = page.getByRole("list", { name: /each below its cause/ });
  const detail = page.getByRole("region", { name: "The step" });
  await detail.getByText("still running").waitFor();
  expect(await detail.getByText("Ended").count()).toBe(0);
  request.log("information", "half of it is done");
  await detail.getByText("half of it is done").waitFor();
  recorder.within(request, () => recorder.begin("cosmos", "create", "the-result").end("ok"));
  await way.getByRole("button", { name: /the-result/ }).waitFor();
  request.end("failed", 500);
  await way.getByRole("button", { name: /slow.*failed 500/ }).waitFor();
  await detail.getByText("failed 500").waitFor();

  for (let n = 0; n < 20_000; n++) recorder.begin("durable", "activity", "busy", { causes: [] }).end("ok");
  await page.getByText("Some of it is no longer recorded").waitFor();
  expect(await way.getByRole("listitem").count()).toBe(2);
  await detail.getByText("failed 500").waitFor();
});

test("while it is paused nothing new comes into the list, also where a step is opened; what is looked for then is found, and what is cleared away goes", async () => {
  const { recorder } = at.azure;
  recorder.begin("functions", "http", "GET /long-ago", { causes: [] }).end("ok");
  // More than the page was told of.
  for (let n = 0; n < 1_500; n++) recorder.begin("durable", "activity", "busy", { causes: [1] }).end("ok");
  recorder.begin("functions", "http", "GET /earlier", { causes: [] }).end("ok");
  const page = await at.page("timeline");
  const list = page.getByRole("region", { name: "What happened, newest first" });
  await list.getByRole("button", { name: /GET .earlier/ }).waitFor();
  await page.getByRole("button", { name: "Pause" }).click();
  const source = "new EventSource('/recording/live')";
  const heard =
    "heard = new Promise((resolve) => source.onmessage = ({ data }) => data.includes('meanwhile') && resolve())";
  await page.evaluate(`source = ${source}; ${heard}; new Promise((resolve) => source.onopen = () => resolve())`);
  recorder.begin("functions", "http", "GET /meanwhile", { causes: [] }).end("ok");
  await page.evaluate("heard");
  await list.getByRole("button", { name: /GET .earlier/ }).click();
  await page.getByRole("region", { name: "The step" }).waitFor();
  expect(await list.getByRole("button", { name: /GET .meanwhile/ }).count()).toBe(0);
  const search = page.getByRole("searchbox");
  await search.fill("long-ago");
  await list.getByRole("button", { name: /GET .long-ago/ }).waitFor();
  await search.fill("");
  await list.getByRole("button", { name: /GET .earlier/ }).waitFor();
  expect(await list.getByRole("button", { name: /GET .meanwhile/ }).count()).toBe(0);
  await page.getByRole("button", { name: "Clear" }).click();
  await page.getByText("Nothing to show yet.").waitFor();
});

test("a way is asked for anew when it was answered, however long that takes", async () => {
  const { recorder } = at.azure;
  const request = recorder.begin("functions", "http", "GET /followed", { causes: [] });
  const page = await at.page("clock");
  await page.clock.install();
  const asked: number[] = [];
  let underWay = 0;
  const held = Promise.withResolvers<void>();
  await page.route("**/recording/ways*", async (route) => {
    asked.push(++underWay);
    if (asked.length > 1) await held.promise;
    underWay--;
    await route.continue();
  });
  await page.goto(`${at.azure.controlUrl}#/timeline?span=${request.id}&way=${request.id}`);
  const list = page.getByRole("region", { name: "What happened, newest first" });
  const way = page.getByRole("list", { name: /each below its cause/ });
  await way.getByRole("button", { name: /followed/ }).waitFor();
  for (const name of ["one", "two"]) {
    recorder.begin("functions", "http", `GET /other-${name}`, { causes: [] }).end("ok");
    await list.getByRole("button", { name: `other-${name}` }).waitFor();
    await page.clock.runFor(4_000);
    await expect.poll(() => asked.length).toBeGreaterThan(1);
  }
  expect(asked).toEqual([1, 1]);
  recorder.within(request, () => recorder.begin("cosmos", "create", "the-last").end("ok"));
  held.resolve();
  await page.clock.runFor(60_000);
  await way.getByRole("button", { name: /the-last/ }).waitFor();
  request.end("ok");
});

test("of a long way a part is drawn, the step that is open among it, and more is wanted at either end", async () => {
  const { recorder } = at.azure;
  const request = recorder.begin("functions", "http", "GET /long", { causes: [] });
  const steps = Array.from({ length: 1_299 }, (_, n) => {
    const step = recorder.begin("durable", "activity", `step-${n + 2}`, { causes: request.id });
    step.end("ok");
    return step.id;
  });
  request.end("ok", 200);
  const page = await at.page(`timeline?span=${request.id}&way=${request.id}`);
  const way = page.getByRole("list", { name: /each below its cause/ });
  const rows = way.getByRole("listitem");
  const focused = () => page.evaluate<string>("document.activeElement.innerText");
  await page.getByText("1,300 steps").waitFor();
  expect(await rows.count()).toBe(500);
  await page.getByRole("button", { name: "800 more steps" }).click();
  await expect.poll(focused).toMatch(/step-501\b/);
  await page.getByRole("button", { name: "300 more steps" }).click();
  await expect.poll(() => rows.count()).toBe(1_300);
  expect(await page.getByRole("button", { name: /more steps|earlier steps/ }).count()).toBe(0);

  // Opened by its address, far from the beginning.
  await page.goto(`${at.azure.controlUrl}#/timeline?span=${steps[1_000]}&way=${request.id}`);
  await page.reload();
  await way.getByRole("button", { name: /step-1002\b/ }).waitFor();
  expect(await way.getByRole("button", { pressed: true }).textContent()).toMatch(/step-1002\b/);
  await page.getByRole("button", { name: "901 earlier steps" }).click();
  await expect.poll(focused).toMatch(/step-901\b/);
  await page.getByRole("button", { name: "401 earlier steps" }).click();
  await expect.poll(() => rows.count()).toBe(1_300);
  await at.isOpenToAll(page);
});

test("what has ended while the stream was broken goes on no more once it is back, however much came meanwhile", async () => {
  const { recorder } = at.azure;
  const slow = recorder.begin("functions", "http", "GET /over-the-break", { causes: [] });
  const found = recorder.begin("durable", "activity", "found-over-the-break", { causes: slow.id });
  const lasting = recorder.begin("webpubsub", "connection", "over-the-break too", { causes: [] });
  const page = await at.page("clock");
  // The stream of the page, which is broken and comes back when the test says so.
  await page.addInitScript(`
    window.EventSource = class extends EventSource {
      constructor(...given) { super(...given); window.stream = this; }
      set onmessage(take) { super.onmessage = (event) => window.broken || take(event); }
    };`);
  await page.goto(`${at.azure.controlUrl}#/timeline`);
  await page.reload();
  const list = page.getByRole("region", { name: "What happened, newest first" });
  await list
    .getByRole("button", { name: /over-the-break.*running/ })
    .first()
    .waitFor();
  await page.getByRole("searchbox").fill("over-the-break");
  await expect.poll(() => list.getByRole("listitem").count()).toBe(3);
  expect(await list.getByText("running").count()).toBe(3);
  await page.evaluate("window.broken = true");
  slow.end("failed", 500);
  found.end("ok");
  for (let n = 0; n < 1_500; n++) recorder.begin("durable", "activity", "busy", { causes: slow.id }).end("ok");
  await page.evaluate("window.broken = false; window.stream.dispatchEvent(new Event('open'))");
  await list.getByRole("button", { name: /GET .over-the-break.*failed 500/ }).waitFor();
  await expect.poll(() => list.getByText("running").count()).toBe(1);
  // Beside what is looked for as well.
  await page.getByRole("searchbox").fill("");
  await list.getByRole("button", { name: /GET .over-the-break.*failed 500/ }).waitFor();
  lasting.end("ok");
  await expect.poll(() => list.getByText("running").count()).toBe(0);
});

test("a new start takes what was shown with it, also where it was paused: its ids are those of other things now", async () => {
  const { recorder } = at.azure;
  recorder.begin("functions", "http", "GET /before-the-start", { causes: [] }).end("ok");
  const page = await at.page("clock");
  await page.addInitScript(`
    window.EventSource = class extends EventSource {
      constructor(...given) { super(...given); window.stream = this; }
    };`);
  await page.goto(`${at.azure.controlUrl}#/timeline`);
  await page.reload();
  const list = page.getByRole("region", { name: "What happened, newest first" });
  await list.getByRole("button", { name: /before-the-start/ }).waitFor();
  await page.getByRole("button", { name: "Pause" }).click();
  await page.route("**/recording/spans*", async (route) => {
    const response = await route.fetch();
    const { spans } = (await response.json()) as { spans: { name: string }[] };
    const later = {
      ...spans.find(({ name }) => name.includes("before-the-start")),
      id: 1,
      name: "GET /after-the-start",
    };
    await route.fulfill({ json: { oldest: 1, newest: 1, run: "later", spans: [later] } });
  });
  await page.evaluate("window.stream.dispatchEvent(new Event('open'))");
  await list.getByRole("button", { name: /before-the-start/ }).waitFor({ state: "detached" });
  expect(await list.getByRole("button", { name: /after-the-start/ }).count()).toBe(0);
  await page.getByRole("button", { name: "Resume" }).click();
  await list.getByRole("button", { name: /after-the-start/ }).waitFor();
  await page.unrouteAll({ behavior: "wait" });
});

test("an address of an earlier start says so and shows nothing else, and what was open over the start stays as it was", async () => {
  const { recorder } = at.azure;
  const span = recorder.begin("functions", "http", "GET /of-this-start", { causes: [] });
  span.end("ok");
  const address = (run: string) => `${at.azure.controlUrl}#/timeline?span=${span.id}&way=${span.id}&run=${run}`;
  const page = await at.page("clock");
  await page.goto(address("earlier"));
  await page.getByText("recorded before the local Azure was restarted").waitFor();
  expect(await page.getByRole("region", { name: "The step" }).count()).toBe(0);
  const way = page.getByRole("list", { name: /each below its cause/ });
  expect(await way.getByRole("listitem").count()).toBe(0);
  expect(await page.getByRole("button", { name: /of-this-start/, pressed: true }).count()).toBe(0);
  await at.isOpenToAll(page);
  await page.goto(address(recorder.run));
  await way.getByRole("button", { name: /of-this-start/ }).waitFor();
  const detail = page.getByRole("region", { name: "The step" });
  await detail.getByRole("heading", { name: /of-this-start/ }).waitFor();
  expect(await page.getByText("was restarted").count()).toBe(0);
  await at.isOpenToAll(page);

  // Whoever opens one says of which start it is.
  await page.getByRole("button", { name: "Close" }).click();
  const list = page.getByRole("region", { name: "What happened, newest first" });
  await list.getByRole("button", { name: /of-this-start/ }).click();
  await expect.poll(() => page.url()).toContain(`run=${recorder.run}`);
  await detail.getByRole("heading", { name: /of-this-start/ }).waitFor();
  await page.route("**/status", async (route) => {
    const response = await route.fetch();
    await route.fulfill({ json: { ...((await response.json()) as object), run: "later" } });
  });
  await page.getByText("Some of it is no longer recorded").waitFor();
  await way.getByRole("button", { name: /of-this-start/ }).waitFor();
  await detail.getByRole("heading", { name: /of-this-start/ }).waitFor();
  await page.unrouteAll({ behavior: "wait" });

  // Without a word of the start, and of a number that is none yet.
  await page.goto(`${at.azure.controlUrl}#/timeline?span=999999&way=999999`);
  await page.getByText("Nothing of it is recorded.").waitFor();
  await page.getByRole("alert").getByText("They start again at each start.").waitFor();
  await at.isOpenToAll(page);
  // What the browser says of the number that is none.
  expect(at.errors()).toEqual([expect.stringContaining("status of 404")]);
});
