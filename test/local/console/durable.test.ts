import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
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
  await bars.getByRole("button", { name: /^timer .* not waited for any more/ }).waitFor();
  await one.getByRole("region", { name: "output" }).getByText("accepted").first().waitFor();
  await page.getByRole("cell", { name: "@tally@talks" }).waitFor();
  await one.getByRole("button", { name: "Purge" }).click();
  await page.getByText("None fits").waitFor();
});

test("an instance is started, suspended, resumed and terminated, on a phone, too", async () => {
  const page = await at.page("durable", "phone");
  await page.getByText("Start one").click();
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
