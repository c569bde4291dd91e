import { type ChildProcess, spawn } from "node:child_process";
import { cpus } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { ConfigReply } from "../contracts/http.ts";
import type { OrderView } from "../contracts/order.ts";
import { type Listener, Person } from "../test/system/person.ts";
import { customerPhone, staffPhones } from "../test/system/stand.ts";
import { percentiles } from "./percentiles.ts";

/**
 * The whole way of an order, `atOnce` customers at a time: scan, submit, claim, ready, collect, with the customer's and the barista's screens
 * connected. Everything is on disk before it is acknowledged. The system runs in a process of its own; this one is the customers and the barista.
 */
export async function orderWay(options: { orders: number; atOnce: number }): Promise<void> {
  const { stand, addresses, ended } = await startStand();
  const person = (phone: string) =>
    Person.signIn(addresses.api, "main", phone, () => newestMessage(addresses.inbox, phone));
  const [admin, barista, display] = await Promise.all([
    person(staffPhones.admin),
    person(staffPhones.barista),
    person(staffPhones.display),
  ]);
  await raiseLimits(admin);
  const customers: { person: Person; screen: Listener }[] = [];
  for (let n = 0; n < options.atOnce; n++) {
    const customer = await person(customerPhone(n));
    customers.push({ person: customer, screen: await customer.listen() });
  }

  const times = { admitted: [] as number[], queued: [] as number[], told: [] as number[] };
  const { code } = await display.get<{ code: string }>("/code");
  let left = options.orders;
  const began = performance.now();
  await Promise.all(
    customers.map(async ({ person: customer, screen }) => {
      let after: string | undefined;
      while (left-- > 0) {
        const hears = (id: string, state: string) =>
          screen.hears("order", ({ order }) => order.id === id && order.state === state);
        let from = performance.now();
        const { orderId: id } = await customer.post<{ orderId: string }>("/scans", {
          code,
          ...(after ? { after } : {}),
        });
        await hears(id, "choosing");
        times.admitted.push(performance.now() - from);
        from = performance.now();
        await customer.command(id, "submit", { drinkId: "drink:latte", options: { milk: ["oat"] } });
        await hears(id, "queued");
        times.queued.push(performance.now() - from);
        await barista.command<OrderView>(id, "claim");
        from = performance.now();
        const told = hears(id, "ready").then(() => times.told.push(performance.now() - from));
        await barista.command(id, "ready");
        await told;
        await barista.command(id, "collect");
        await hears(id, "collected");
        screen.heard.length = 0;
        after = id;
      }
    }),
  );
  const seconds = (performance.now() - began) / 1000;
  for (const { screen } of customers) screen.close();
  stand.stdin?.end();
  const { memory, processor } = await ended;
  const spent = milliseconds(processor) - milliseconds(addresses.processor);

  process.stdout.write(`The whole way of an order, ${options.orders} orders, ${options.atOnce} at a time, on disk
(${cpus().length} cores, ${cpus()[0]?.model ?? "unknown"}, Node ${process.version})

  start to ready                     ${addresses.upAfter.toFixed(0)} ms
  orders                             ${(options.orders / seconds).toFixed(1)} a second
  scan → "choose" on the phone       ${percentiles(times.admitted)}
  submit → number on the phone       ${percentiles(times.queued)}
  "ready" pressed → phone told       ${percentiles(times.told)}
  processor time of the system      ${(spent / options.orders).toFixed(1)} ms an order
  memory of the system after it      ${(memory / 2 ** 20).toFixed(0)} MB
`);
}

const milliseconds = ({ user, system }: NodeJS.CpuUsage) => (user + system) / 1000;

interface Addresses {
  /** What starting took. */
  processor: NodeJS.CpuUsage;
  api: string;
  inbox: string;
  upAfter: number;
}

interface Ended {
  memory: number;
  processor: NodeJS.CpuUsage;
}

async function startStand(): Promise<{
  stand: ChildProcess;
  addresses: Addresses;
  ended: Promise<Ended>;
}> {
  const stand = spawn(process.execPath, [join(import.meta.dirname, "stand-process.ts")], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface({ input: stand.stdout as NodeJS.ReadableStream })[Symbol.asyncIterator]();
  const next = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error("The system ended by itself.");
    return JSON.parse(value as string);
  };
  const addresses = (await next()) as Addresses;
  return { stand, addresses, ended: next() as Promise<Ended> };
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
    { ...store.document, capacity: 1000, scansPerCode: 1000, codeMinutes: 60 },
    { "if-match": store.etag },
  );
  await screen.hears("page", ({ page }) => page.store.capacity === 1000);
  screen.close();
}
