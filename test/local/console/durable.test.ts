import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { partOf, pathOf } from "../../../local/console/lib/api.ts";
import { ConsoleAtWork } from "./talks.ts";

let at: ConsoleAtWork;
beforeAll(async () => {
  at = await ConsoleAtWork.open();
});
afterAll(() => at.close());
afterEach(() => expect(at.errors()).toEqual([]));

const talk = { title: "Durable", abstract: "Waiting" };

test("one instance is a Gantt of what it did, says what it waits for, hears an event, and is purged", async () => {
  await at.request("/api/talks", talk);
  await at.azure.settle();
  const page = await at.page("durable");
  await page.getByRole("button", { name: /^review / }).click();
  const one = page.getByRole("region", { name: "One instance" });
  await one.getByText("event decision").waitFor();
  await one.getByText(/timer\s+until 18 Jun 2026 .* in 72/).waitFor();
  const bars = one.getByRole("list", { name: "What it did and waited for" });
  await bars
    .getByRole("button", { name: /askReviewer/ })
    .first()
    .click();
  await one.getByRole("region", { name: "input" }).first().waitFor();
  await at.isOpenToAll(page);

  await one.getByLabel("Event").fill("decision");
  await one.getByLabel("Data, as JSON").fill("{no json");
  await one.getByRole("button", { name: "Raise" }).click();
  await one.getByRole("alert").getByText("not JSON").waitFor();
  await one.getByLabel("Data, as JSON").fill('{"accept":true}');
  await one.getByRole("button", { name: "Raise" }).click();
  await one.getByRole("heading", { name: /review Completed/ }).waitFor();
  // The timer that it raced was cancelled, of which the history says nothing.
  await bars.getByRole("button", { name: /^timer .* no longer awaited/ }).waitFor();
  await one.getByRole("region", { name: "output" }).getByText("accepted").first().waitFor();
  await page.getByRole("cell", { name: "@tally@talks" }).waitFor();
  await one.getByRole("button", { name: "Purge" }).click();
  await page.getByText("No instance matches").waitFor();
});

test("an instance is started, suspended, resumed and terminated, on a phone, too", async () => {
  const page = await at.page("durable", "phone");
  await page.getByText("Start an orchestration").click();
  await page.getByLabel("Orchestrator").last().selectOption("review");
  await page.getByLabel("Id", { exact: true }).fill("by-hand");
  await page
    .getByLabel("Input, as JSON")
    .first()
    .fill(JSON.stringify({ talk, days: 1 }));
  await page.getByRole("button", { name: "Start", exact: true }).click();
  const one = page.getByRole("region", { name: "One instance" });
  await one.getByText("event decision").waitFor();
  await at.isOpenToAll(page);
  await one.getByRole("button", { name: "Suspend" }).click();
  await one.getByRole("heading", { name: /Suspended/ }).waitFor();
  await one.getByRole("button", { name: "Resume" }).click();
  await one.getByRole("heading", { name: /Running/ }).waitFor();
  await one.getByLabel("Reason").fill("enough");
  await one.getByRole("button", { name: "Terminate" }).click();
  await one.getByRole("heading", { name: /Terminated/ }).waitFor();
  await page.goto(`${at.azure.controlUrl}#/durable?status=Terminated`);
  await page.getByText("1 to 1 of 1").waitFor();
});

