import { resolve } from "node:path";
import { CosmosClient, PermissionMode } from "@azure/cosmos";
import { WebPubSubServiceClient } from "@azure/web-pubsub";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test } from "vitest";
import { type LocalAzure, startLocalAzure } from "../../../local/index.ts";
import { silentLog } from "../../../local/kernel/log.ts";
import { buildConsole } from "../../../tools/build-console.ts";
import { barriers } from "../../journeys/accessible.ts";
import { type devices, openBrowser, openDevice } from "../../journeys/browser.ts";
import { Stand } from "../../system/stand.ts";
import { openScreen } from "../webpubsub/harness.ts";
import { type Elsewhere, startElsewhere } from "./elsewhere.ts";

let stand: Stand;
/** Another application, with what the first has not: a warm-up, handlers and webhooks elsewhere, all versions of its items. */
let other: LocalAzure;
let elsewhere: Elsewhere;
let browser: Browser;
const errors: string[][] = [];
beforeAll(async () => {
  const opening = [buildConsole(), Stand.open({ heldAt: Date.parse("2026-06-15T10:05:30Z") }), openBrowser()] as const;
  const opened = Promise.all(opening);
  elsewhere = await startElsewhere();
  other = await startOther(elsewhere.url);
  [, stand, browser] = await opened;
});
afterAll(async () => {
  await browser.close();
  await stand.close();
  await other.stop();
  elsewhere.close();
});
afterEach(() => expect(errors.splice(0).flat()).toEqual([]));

function startOther(at: string): Promise<LocalAzure> {
  const containers = [
    { id: "orders", partitionKey: "/id" },
    { id: "things", partitionKey: "/pk" },
  ];
  const systemEvents = ["connect", "connected", "disconnected"] as const;
  const eventHandlers = [{ urlTemplate: `${at}/{event}`, userEventPattern: "*", systemEvents: [...systemEvents] }];
  const subscriptions = [{ name: "hook", webhook: `${at}/hook`, retry: { maxDeliveryAttempts: 1 } }];
  return startLocalAzure({
    resources: {
      cosmos: { database: "shop", containers, allVersionsAndDeletes: "Continuous7Days" },
      eventGrid: { topic: "orders", inputSchema: "CloudEventSchemaV1_0", subscriptions },
      webPubSub: { hub: "chat", eventHandlers },
    },
    application: {
      root: resolve(import.meta.dirname, "../functions/apps/bindings"),
      settings: ({ cosmos, eventGrid, webPubSub }) => ({
        ...{ COSMOS: cosmos.connectionString, MADE: "made", PUBSUB: webPubSub.connectionString },
        ...{ TOPIC: eventGrid.endpoint, TOPIC_KEY: eventGrid.key },
      }),
    },
    // Tokens are stamped with the machine's time.
    heldAt: Date.now(),
    log: silentLog,
  });
}

async function open(device: keyof typeof devices, page: string, at = stand.azure.controlUrl): Promise<Page> {
  const opened = await openDevice(browser, device);
  errors.push(opened.errors);
  const tab = await opened.context.newPage();
  await tab.goto(`${at}#/${page}`);
  return tab;
}

/** What keeps people out, and what is cut off at the side. */
async function faults(page: Page): Promise<unknown> {
  // What has scrolled below the head just now is pressed by nobody.
  await page.evaluate("scrollTo(0, 0)");
  const wide = await page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth");
  return { barriers: await barriers(page), wide };
}

