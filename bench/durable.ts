import { cpus } from "node:os";
import { Measured } from "./durable-client.ts";
import { many } from "./many.ts";
import { percentiles } from "./percentiles.ts";
import { pointReads } from "./point-reads.ts";

/**
 * The durable engine with unmodified durable-functions on it, over HTTP, with every state change on disk before it takes effect: `node bench/durable.ts`. It takes about two
 * minutes; the figures are for people, nothing is asserted.
 */

const line = (what: string, figure: string) => process.stdout.write(`  ${what.padEnd(58)} ${figure}\n`);
const perSecond = (count: number, milliseconds: number) => `${Math.round((count * 1000) / milliseconds)} a second`;
const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(2)} s`;

async function timed(run: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await run();
  return performance.now() - began;
}

process.stdout.write(
  `Durable engine (${cpus().length} cores, ${cpus()[0]?.model ?? "unknown"}, Node ${process.version})\n\n`,
);
const measured = await Measured.start();
const { ready } = measured;
line("start to ready", `${ready.localAzure.toFixed(0)} ms, with the start of Node ${ready.process.toFixed(0)} ms`);

// Until the code is warm.
await many(300, 10, () => measured.startInstance("three", { wait: true }));

const latencies: number[] = [];
await many(300, 1, async () => latencies.push(await timed(() => measured.startInstance("three", { wait: true }))));
line("one orchestration of three activities, start to end", percentiles(latencies));

for (const count of [200, 10_000]) {
  const time = await timed(async () => {
    await many(count, 50, () => measured.startInstance("three"));
    await measured.command("settle");
  });
  line(`${count.toLocaleString("en")} of them at once`, `${perSecond(count, time)} (${seconds(time)})`);
}

const steps: number[] = [];
const rounds = 5000;
const whole = await timed(async () => {
  await many(rounds, 50, async (n) => {
    await measured.startInstance("sleeper", { id: `w${n}`, input: { order: n } });
    steps.push(await measured.wake(`w${n}`));
  });
  await measured.command("settle");
});
line("whole cycles (start, wait, event, step), 50 at a time", perSecond(rounds, whole));
line("event → next activity began, in those", percentiles(steps));

const raw = await measured.creates("sleeper", 20_000, "r");
await measured.command("settle");
line("starts over 64 raw connections", `${Math.round(raw)} a second`);
line("point reads of Cosmos DB over 64", `${Math.round(await pointReads(measured.cosmos, 40_000))} a second`);

const sleepers = 10_000;
const before = await measured.command("memory");
const falling = await timed(async () => {
  await many(sleepers, 50, (n) => measured.startInstance("sleeper", { id: `s${n}`, input: { order: n } }));
  await measured.command("settle");
});
const after = await measured.command("memory");
line("10,000 instances falling asleep (event against timer)", perSecond(sleepers, falling));
line("memory of a sleeping instance", `${((after.heapUsed - before.heapUsed) / sleepers / 1024).toFixed(2)} KB`);

const wakes: number[] = [];
const cycles = 5000;
const waking = await timed(async () => {
  await many(cycles, 50, async (n) => wakes.push(await measured.wake(`s${n}`)));
  await measured.command("settle");
});
line("event → next activity began, 50 at a time, 10,000 asleep", percentiles(wakes));
line("the same, cycles", perSecond(cycles, waking));

await measured.startInstance("long", { id: "long" });
await measured.command("settle");
const late: number[] = [];
let events = 0;
const growing = await timed(async () => {
  for (let step = 0; events < 10_000; step++) {
    late.push(await measured.wake("long"));
    await measured.command("settle");
    if (step % 50 === 0) events = (await measured.command("events long")).events;
  }
});
line("history of 10,000 events, grown event by event", `${seconds(growing)}, ${late.length} steps`);
line("event → next activity at its beginning", percentiles(late.slice(0, 50)));
line("event → next activity at its end", percentiles(late.slice(-50)));

const [instances, each] = [100, 1000];
const setting = await timed(async () => {
  await many(instances, 50, () => measured.startInstance("timers", { input: { count: each, minutes: 60 } }));
  await measured.command("settle");
});
line("100,000 timers (100 instances of 1,000), set", seconds(setting));
const firing = await timed(() => measured.command("advance 61"));
line("100,000 timers, fired by moving the clock", seconds(firing));

const { rss } = await measured.command("memory");
line("memory of the whole process after all that", `${(rss / 2 ** 20).toFixed(0)} MB`);
await measured.stop();
