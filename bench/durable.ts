import { Measured } from "./durable-client.ts";
import { hardware } from "./machine.ts";
import { many } from "./many.ts";
import { percentiles } from "./percentiles.ts";
import { pointReads } from "./point-reads.ts";
import { print, type Tell } from "./tell.ts";

/** How many repetitions of everything. */
export interface DurableAmount {
  /** Orchestrations for the warm-up, and as many again that are measured. */
  singles: number;
  /** How many orchestrations run at once. The numbers are measured one after the other. */
  atOnce: readonly number[];
  cycles: number;
  creates: number;
  pointReads: number;
  sleepers: number;
  /** How many of the sleepers are woken. */
  woken: number;
  /** The number of events in the longest history. */
  history: number;
  timers: { instances: number; each: number };
}

/** The amounts for the page of figures. They take about two minutes. */
const usual: DurableAmount = {
  singles: 300,
  atOnce: [200, 10_000],
  cycles: 5000,
  creates: 20_000,
  pointReads: 40_000,
  sleepers: 10_000,
  woken: 5000,
  history: 10_000,
  timers: { instances: 100, each: 1000 },
};

/** The number of clients at a time, if there are several. */
const clients = 50;

/**
 * Benchmarks the durable engine with unmodified durable-functions, over HTTP, with every state change on disk before it takes effect. The figures are
 * for people.
 * @throws Error if the engine gives a wrong answer
 */
export async function durableEngine(amount: DurableAmount = usual, tell: Tell = print): Promise<void> {
  const line = (what: string, figure: string) => tell(`  ${what.padEnd(58)} ${figure}`);
  tell(`Durable engine (${hardware()})\n`);
  const measured = await Measured.start();
  try {
    const { ready } = measured;
    line("start to ready", `${ready.localAzure.toFixed(0)} ms, with the start of Node ${ready.process.toFixed(0)} ms`);
    await orchestrations(measured, amount, line);
    await cycles(measured, amount, line);
    await requests(measured, amount, line);
    await sleepers(measured, amount, line);
    await longHistory(measured, amount, line);
    await timers(measured, amount, line);
    const { rss } = await measured.command("memory");
    line("memory of the whole process after all that", `${(rss / 2 ** 20).toFixed(0)} MB`);
  } finally {
    await measured.stop();
  }
}

type Line = (what: string, figure: string) => void;

const perSecond = (count: number, milliseconds: number) => `${Math.round((count * 1000) / milliseconds)} a second`;
const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(2)} s`;
const counted = (count: number) => count.toLocaleString("en");

async function timed(run: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await run();
  return performance.now() - began;
}

async function orchestrations(measured: Measured, { singles, atOnce }: DurableAmount, line: Line): Promise<void> {
  const whole = () => measured.startInstance("three", { wait: true });
  await many(singles, 10, whole);
  const latencies: number[] = [];
  await many(singles, 1, async () => latencies.push(await timed(whole)));
  line("one orchestration of three activities, start to end", percentiles(latencies));
  for (const count of atOnce) {
    const time = await timed(async () => {
      await many(count, clients, () => measured.startInstance("three"));
      await measured.command("settle");
    });
    line(`${counted(count)} of them at once`, `${perSecond(count, time)} (${seconds(time)})`);
  }
}

async function cycles(measured: Measured, { cycles: rounds }: DurableAmount, line: Line): Promise<void> {
  const steps: number[] = [];
  const whole = await timed(async () => {
    await many(rounds, clients, async (n) => {
      await measured.startInstance("sleeper", { id: `w${n}`, input: { order: n } });
      steps.push(await measured.wake(`w${n}`));
    });
    await measured.command("settle");
  });
  line(`whole cycles (start, wait, event, step), ${clients} at a time`, perSecond(rounds, whole));
  line("event → next activity began, in those", percentiles(steps));
}

async function requests(measured: Measured, { creates, pointReads: reads }: DurableAmount, line: Line): Promise<void> {
  const raw = await measured.creates("sleeper", creates, "r");
  await measured.command("settle");
  line("starts over 64 raw connections", `${Math.round(raw)} a second`);
  line("point reads of Cosmos DB over 64", `${Math.round(await pointReads(measured.cosmos, reads))} a second`);
}

async function sleepers(measured: Measured, { sleepers: count, woken }: DurableAmount, line: Line): Promise<void> {
  const before = await measured.command("memory");
  const falling = await timed(async () => {
    await many(count, clients, (n) => measured.startInstance("sleeper", { id: `s${n}`, input: { order: n } }));
    await measured.command("settle");
  });
  const after = await measured.command("memory");
  line(`${counted(count)} instances falling asleep (event against timer)`, perSecond(count, falling));
  line("memory of a sleeping instance", `${((after.heapUsed - before.heapUsed) / count / 1024).toFixed(2)} KB`);

  const wakes: number[] = [];
  const waking = await timed(async () => {
    await many(woken, clients, async (n) => wakes.push(await measured.wake(`s${n}`)));
    await measured.command("settle");
  });
  line(`event → next activity began, ${clients} at a time, ${counted(count)} asleep`, percentiles(wakes));
  line("the same, cycles", perSecond(woken, waking));
}

async function longHistory(measured: Measured, { history }: DurableAmount, line: Line): Promise<void> {
  await measured.startInstance("long", { id: "long" });
  await measured.command("settle");
  const late: number[] = [];
  let events = 0;
  const growing = await timed(async () => {
    for (let step = 0; events < history; step++) {
      late.push(await measured.wake("long"));
      await measured.command("settle");
      if (step % 50 === 0) events = (await measured.command("events long")).events;
    }
  });
  line(
    `history of ${counted(history)} events, grown event by event`,
    `${seconds(growing)}, ${counted(late.length)} steps`,
  );
  line("event → next activity at its beginning", percentiles(late.slice(0, 50)));
  line("event → next activity at its end", percentiles(late.slice(-50)));
}

async function timers(measured: Measured, { timers: { instances, each } }: DurableAmount, line: Line): Promise<void> {
  const setting = await timed(async () => {
    const input = { count: each, minutes: 60 };
    await many(instances, clients, () => measured.startInstance("timers", { input }));
    await measured.command("settle");
  });
  const all = `${counted(instances * each)} timers`;
  line(`${all} (${counted(instances)} instances of ${counted(each)}), set`, seconds(setting));
  line(`${all}, fired by moving the clock`, seconds(await timed(() => measured.command("advance 61"))));
}

if (process.argv[1] === import.meta.filename) await durableEngine();
