import { expect, test } from "vitest";
import { LockStep } from "../../../local/kernel/lock-step.ts";
import { RepeatableBytes } from "../../../local/kernel/repeatable-bytes.ts";
import { makeApp, makeWorld, until } from "./harness.ts";

const source = `
import { app } from "@azure/functions";
import { promisify } from "node:util";
import crypto, { randomBytes, randomFillSync, randomInt, randomUUID } from "node:crypto";
const json = (jsonBody) => ({ jsonBody });
const over = [];
app.get("draws", async () => json([
  Math.random(), randomUUID(), crypto.randomUUID(), globalThis.crypto.randomUUID(),
  randomBytes(8).toString("hex"), randomInt(1_000_000), randomInt(5, 8),
  [...globalThis.crypto.getRandomValues(new Uint16Array(3))],
  randomFillSync(Buffer.alloc(6), 2, 3).toString("hex"),
  await new Promise((drawn) => randomBytes(4, (_, bytes) => drawn(bytes.toString("hex")))),
  await promisify(randomInt)(1_000_000),
]));
app.get("waits", async (request) => {
  const seconds = Number(request.query.get("for"));
  await new Promise((after) => setTimeout(after, seconds * 1_000));
  over.push(seconds);
  return json(over);
});
app.get("timers", async () => {
  const seen = [];
  clearTimeout(setTimeout(() => seen.push("cleared"), 10));
  const again = setTimeout(() => seen.push("again"), 20);
  const every = setInterval(() => seen.push("every"), 14);
  setTimeout(() => again.refresh(), 10);
  await new Promise((after) => setTimeout((...given) => { seen.push(...given); after(); }, 50, "given", "values"));
  clearInterval(every);
  seen.push(await promisify(setTimeout)(30, "later"));
  return json({ seen, hasRef: [again.hasRef(), every.unref().hasRef()] });
});
`;

/** The application on a host that works by turns with it, with what it draws from a seed. */
async function start(seed: string) {
  const chance = new RepeatableBytes(seed);
  const world = makeWorld();
  const lockStep = new LockStep(world.work, () => chance.random());
  const parts = { ...world.parts, lockStep };
  const host = await world.start(makeApp({ "src/a.js": source }), {}, parts);
  const ask = async (path: string) => (await fetch(`${host.origin}/api/${path}`)).json();
  return { world, lockStep, ask };
}

test("what an application draws by chance is the same again for the same seed", async () => {
  const drawn = await Promise.all(["1", "1", "2"].map(async (seed) => (await start(seed)).ask("draws")));
  expect(drawn[1]).toEqual(drawn[0]);
  const [one = [], , other = []] = drawn as unknown[][];
  expect(one).toHaveLength(11);
  for (const [at, value] of one.entries()) if (at !== 6) expect(other[at]).not.toEqual(value);
  expect([5, 6, 7]).toContain(one[6]);
  expect(one[8]).toMatch(/^0000[0-9a-f]{6}00$/);
  for (const id of one.slice(1, 4))
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/);
});

test("timers end one after the other, in the order of their times, while the clock stands and without waiting for the machine", async () => {
  const { world, lockStep, ask } = await start("1");
  const before = world.clock.now();
  // Requests come when the machine likes: no time passes before all are there.
  void lockStep.during(until(() => world.work.pending["function waits"] === 3));
  const answers = await Promise.all(["waits?for=5", "waits?for=9", "waits?for=2"].map(ask));
  expect(answers.at(1)).toEqual([2, 5, 9]);
  expect(world.clock.now()).toBe(before);
});

test("timers are as Node's are", async () => {
  const { ask } = await start("1");
  expect(await ask("timers")).toEqual({
    seen: ["every", "every", "again", "every", "given", "values", "later"],
    hasRef: [false, false],
  });
});