test("the timeline is live; one thing's way opens as a waterfall, with bodies and causes, and is saved as a file", async () => {
  const page = await open("desk", "timeline");
  await page.getByText("batch").first().waitFor();
  const [barista, display] = [await stand.barista(), await stand.display()];
  const ann = await stand.person();
  const id = await stand.scan(ann, display);
  await ann.command(id, "submit", { drinkId: "drink:latte", options: { milk: ["oat"] } });
  await stand.settle();
  await page.getByRole("button", { name: /submit/ }).click();

  const way = page.getByRole("list", { name: /each below its cause/ });
  await way.getByRole("button", { name: /activity orders-number/ }).click();
  const detail = page.getByRole("region", { name: "The step" });
  await detail.getByRole("heading", { name: /activity orders-number/ }).waitFor();
  await detail.getByRole("region", { name: "input" }).getByText(`"orderId": "${id}"`).waitFor();
  expect(await faults(page)).toEqual({ barriers: [], wide: false });

  const [download] = await Promise.all([page.waitForEvent("download"), page.getByText("Save as text").click()]);
  const chunks: Buffer[] = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
  expect(Buffer.concat(chunks).toString()).toMatch(/durable activity orders-number/);

  // What was saved whole is opened again, with its bodies, wherever it came from.
  const [json] = await Promise.all([page.waitForEvent("download"), page.getByText("Save as JSON").click()]);
  const path = await json.path();
  const file = page.getByLabel("Open a saved way");
  await file.setInputFiles({ name: "other.json", mimeType: "application/json", buffer: Buffer.from('{"steps":1}') });
  await page.getByRole("alert").getByText("not a saved way").waitFor();
  await file.setInputFiles(path);
  await page.getByRole("heading", { name: /A saved way/ }).waitFor();
  await way.getByRole("button", { name: /activity orders-number/ }).click();
  await detail.getByRole("region", { name: "input" }).getByText(`"orderId": "${id}"`).waitFor();
  await page.getByRole("button", { name: "Close" }).click();
  await page.getByRole("button", { name: /submit/ }).click();
  await way.getByRole("button", { name: /activity orders-number/ }).click();
  await page
    .getByText(/Due next:/)
    .getByText("timer")
    .first()
    .or(page.getByText("every-minute").first())
    .waitFor();

  // Back is back to what was looked at before, and a link to what it is about finds all of that.
  await detail.getByRole("link", { name: `instance:${id}` }).click();
  await page.getByText("Show everything").waitFor();
  await page.goBack();
  await detail.getByRole("heading", { name: /activity orders-number/ }).waitFor();

  await page.getByRole("button", { name: "Close" }).click();
  await page.getByRole("button", { name: "Failed or refused" }).click();
  await page
    .getByText(/refused 404/)
    .first()
    .waitFor();
  await page.getByRole("button", { name: "Failed or refused" }).click();
  await page.getByRole("button", { name: "Durable", exact: true }).click();
  const rows = page.getByRole("region", { name: /newest first/ }).getByRole("listitem");
  await rows.getByText("activity orders-number").waitFor();
  expect(await rows.count()).toBe(await rows.filter({ hasText: "Durable" }).count());
  await page.getByRole("searchbox").fill("nothing like it");
  await page.getByText("No recorded step matches").waitFor();
  await barista.command(id, "claim");
});

test("the clock is held, moved to what falls due next, and let go", async () => {
  const page = await open("phone", "clock");
  await page.getByRole("button", { name: "Move to the next one" }).click();
  // Below it stands as well what is due then.
  await page.locator("time").filter({ hasText: "15 Jun 2026 12:06:00" }).waitFor();
  expect(new Date(stand.azure.clock.now()).toISOString()).toBe("2026-06-15T10:06:00.000Z");
  await page.getByLabel("Move forward by").fill("a while");
  await page.getByRole("button", { name: "Move", exact: true }).click();
  await page
    .getByRole("alert")
    .getByText(/15 min/)
    .waitFor();
  await page
    .getByRole("link", { name: /timer of|order/ })
    .or(page.getByText("every-minute"))
    .first()
    .waitFor();
  expect(await faults(page)).toEqual({ barriers: [], wide: false });
  // The browser's own line about the refusal.
  expect(errors.splice(0).flat()).toEqual([expect.stringContaining("status of 400")]);
});

test.each(["desk", "phone"] as const)("addresses and keys are there, keys when asked for, on a %s", async (device) => {
  const page = await open(device, "about");
  await page.getByRole("heading", { name: "Addresses", exact: true }).waitFor();
  await page.getByRole("cell", { name: stand.azure.cosmos.endpoint }).waitFor();
  expect(await page.getByText("AccountKey=").count()).toBe(0);
  await page.getByRole("button", { name: "Show" }).click();
  await page.getByText("AccountKey=").waitFor();
  expect(await faults(page)).toEqual({ barriers: [], wide: false });
});