test("the bar that is open stays open while others come, and what is to be purged is asked again when it is another", async () => {
  const post = (path: string, body: unknown) =>
    fetch(`${at.azure.controlUrl}durable/instances${path}`, { method: "POST", body: JSON.stringify(body) });
  await post("", { name: "review", id: "told-often", input: { talk, days: 1 } });
  await at.azure.settle();
  const tell = async (from: number, to: number) => {
    for (let n = from; n < to; n++) await post("/told-often/raise", { event: "heard", data: `told ${n}` });
    await at.azure.settle();
  };
  await tell(0, 210);
  const page = await at.page("durable?instance=told-often");
  const one = page.getByRole("region", { name: "One instance" });
  await one.getByRole("button", { name: "earlier ones" }).waitFor();
  await one
    .getByRole("button", { name: /event heard/ })
    .last()
    .click();
  const open = one.locator('[aria-expanded="true"] + .more');
  const text = async () => (await open.allInnerTexts()).join().match(/told \d+/)?.[0];
  expect(await text()).toBe("told 209");
  const history = (await one.getByText(/^History, /).textContent()) ?? "";
  await tell(210, 213);
  // Its page asks anew by itself.
  await one.getByText(history).waitFor({ state: "detached" });
  expect(await text()).toBe("told 209");
  await one.getByRole("button", { name: "earlier ones" }).click();
  expect(await text()).toBe("told 209");
  expect(await open.count()).toBe(1);

  await one.getByRole("button", { name: "Close" }).click();
  await page.getByRole("button", { name: "Purge finished ones…" }).click();
  await page.getByRole("button", { name: "Yes, purge them" }).waitFor();
  await page.getByLabel("Id begins with").fill("told");
  await page.getByRole("button", { name: "Purge finished ones…" }).waitFor();
  await post("/told-often/purge", {});
});

/** What an address changes, cuts or ends at. The first are opened in the browser, too. */
const hostile = [
  ...["..", "half \ud83d, a/b?c#d&e=%2e", "x".repeat(20_000)],
  ...[".", "%2e%2e", "../../status", "100%", "%", "a+b c", '"quoted"', '"', "\\", "#/timeline", "\udc7e"],
  ...["\u202eright to left", "tab\tand line\nend", "咖啡"],
];

test("an instance is opened and acted on whatever its id is, and so is its way", async () => {
  const call = async (path: string, body?: unknown) => {
    const reply = await fetch(
      `${at.azure.controlUrl}${path}`,
      body === undefined ? {} : { method: "POST", body: JSON.stringify(body) },
    );
    return reply.status === 204 ? undefined : ((await reply.json()) as unknown);
  };
  for (const id of hostile)
    expect(await call("durable/instances", { name: "review", id, input: { talk, days: 1 } })).toEqual({ id });
  await at.azure.settle();
  // The addresses are taken by the same rules as in a browser.
  for (const id of hostile) {
    expect(await call(`durable/instances/${partOf(id)}`)).toMatchObject({ id, status: "Running" });
    expect(await call(pathOf("recording/ways", { of: `instance:${id}` }))).toMatchObject({ steps: [{}] });
    expect(await call(pathOf("durable/instances", { prefix: id, name: "review" }))).toHaveProperty("rows.0.id");
  }
  for (const id of hostile.slice(3)) await call(`durable/instances/${partOf(id)}/terminate`, {});

  const page = await at.page("durable?status=Running");
  const one = page.getByRole("region", { name: "One instance" });
  for (const [n, name] of [/^review \.\.$/, /^review half/, /^review x{160}…/].entries()) {
    await page.getByRole("button", { name }).click();
    await one.getByRole("link", { name: "Its way through all services" }).click();
    await page
      .getByRole("button", { name: /episode review/ })
      .first()
      .waitFor();
    await page.goBack();
    await one.getByRole("button", { name: "Terminate" }).click();
    await one.getByRole("heading", { name: /Terminated/ }).waitFor();
    expect(await call(`durable/instances/${partOf(hostile[n] ?? "")}`)).toMatchObject({ status: "Terminated" });
  }
  await at.isOpenToAll(page);
});

