import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { ConfigReply } from "../contracts/http.ts";
import type { OrderView } from "../contracts/order.ts";
import { type Listener, Person } from "../test/system/person.ts";
import { customerPhone, staffPhones } from "../test/system/stand.ts";

/** Times in ms, as the phones saw them. */
export interface Times {
  admitted: number[];
  queued: number[];
  told: number[];
}

/** What the system has used so far. */
export interface Used {
  memory: number;
  /** What of it is alive in V8, of both threads, and in buffers, of the services' thread: for certain only when it has been collected. */
  heap: number;
  buffers: number;
  processor: NodeJS.CpuUsage;
  /** Of the processor time, that of the application's thread and that of the services' and the host's; the rest is collecting garbage, compiling and the disk. */
  threads: { application: NodeJS.CpuUsage; services: NodeJS.CpuUsage };
}

/** The most that there may be. */
const scansPerCode = 1000;

/** The whole system in a process of its own, with `atOnce` customers, a barista and a display who are connected to it. */
export class BenchStand {
  /** From its start until it was ready, in ms. */
  readonly upAfter: number;
  /** The folder of its data. */
  readonly data: string;
  readonly #process: ChildProcess;
  readonly #ended: Promise<unknown>;
  readonly #next: () => Promise<unknown>;
  readonly #barista: Person;
  readonly #display: Person;
  readonly #customers: readonly { person: Person; screen: Listener }[];
  /** Of the code of this hour. */
  #scans = 0;
  /** Each customer's order before. */
  readonly #last = new Map<Person, string>();

  private constructor(
    process: ChildProcess,
    ended: Promise<unknown>,
    next: () => Promise<unknown>,
    { upAfter, data }: { upAfter: number; data: string },
    people: { barista: Person; display: Person; customers: readonly { person: Person; screen: Listener }[] },
  ) {
    this.#process = process;
    this.#ended = ended;
    this.#next = next;
    this.upAfter = upAfter;
    this.data = data;
    this.#barista = people.barista;
    this.#display = people.display;
    this.#customers = people.customers;
  }

  /** @param data a folder that is kept; without it, there is one of its own, which is removed */
  static async open(
    atOnce: number,
    recording: "on" | "off" = "on",
    connections: "sockets" | "handed-over" = "handed-over",
    data?: string,
  ): Promise<BenchStand> {
    const script = join(import.meta.dirname, "stand-process.ts");
    const child = spawn(process.execPath, [script, recording, connections, ...(data === undefined ? [] : [data])], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    // Asked for now: it may end by itself.
    const ended = new Promise((resolve) => child.once("close", resolve));
    const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })[Symbol.asyncIterator]();
    const next = async () => {
      const { value, done } = await lines.next();
      if (done) throw new Error("The system ended by itself.");
      return JSON.parse(value as string) as unknown;
    };
    try {
      const { api, inbox, ...begun } = (await next()) as Record<"api" | "inbox" | "data", string> & { upAfter: number };
      const person = (phone: string) => Person.signIn(api, "main", phone, () => newestMessage(inbox, phone));
      const [admin, barista, display] = await Promise.all([
        person(staffPhones.admin),
        person(staffPhones.barista),
        person(staffPhones.display),
      ]);
      await raiseLimits(admin);
      const customers: { person: Person; screen: Listener }[] = [];
      for (let n = 0; n < atOnce; n++) {
        const customer = await person(customerPhone(n));
        customers.push({ person: customer, screen: await customer.listen() });
      }
      return new BenchStand(child, ended, next, begun, { barista, display, customers });
    } catch (error) {
      child.stdin?.end();
      throw error;
    }
  }

  /** Takes so many orders their whole way: scan, submit, claim, ready, collect. Returns how long all of it took, in ms, and what the phones saw. */
  async takeOrders(orders: number): Promise<{ took: number; times: Times }> {
    const times: Times = { admitted: [], queued: [], told: [] };
    const { code } = await this.#display.get<{ code: string }>("/code");
    let left = orders;
    this.#scans += orders;
    const began = performance.now();
    await Promise.all(
      this.#customers.map(async (customer) => {
        while (left-- > 0) await this.#takeOrder(code, customer, times);
      }),
    );
    return { took: performance.now() - began, times };
  }

  async #takeOrder(
    code: string,
    { person, screen }: { person: Person; screen: Listener },
    times: Times,
  ): Promise<void> {
    const hears = (id: string, state: string) =>
      screen.hears("order", ({ order }) => order.id === id && order.state === state);
    let from = performance.now();
    const after = this.#last.get(person);
    const { orderId: id } = await person.post<{ orderId: string }>("/scans", { code, ...(after ? { after } : {}) });
    await hears(id, "choosing");
    times.admitted.push(performance.now() - from);
    from = performance.now();
    await person.command(id, "submit", { drinkId: "drink:latte", options: { milk: ["oat"] } });
    await hears(id, "queued");
    times.queued.push(performance.now() - from);
    await this.#barista.command<OrderView>(id, "claim");
    from = performance.now();
    const told = hears(id, "ready").then(() => times.told.push(performance.now() - from));
    await this.#barista.command(id, "ready");
    await told;
    await this.#barista.command(id, "collect");
    await hears(id, "collected");
    screen.heard.length = 0;
    this.#last.set(person, id);
  }

  /** What it has used until now. */
  async used(): Promise<Used> {
    this.#process.stdin?.write("used\n");
    return (await this.#next()) as Used;
  }

  /** Moves its clock on by a minute, for it lets nobody scan more than ten codes in one; and by an hour when half of the code's scans are taken. */
  async minuteLater(): Promise<void> {
    const used = this.#scans > scansPerCode / 2;
    if (used) this.#scans = 0;
    this.#process.stdin?.write(`move ${used ? 60 : 1} min\n`);
    await this.#next();
  }

  /** Moves its clock on by so many minutes, an hour or more: then there is another code. */
  async nightLater(minutes: number): Promise<void> {
    this.#scans = 0;
    this.#process.stdin?.write(`move ${minutes} min\n`);
    await this.#next();
  }

  /** The same as `used`, after what nobody needs was collected. */
  async collected(): Promise<Used> {
    this.#process.stdin?.write("collected\n");
    return (await this.#next()) as Used;
  }

  /** Ends it. */
  async close(): Promise<void> {
    for (const { screen } of this.#customers) screen.close();
    this.#process.stdin?.end();
    await this.#ended;
  }
}

/** User and system time between two moments, in ms: of all threads, or of one of them. */
export function spentBetween(before: Used, after: Used, thread?: keyof Used["threads"]): number {
  const of = (used: Used) => (thread === undefined ? used.processor : used.threads[thread]);
  const [from, to] = [of(before), of(after)];
  return (to.user + to.system - from.user - from.system) / 1000;
}

async function newestMessage(inbox: string, phone: string): Promise<string> {
  const reply = await fetch(`${inbox}api/messages?to=${encodeURIComponent(phone)}`);
  return ((await reply.json()) as { message: string }[])[0]?.message ?? "";
}

/** The stand's limits are not what is measured. */
async function raiseLimits(admin: Person): Promise<void> {
  const { documents } = await admin.get<ConfigReply>("/config");
  const store = documents.find(({ document }) => document.id === "store");
  if (store === undefined) throw new Error("There is no store document.");
  const screen = await admin.listen();
  await admin.put(
    "/config/store",
    { ...store.document, capacity: 1000, scansPerCode, codeMinutes: 60 },
    { "if-match": store.etag },
  );
  await screen.hears("page", ({ page }) => page.store.capacity === 1000);
  screen.close();
}
