import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { ConfigReply } from "../contracts/http.ts";
import type { OrderView } from "../contracts/order.ts";
import { type Listener, Person } from "../test/system/person.ts";
import { customerPhone, staffPhones } from "../test/system/stand.ts";

/** Times in ms, as measured by the phones. */
export interface Times {
  admitted: number[];
  queued: number[];
  told: number[];
}

/** The resources that the system has used so far. */
export interface Used {
  memory: number;
  /** Live objects in V8, in both threads, and buffers of the services' thread. Exact only after a garbage collection. */
  heap: number;
  buffers: number;
  processor: NodeJS.CpuUsage;
  /**
   * Processor time of the application's thread, and of the thread of the services and the host. The rest is garbage collection, compilation and the
   * disk.
   */
  threads: { application: NodeJS.CpuUsage; services: NodeJS.CpuUsage };
}

/** The highest value that is allowed. */
const scansPerCode = 1000;

/** The whole system in a process of its own, with `atOnce` customers, a barista and a display connected to it. */
export class BenchStand {
  /** From its start until it was ready, in ms. */
  readonly upAfter: number;
  /** Its data folder. */
  readonly data: string;
  readonly #process: ChildProcess;
  readonly #ended: Promise<unknown>;
  readonly #next: () => Promise<unknown>;
  readonly #barista: Person;
  readonly #display: Person;
  readonly #customers: readonly { person: Person; screen: Listener }[];
  /** Scans of the current hour's code. */
  #scans = 0;
  /** The previous order of each customer. */
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

  /** @param data a folder that is kept; without it the system has a temporary one */
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
    // Listens now, because the process may end by itself.
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

  /**
   * Takes this many orders their whole way: scan, submit, claim, ready, collect. Returns the total time in ms, and the times that the phones
   * measured.
   */
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

  /** The resources used so far. */
  async used(): Promise<Used> {
    this.#process.stdin?.write("used\n");
    return (await this.#next()) as Used;
  }

  /**
   * Advances its clock by a minute, because a customer may scan only ten codes a minute. Advances it by an hour if half of the code's scans are used.
   */
  async minuteLater(): Promise<void> {
    const used = this.#scans > scansPerCode / 2;
    if (used) this.#scans = 0;
    this.#process.stdin?.write(`move ${used ? 60 : 1} min\n`);
    await this.#next();
  }

  /** Advances its clock by this many minutes, an hour or more, so that there is a new code. */
  async nightLater(minutes: number): Promise<void> {
    this.#scans = 0;
    this.#process.stdin?.write(`move ${minutes} min\n`);
    await this.#next();
  }

  /** Like `used`, after a garbage collection. */
  async collected(): Promise<Used> {
    this.#process.stdin?.write("collected\n");
    return (await this.#next()) as Used;
  }

  /** Ends the system. */
  async close(): Promise<void> {
    for (const { screen } of this.#customers) screen.close();
    this.#process.stdin?.end();
    await this.#ended;
  }
}

/** User and system time between two measurements, in ms: of all threads, or of one of them. */
export function spentBetween(before: Used, after: Used, thread?: keyof Used["threads"]): number {
  const of = (used: Used) => (thread === undefined ? used.processor : used.threads[thread]);
  const [from, to] = [of(before), of(after)];
  return (to.user + to.system - from.user - from.system) / 1000;
}

async function newestMessage(inbox: string, phone: string): Promise<string> {
  const reply = await fetch(`${inbox}api/messages?to=${encodeURIComponent(phone)}`);
  return ((await reply.json()) as { message: string }[])[0]?.message ?? "";
}

/** Raises the stand's limits, which are not to be measured. */
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