test("the keyboard begins at the top, and is never lost where a button goes that was pressed", async () => {
  await fetch(`${at.azure.controlUrl}durable/instances`, {
    method: "POST",
    body: JSON.stringify({ name: "review", id: "by-keys", input: { talk, days: 1 } }),
  });
  const page = await at.page("durable");
  await page.getByRole("button", { name: /^review by-keys/ }).waitFor();
  const isAt = (text: string) => page.locator(":focus").filter({ hasText: text }).waitFor();
  const press = async (name: string | RegExp) => {
    await page.getByRole("button", { name, exact: typeof name === "string" }).focus();
    await page.keyboard.press("Enter");
  };
  await page.keyboard.press("Tab");
  await isAt("Skip to the page");
  await press("Purge finished ones…");
  await isAt("Keep them");
  await page.keyboard.press("Enter");
  await isAt("Purge finished ones…");

  await press(/^review by-keys/);
  await press("Close");
  await isAt("by-keys");
  await page.keyboard.press("Enter");
  await press("Terminate");
  await press("Purge");
  // What was pressed is gone with the instance: it is at the list, and not at the beginning of the page.
  await page.locator(".list:focus").waitFor();

  for (const [path, body] of [
    ["", { name: "review", id: "for-keys", input: { talk, days: 1 } }],
    ["/for-keys/terminate", {}],
  ] as const)
    await fetch(`${at.azure.controlUrl}durable/instances${path}`, { method: "POST", body: JSON.stringify(body) });
  await page.getByLabel("Id begins with").fill("for-keys");
  await page.getByRole("row", { name: /for-keys.*Terminated/ }).waitFor();
  await press("Purge finished ones…");
  await press("Yes, purge them");
  await page.getByText("No instance matches.").waitFor();
  await page.evaluate("new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))");
  await isAt("Purge finished ones…");

  await page.goto(`${at.azure.controlUrl}#/clock`);
  await page.getByRole("button", { name: "+ 5 min" }).waitFor();
  await press("+ 5 min");
  await page.getByText("Nothing is under way.").waitFor();
  await isAt("+ 5 min");
});

test("what is answered after its page was left is let go", async () => {
  const page = await at.page("durable");
  await page.getByRole("heading", { name: "Entities" }).waitFor();
  const said: string[] = [];
  page.on("console", (message) => said.push(message.text()));
  const left = Promise.withResolvers<void>();
  const instances = /durable\/instances\?/;
  await page.route(instances, async (route) => {
    await left.promise;
    await route.continue();
  });
  await page.waitForRequest(instances);
  await page.getByRole("link", { name: "Clock", exact: true }).click();
  await page.getByRole("heading", { name: "Clock" }).waitFor();
  const answer = page.waitForResponse(instances);
  left.resolve();
  await (await answer).finished();
  await page.evaluate("fetch('/status').then((answer) => answer.text())");
  expect(said).toEqual([]);
});

test("that nothing answers is said once, and taken back", async () => {
  const page = await at.page("durable");
  await page.getByRole("heading", { name: "Entities" }).waitFor();
  await page.context().setOffline(true);
  const gone = page.getByRole("alert").getByText("The local Azure does not answer.");
  await gone.first().waitFor();
  // Each that asks has asked by then.
  await page.waitForRequest(/\/durable\/entities$/);
  await page.waitForRequest(/\/durable\/entities$/);
  expect(await gone.count()).toBe(1);
  await page.context().setOffline(false);
  await gone.waitFor({ state: "detached" });
  expect(at.errors().every((line) => line.includes("ERR_INTERNET_DISCONNECTED"))).toBe(true);
});

test("what cannot be done is refused in words", async () => {
  const call = async (method: string, path: string, body?: unknown) => {
    const reply = await fetch(`${at.azure.controlUrl}durable/${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return [reply.status, ((await reply.json()) as { message?: string }).message] as const;
  };
  for (const [method, path, body, words] of [
    ["GET", "instances/nobody", undefined, /no instance/],
    ["POST", "instances/by-hand/raise", { event: "decision" }, /Terminated/],
    ["POST", "instances/by-hand/raise", {}, /event is missing/],
    ["POST", "instances", { name: "nothing" }, /no orchestrator "nothing".*review/],
    ["POST", "entities", { name: "nothing", key: "a", operation: "b" }, /no entity function/],
    ["GET", "instances?status=Sleeping", undefined, /no status "Sleeping"/],
    ["GET", "instances?createdFrom=yesterday", undefined, /2026-06-15T10:00:00Z/],
  ] as const) {
    const [status, message] = await call(method, path, body);
    expect([path, status]).toEqual([path, 400]);
    expect(message).toMatch(words);
  }
});
