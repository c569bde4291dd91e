import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, expect, test } from "vitest";
import type { OrderView } from "../../contracts/order.ts";
import { Person } from "./person.ts";
import { customerPhone, staffPhones } from "./stand.ts";

const noon = Date.parse("2026-06-15T10:05:30Z");
const minute = 60_000;
const data = mkdtempSync(join(tmpdir(), "crema-kill-"));
let child: ChildProcess | undefined;
afterEach(async () => {
  await kill();
  rmSync(data, { recursive: true, force: true });
});

interface Running {
  api: string;
  control: string;
  inbox: string;
}

async function start(heldAt: number): Promise<Running> {
  child = spawn(process.execPath, [join(import.meta.dirname, "stand-process.ts"), data, String(heldAt)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
  for await (const line of lines) {
    const running = JSON.parse(line) as Running;
    await settle(running);
    return running;
  }
  throw new Error("The process ended before it was up.");
}

async function kill(): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child?.once("exit", resolve));
  child.kill("SIGKILL");
  await ended;
}

const settle = ({ control }: Running) => fetch(`${control}settle`, { method: "POST" });

async function person(running: Running, phone: string): Promise<Person> {
  return Person.signIn(running.api, "main", phone, async () => {
    await settle(running);
    const reply = await fetch(`${running.inbox}api/messages?to=${encodeURIComponent(phone)}`);
    const messages = (await reply.json()) as { message: string }[];
    return messages[0]?.message ?? "";
  });
}

test("killed in the middle of ten orders, the stand goes on where it was", async () => {
  const first = await start(noon);
  const [barista, display] = [await person(first, staffPhones.barista), await person(first, staffPhones.display)];
  const { code } = await display.get<{ code: string }>("/code");
  const customers = await Promise.all(Array.from({ length: 10 }, (_, n) => person(first, customerPhone(n))));
  const ids = await Promise.all(
    customers.map(async (customer) => (await customer.post<{ orderId: string }>("/scans", { code })).orderId),
  );
  await settle(first);

  // Orders 0 to 7 are at every stage; what the system has acknowledged of each is noted the moment it says so.
  const acknowledged = new Map<string, OrderView>();
  const does = async (by: Person, n: number, command: string, body: object = {}) => {
    const id = ids[n] ?? "";
    acknowledged.set(id, await by.command<OrderView>(id, command, body));
  };
  const espresso = { drinkId: "drink:espresso" };
  const order = async (n: number) => {
    await does(customers[n] as Person, n, "submit", espresso);
    if (n < 6) await settle(first);
    if (n < 3) await does(barista, n, "claim");
    if (n < 2) await does(barista, n, "ready");
  };
  for (let n = 0; n < 6; n++) await order(n);
  // The kill comes while submissions are answered and the workflow is numbering them.
  const inFlight = [6, 7].map(order);
  const over = Promise.allSettled(inFlight);
  await inFlight[0];
  await kill();
  await over;

  const second = await start(noon + 10_000);
  const view = async (n: number) =>
    (await (customers[n] as Person).at(second.api).get<{ order: OrderView }>(`/orders/${ids[n]}`)).order;
  const ranks = ["choosing", "submitted", "queued", "making", "ready", "collected"];
  for (const [n, id] of ids.entries()) {
    const now = await view(n);
    const seen = acknowledged.get(id);
    // Nothing acknowledged is lost; the workflow may have gone on.
    if (seen) {
      expect(now.version).toBeGreaterThanOrEqual(seen.version);
      expect(ranks.indexOf(now.state)).toBeGreaterThanOrEqual(ranks.indexOf(seen.state));
    }
  }
  // The workflow took up what was left: every submitted order has a number now, and no number stands twice.
  const views = await Promise.all(ids.map((_, n) => view(n)));
  const numbers = views.flatMap((each) => each.number ?? []);
  expect(numbers.length).toBeGreaterThanOrEqual(7);
  expect(new Set(numbers).size).toBe(numbers.length);
  expect(views.filter((each) => each.state === "submitted")).toEqual([]);
  const queue = async (running: Running) =>
    ((await (await fetch(`${running.api}/stores/main/queue`)).json()) as { queue: { active: number } }).queue.active;
  expect(await queue(second)).toBe(
    views.filter((each) => ["choosing", "queued", "making"].includes(each.state)).length,
  );

  // Six minutes pass while nothing runs: the time to choose is over at the moment of the restart.
  await kill();
  const third = await start(noon + 6 * minute);
  const late = await (customers[9] as Person).at(third.api).get<{ order: OrderView }>(`/orders/${ids[9]}`);
  expect(late.order).toMatchObject({ state: "expired", end: { reason: "customer" } });
  const bar = barista.at(third.api);
  for (const [n, each] of views.entries()) {
    if (each.state === "queued") await bar.command(ids[n] ?? "", "ready");
  }
  await fetch(`${third.control}clock/advance?by=20 min`, { method: "POST" });
  expect(await queue(third)).toBe(0);
});