test("where all versions are kept they are shown, deletions too, and beside the containers who may do what", async () => {
  const client = new CosmosClient(other.cosmos.connectionString);
  onTestFinished(() => client.dispose());
  const orders = client.database("shop").container("orders");
  await orders.items.create({ id: "tea" });
  await orders.items.upsert({ id: "tea", cups: 2 });
  await orders.item("tea", "tea").delete();
  const { user } = await client.database("shop").users.create({ id: "waiter" });
  await user.permissions.create({ id: "see", permissionMode: PermissionMode.Read, resource: orders.url });
  const page = await open("phone", "cosmos", other.controlUrl);
  await page.getByText(/see: read on .*orders/).waitFor();
  await page.getByRole("button", { name: /^orders / }).click();
  await page.getByRole("button", { name: "All versions" }).click();
  await page.getByText("kept for 7 days").waitFor();
  const changes = page.getByRole("region", { name: "The container orders" }).getByRole("listitem");
  const kinds = async () => (await changes.allInnerTexts()).map((text) => /create|replace|delete/.exec(text)?.[0]);
  // In their place stand the items until they are there.
  await expect.poll(kinds).toEqual(["delete", "replace", "create"]);
  expect(await faults(page)).toEqual({ barriers: [], wide: false });

  // Ids that an address would change, and a partition key that is not there.
  const things = client.database("shop").container("things");
  for (const id of ["..", '100%25 "sure"']) await things.items.create({ id, pk: id });
  // No client gets it in any more; a data folder of before may have it.
  await other.cosmos.feed.upsertItem("shop", "things", { id: "half \ud83d", pk: "half \ud83d" });
  await things.items.create({ id: "keyless" });
  await page.getByRole("button", { name: /^things / }).click();
  await page.getByRole("button", { name: "Query", exact: true }).click();
  await page.getByRole("button", { name: "Run" }).click();
  const item = page.getByRole("region", { name: "The item" });
  for (const [id, name] of [
    ["..", /^\.\. \{/],
    ["half", /^half . \{/],
  ] as const) {
    await page.getByRole("button", { name }).click();
    await item.getByRole("link", { name: /What wrote it/ }).click();
    await page.getByText(`item:shop/things/["${id}`).waitFor();
    if (id === "..")
      await page
        .getByRole("button", { name: /create shop\/things/ })
        .first()
        .waitFor();
    await page.goBack();
    await page.getByRole("button", { name: /^things / }).click();
    await page.getByRole("button", { name: "Run" }).click();
  }
  await page.getByRole("button", { name: /^keyless / }).click();
  await item.getByRole("button", { name: "Delete…" }).click();
  await item.getByRole("button", { name: "Yes, delete it" }).click();
  await item.getByText("Deleted.").waitFor();
  await page.locator("textarea:focus").waitFor();
  expect(await page.getByRole("button", { name: /^keyless / }).count()).toBe(0);
});

test("a warm-up and a timer are run now; handlers elsewhere are seen with what they answered; a webhook agrees, and hears a dead letter again", async () => {
  const page = await open("tablet", "functions", other.controlUrl);
  for (const name of ["warm", "stamp"]) {
    await page.getByRole("button", { name, exact: true }).click();
    await page.getByRole("button", { name: "Run it now" }).click();
    await page.getByText(`${name} was started.`).waitFor();
  }
  await page.getByRole("button", { name: "warm", exact: true }).click();
  await page.getByRole("region", { name: "The function warm" }).getByText("warm now").nth(1).waitFor();
  expect(await faults(page)).toEqual({ barriers: [], wide: false });

  const connectionString = other.endpoints.webPubSub.connectionString;
  const screen = await openScreen(
    new WebPubSubServiceClient(connectionString, "chat", { allowInsecureConnection: true }),
    { userId: "ann" },
  );
  onTestFinished(() => screen.client.stop());
  await screen.client.sendEvent("say", "hello", "text");
  await page.goto(`${other.controlUrl}#/webpubsub`);
  await page.getByRole("cell", { name: `${elsewhere.url}/{event}` }).waitFor();
  await page.getByRole("cell", { name: "ann", exact: true }).waitFor();
  await page.getByRole("button", { name: /event connected/ }).waitFor();
  expect(await faults(page)).toEqual({ barriers: [], wide: false });
  await page.getByRole("button", { name: /event say/ }).click();
  const detail = page.getByRole("region", { name: "The step" });
  await detail.getByText("hello").first().waitFor();
  await detail.getByText("heard it").first().waitFor();

  await page.goto(`${other.controlUrl}#/eventgrid`);
  await page.getByText("Handshake passed").waitFor();
  elsewhere.well = false;
  await page.getByText("Publish an event").click();
  await page.getByRole("button", { name: "Insert a sample" }).click();
  await page.getByRole("button", { name: "Publish", exact: true }).click();
  await page.getByText("MaxDeliveryAttemptsExceeded").waitFor();
  expect(await faults(page)).toEqual({ barriers: [], wide: false });
  elsewhere.well = true;
  await page.getByRole("button", { name: "Send it again" }).press("Enter");
  await page.getByRole("heading", { name: /^Dead letters/ }).waitFor({ state: "detached" });
  await page.locator("section:focus").waitFor();
  await other.settle();
  expect(elsewhere.told.filter((name) => name === "hook")).toEqual(["hook", "hook"]);

  // Of several one button sends all.
  elsewhere.well = false;
  for (let n = 0; n < 3; n++) {
    await page.getByRole("button", { name: "Insert a sample" }).click();
    await page.getByRole("button", { name: "Publish", exact: true }).click();
    await page.getByRole("heading", { name: `Dead letters ${n + 1}, newest first` }).waitFor();
  }
  expect(await faults(page)).toEqual({ barriers: [], wide: false });
  elsewhere.well = true;
  await page.getByRole("button", { name: "Send all again" }).dblclick();
  await page.getByRole("heading", { name: /^Dead letters/ }).waitFor({ state: "detached" });
  await other.settle();
  expect(other.eventGrid.deadLetters()).toEqual([]);
  expect(await page.getByRole("alert").count()).toBe(0);
});

test("items are found by a query, changed under the version that was seen, made and deleted; a wrong query says where", async () => {
  const page = await open("desk", "cosmos");
  await page.getByRole("button", { name: /^config / }).click();
  // Until then it is the first container's, which is open without being chosen.
  const query = page.getByRole("region", { name: "The container config" }).getByLabel("Query", { exact: true });
  await query.fill("SELECT * FROM c WHER c.id = 1");
  await page.getByRole("button", { name: "Run" }).click();
  await page.getByRole("alert").getByRole("button", { name: /^At / }).first().click();
  expect(
    await query.evaluate(
      (field) =>
        (field as unknown as { selectionEnd: number; selectionStart: number }).selectionEnd >
        (field as unknown as { selectionStart: number }).selectionStart,
    ),
  ).toBe(true);
  await query.fill('SELECT * FROM c WHERE c.id = "drink:latte"');
  await page.getByRole("button", { name: "Run" }).click();
  await page.getByText(/^1 item, [\d.]+ request units$/).waitFor();
  await page.getByRole("button", { name: /drink:latte/ }).click();
  const item = page.getByRole("region", { name: "The item" });
  const text = item.getByLabel(/Item drink:latte/);
  await text.fill((await text.inputValue()).replace(/"name": "[^"]*"/, '"name": "Caffè Latte"'));
  // Pressed twice it is saved once: the second would be refused, as what somebody else has changed.
  const [items, answer] = ["**/cosmos/crema/config/items", Promise.withResolvers<void>()];
  let sent = 0;
  await page.route(items, async (route) => {
    sent++;
    await answer.promise;
    await route.continue();
  });
  await item.getByRole("button", { name: "Save" }).dblclick();
  answer.resolve();
  await item.getByText("Saved.").waitFor();
  await page.unroute(items);
  expect(sent).toBe(1);
  await stand.settle();
  expect(JSON.stringify(await stand.page())).toContain("Caffè Latte");
  // What was saved here is the version that is seen now; what somebody else saves meanwhile is not.
  await text.fill((await text.inputValue()).replace("Caffè Latte", "Latte"));
  await item.getByRole("button", { name: "Save" }).click();
  await item.getByText("Saved.").waitFor();
  const found = await fetch(`${stand.azure.controlUrl}cosmos/crema/config/query`, {
    method: "POST",
    body: JSON.stringify({ query: 'SELECT * FROM c WHERE c.id = "drink:latte"' }),
  });
  const {
    rows: [theirs],
  } = (await found.json()) as { rows: [object] };
  const put = { method: "PUT", body: JSON.stringify({ item: theirs }) };
  expect((await fetch(`${stand.azure.controlUrl}cosmos/crema/config/items`, put)).status).toBe(200);
  await item.getByRole("button", { name: "Save" }).click();
  await item.getByRole("alert").getByText(/etag/).waitFor();
  expect(await faults(page)).toEqual({ barriers: [], wide: false });

  await page.getByRole("button", { name: "New item" }).click();
  await item.getByLabel(/A new item/).fill('{"id":"note","storeId":"main"}');
  await item.getByRole("button", { name: "Save" }).click();
  await item.getByText("Saved.").waitFor();
  await page.getByRole("button", { name: "Change feed" }).click();
  await page.getByRole("button", { name: /^note / }).click();
  await item.getByRole("button", { name: "Delete…" }).click();
  await item.getByRole("button", { name: "Yes, delete it" }).click();
  await item.getByText("Deleted.").waitFor();
  // What the browser says of the two refusals.
  expect(
    errors
      .splice(0)
      .flat()
      .map((line) => /status of (\d+)/.exec(line)?.[1]),
  ).toEqual(["400", "412"]);
});

test("what is open of one container is saved into no other, and what somebody else did meanwhile is not undone unseen", async () => {
  const at = (path: string, method: string, body: unknown) =>
    fetch(`${other.controlUrl}cosmos/shop/${path}`, { method, body: JSON.stringify(body) });
  const things = async () => {
    const reply = await at("things/query", "POST", { query: "SELECT c.id, c.pk, c.n FROM c WHERE c.pk = 'mine'" });
    return ((await reply.json()) as { rows: unknown[] }).rows;
  };
  await at("things/items", "PUT", { item: { id: "one", pk: "mine", n: 1 } });
  const page = await open("desk", "cosmos?db=shop&container=things", other.controlUrl);
  const item = page.getByRole("region", { name: "The item" });
  await page.getByRole("button", { name: /^one / }).click();
  await page.getByRole("button", { name: /^orders / }).click();
  await page.getByRole("region", { name: "The container orders" }).waitFor();
  await page.goBack();
  await page.getByRole("button", { name: /^one / }).click();
  await item.waitFor();
  await page.goForward();
  await page.getByRole("region", { name: "The container orders" }).waitFor();
  expect(await item.count()).toBe(0);

  // Changed by somebody else: it is shown, and taken or written over.
  await page.goBack();
  await page.getByRole("button", { name: /^one / }).click();
  const text = item.getByRole("textbox");
  await text.fill('{"id":"one","pk":"mine","n":2}');
  await at("things/items", "PUT", { item: { id: "one", pk: "mine", n: 3 } });
  await item.getByRole("button", { name: "Save", exact: true }).click();
  await item.getByRole("region", { name: "the current version" }).getByText('"n": 3').waitFor();
  expect(await faults(page)).toEqual({ barriers: [], wide: false });
  await item.getByRole("button", { name: "Overwrite it with mine" }).click();
  await item.getByText("Saved.").waitFor();
  expect(await things()).toEqual([{ id: "one", pk: "mine", n: 2 }]);

  // Deleted by somebody else: to save is not to bring it back unseen.
  await at("things/items", "DELETE", { id: "one", partitionKey: ["mine"] });
  await item.getByRole("button", { name: "Save", exact: true }).click();
  await item.getByRole("alert").getByText("Saving creates it again.").waitFor();
  expect(await things()).toEqual([]);

  // A new one takes the place of none.
  await at("things/items", "PUT", { item: { id: "two", pk: "mine", n: 1 } });
  await page.getByRole("button", { name: "New item" }).click();
  await text.fill('{"id":"two","pk":"mine","n":9}');
  await item.getByRole("button", { name: "Save", exact: true }).click();
  await item.getByRole("alert").getByText("already exists").waitFor();
  expect(await things()).toEqual([{ id: "two", pk: "mine", n: 1 }]);
  const refused = errors.splice(0).flat();
  expect(refused.map((line) => /status of (\d+)/.exec(line)?.[1])).toEqual(["412", "404", "409"]);
});

test.each(["desk", "phone"] as const)(
  "what is written of an item is not lost without a question, nor where one goes elsewhere, on a %s",
  async (device) => {
    const put = (item: object) =>
      fetch(`${other.controlUrl}cosmos/shop/things/items`, { method: "PUT", body: JSON.stringify({ item }) });
    await put({ id: "first", pk: device });
    await put({ id: "second", pk: device });
    const page = await open(device, "cosmos?db=shop&container=things", other.controlUrl);
    const item = page.getByRole("region", { name: "The item" });
    const text = item.getByRole("textbox");
    const asked = item.getByRole("alert").getByText("Your changes are not saved.");
    const rows = page.getByRole("button", { name: new RegExp(`^(first|second) .*${device}`) });
    const first = rows.filter({ hasText: "first" });
    const mine = JSON.stringify({ id: "first", pk: device, mine: true });
    await first.click();
    await text.fill(mine);
    // Each way to something else asks first, and the keyboard is where nothing is lost.
    const close = item.getByRole("button", { name: "Close" });
    for (const elsewhere of [
      close,
      rows.filter({ hasText: "second" }),
      page.getByRole("button", { name: "New item" }),
    ]) {
      await elsewhere.click();
      await asked.waitFor();
      expect(await page.evaluate("document.activeElement.textContent")).toBe("Keep editing");
      await page.keyboard.press("Enter");
      await asked.waitFor({ state: "detached" });
      expect([await text.inputValue(), await page.evaluate("document.activeElement.tagName")]).toEqual([
        mine,
        "TEXTAREA",
      ]);
    }
    await close.click();
    await asked.waitFor();
    expect(await faults(page)).toEqual({ barriers: [], wide: false });
    await item.getByRole("button", { name: "Keep editing" }).click();

    // On another page, and back; in another container, and back.
    await page.goto(`${other.controlUrl}#/clock`);
    await page.getByRole("heading", { name: "Clock" }).waitFor();
    await page.goBack();
    await item.getByText("Your unsaved changes.").waitFor();
    expect(await text.inputValue()).toBe(mine);
    await page.getByRole("button", { name: /^orders / }).click();
    await page.getByRole("region", { name: "The container orders" }).waitFor();
    expect(await item.count()).toBe(0);
    await page.goBack();
    await item.getByText("Your unsaved changes.").waitFor();
    // The browser asks as well, before the page is gone.
    const dialog = page.waitForEvent("dialog");
    const reloading = page.reload().catch(() => undefined);
    expect((await dialog).type()).toBe("beforeunload");
    await (await dialog).dismiss();
    await reloading;
    expect(await text.inputValue()).toBe(mine);

    // What would be sent as something else is not sent.
    await text.fill(`{"id":"first","pk":"${device}","n":1e400}`);
    await item.getByRole("button", { name: "Save", exact: true }).click();
    await item.getByRole("alert").getByText("outside the range").waitFor();
    await text.fill(mine);
    await item.getByRole("button", { name: "Save", exact: true }).click();
    await item.getByText("Saved.").waitFor();
    // Saved after all: nobody is asked any more.
    await text.fill(JSON.stringify({ id: "first", pk: device, mine: "again" }));
    await close.click();
    await asked.waitFor();
    await item.getByRole("button", { name: "Save", exact: true }).click();
    await asked.waitFor({ state: "detached" });
    await item.getByText("Saved.", { exact: true }).waitFor();

    // Saved after one has gone elsewhere: there is nothing left.
    const answered = Promise.withResolvers<void>();
    await page.route("**/cosmos/shop/things/items", async (route) => {
      const response = await route.fetch();
      await answered.promise;
      await route.fulfill({ response });
    });
    await text.fill(JSON.stringify({ id: "first", pk: device, mine: "elsewhere" }));
    const saving = page.waitForRequest("**/cosmos/shop/things/items");
    await item.getByRole("button", { name: "Save", exact: true }).click();
    await saving;
    await page.goto(`${other.controlUrl}#/clock`);
    await page.getByRole("heading", { name: "Clock" }).waitFor();
    const saved = page.waitForResponse("**/cosmos/shop/things/items");
    answered.resolve();
    await (await saved).finished();
    await page.unrouteAll({ behavior: "wait" });
    await page.goBack();
    await rows.first().waitFor();
    expect(await item.count()).toBe(0);
    await first.click();

    // It is saved: nobody is asked.
    await rows.filter({ hasText: "second" }).click();
    await item.getByLabel(/Item second/).waitFor();
    await text.fill("{}");
    await close.click();
    await item.getByRole("button", { name: "Discard changes" }).click();
    await item.waitFor({ state: "detached" });
    await rows.filter({ hasText: "second" }).click();
    expect(await text.inputValue()).toContain('"second"');
    await page.reload();
    await rows.first().waitFor();
    expect(await item.count()).toBe(0);
  },
);

test("the control API takes nothing that would be kept as something else", async () => {
  const path = `${other.controlUrl}cosmos/shop/things/items`;
  const said = async (body: string) => {
    const reply = await fetch(path, { method: "PUT", body });
    return `${reply.status} ${((await reply.json()) as { message: string }).message}`;
  };
  expect(await said('{"item":{"id":"x","pk":"a","n":1e400}}')).toMatch(/^400 The number 1e400/);
  expect(await said('{"item":{"id":"x","pk":"a","n":1,"n":2}}')).toMatch(/^400 An object has the name "n" twice/);
  expect(await said('{"item":{"id":"\\ud800","pk":"a"}}')).toMatch(/^400 .*half a surrogate pair/);
});

test("events are looked at with who took them and why not, published, and sent again", async () => {
  const page = await open("desk", "eventgrid");
  await page
    .getByRole("button", { name: /order\.submitted/ })
    .first()
    .click();
  await page
    .getByText(/Not to .*insights.*: the type is not one of/)
    .first()
    .waitFor();
  await page.getByText("Publish an event").click();
  await page.getByLabel("Sample of").selectOption("crema.order.claimed.v1");
  await page.getByRole("button", { name: "Insert a sample" }).click();
  expect(await page.getByLabel("Event, as JSON").inputValue()).toContain('"type": "crema.order.claimed.v1"');
  await page.getByLabel("Sample of").selectOption("");
  await page.getByRole("button", { name: "Insert a sample" }).click();
  await page.getByRole("button", { name: "Which subscriptions match?" }).click();
  await page.getByText(/deletions does not match: the type is not one of/).waitFor();
  await page.getByRole("button", { name: "Publish", exact: true }).click();
  await page.getByText("1 published.").waitFor();
  await page.getByText("Replay a period").click();
  await page.getByLabel("Subscription").selectOption("services");
  await page.getByRole("button", { name: "Replay" }).click();
  await page.getByText(/\d+ events? replayed to services/).waitFor();
  expect(await faults(page)).toEqual({ barriers: [], wide: false });
  await stand.settle();
  expect(stand.azure.eventGrid.deadLetters()).toEqual([]);
});

test("a connection is seen, sent to, dropped and recovers", async () => {
  const barista = await stand.barista();
  const live = await barista.listen();
  const page = await open("phone", "webpubsub");
  await page.getByRole("cell", { name: "staff.main" }).first().waitFor();
  await page.getByLabel("Hub").selectOption("crema");
  await page.getByRole("combobox", { name: /^To/ }).selectOption("group");
  await page.getByLabel("Which group").fill("staff.main");
  await page.getByLabel("Message, as JSON").fill('{"hello":1}');
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await page.getByText("It reached one connection.").waitFor();
  expect(await faults(page)).toEqual({ barriers: [], wide: false });
  await page.getByRole("button", { name: "Drop" }).click();
  await page.getByRole("button", { name: "Drop" }).waitFor();
  live.close();
});

test("functions are listed with their runs, called, and a timer is run now", async () => {
  const page = await open("desk", "functions");
  await page.getByRole("button", { name: "health", exact: true }).click();
  await page.getByRole("button", { name: "Call it" }).click();
  await page.getByText("Response 200").waitFor();
  await page.getByRole("button", { name: "every-minute" }).click();
  await page.getByRole("button", { name: "Run it now" }).click();
  await page.getByText("every-minute was started.").waitFor();
  // What it was called with last is a sample.
  await page.getByRole("button", { name: "orders-submit", exact: true }).click();
  await page.getByRole("button", { name: "Use its last request" }).click();
  expect(await page.getByLabel("Path").inputValue()).toMatch(/^\/api\/stores\/main\/orders\/[\w-]{36}\/submit$/);
  expect(await page.getByLabel("Body").inputValue()).toContain('"drinkId": "drink:latte"');
  expect(await faults(page)).toEqual({ barriers: [], wide: false });
  await page.goto(`${stand.azure.controlUrl}#/sms`);
  await page
    .getByText(/from .* to .*delivered/)
    .first()
    .waitFor();
  await page.getByLabel("Message").fill("Thank you");
  await page.getByRole("button", { name: "Send" }).click();
  await page.getByText(/reply from \+\d+ to/).waitFor();
  expect(stand.azure.sms.received()).toMatchObject([{ message: "Thank you" }]);
  expect(await faults(page)).toEqual({ barriers: [], wide: false });
});

test("whoever comes from elsewhere gets nothing", async () => {
  const at = (path: string, headers: Record<string, string>) => fetch(stand.azure.controlUrl + path, { headers });
  expect((await at("recording/spans", { origin: "http://evil.example" })).status).toBe(403);
  const page = await at("", {});
  expect(page.headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
  for (const path of ["..%2fpackage.json", "assets/..%2f..%2ftsconfig.json", ".built", "console.css"])
    expect([path, (await at(path, {})).status]).toEqual([path, 404]);
});

test("a fault is switched on, strikes, and is switched off", async () => {
  const page = await open("phone", "faults");
  // The longest words that a field has, on the narrowest phone.
  await page.setViewportSize({ width: 360, height: 780 });
  await page.getByRole("combobox", { name: /^What it does/ }).selectOption("taken-over");
  expect(await faults(page)).toEqual({ barriers: [], wide: false });
  await page.getByRole("combobox", { name: /^Service/ }).selectOption("functions");
  await page.getByRole("combobox", { name: /^What it does/ }).selectOption("refuse");
  await page.getByLabel("Names like").fill("GET */health");
  await page.getByLabel("How many times").fill("2");
  await page.getByRole("button", { name: "Switch on" }).click();
  await page.getByText("The fault is switched on.").waitFor();
  expect((await fetch(`${stand.api}/health`)).status).toBe(503);
  await page.getByText("Struck 1 time.").waitFor();
  await page.getByLabel("Seed").fill("7");
  await page.getByRole("button", { name: "Restart chance" }).click();
  await page.getByText("Chance started from the seed 7").waitFor();
  expect(await faults(page)).toEqual({ barriers: [], wide: false });
  await page.getByRole("button", { name: "Switch all off" }).click();
  await page.getByText("No fault is switched on.").waitFor();
  expect((await fetch(`${stand.api}/health`)).status).toBe(200);
});
