import fc from "fast-check";
import { expect, test } from "vitest";
import { LockStep, type Turner } from "../../../local/kernel/lock-step.ts";
import { RepeatableBytes } from "../../../local/kernel/repeatable-bytes.ts";
import { Work } from "../../../local/kernel/work.ts";

/** A thread that says in its turn what it was asked, and whose turn lasts until it is let. */
class Thread implements Turner {
  readonly turns: { now: number; end(): void }[] = [];
  asked: string[] = [];
  nextDue: number | undefined;
  readonly #taken: string[];
  readonly #name: string;

  constructor(name: string, taken: string[]) {
    this.#name = name;
    this.#taken = taken;
  }

  get isAsked(): boolean {
    return this.asked.length > 0;
  }

  turn(now: number): Promise<() => void> {
    const asked = this.asked.splice(0);
    if (this.nextDue !== undefined && this.nextDue <= now) {
      asked.push("timer");
      this.nextDue = undefined;
    }
    return new Promise((over) => {
      const take = () => void this.#taken.push(...asked.map((what) => `${this.#name} ${what}`));
      this.turns.push({ now, end: () => over(take) });
    });
  }
}

/** Long enough for whatever is to come. */
const aWhile = async () => {
  for (let turn = 0; turn < 40; turn++) await new Promise((next) => setImmediate(next));
};

function two(seed = "1") {
  const taken: string[] = [];
  const work = new Work();
  const step = new LockStep(work, () => chance.random());
  const chance = new RepeatableBytes(seed);
  const [a, b] = [new Thread("a", taken), new Thread("b", taken)];
  step.add(a);
  step.add(b);
  return { taken, work, step, a, b };
}

test("all who are asked have their turn at once, and what they say is taken in when all are done, in the order in which they came", async () => {
  const { taken, work, step, a, b } = two();
  b.asked.push("2");
  a.asked.push("1");
  step.tell();
  await aWhile();
  expect([a.turns.length, b.turns.length, work.count]).toEqual([1, 1, 1]);
  b.turns[0]?.end();
  a.asked.push("3");
  step.tell();
  await aWhile();
  // The other is still at it.
  expect([taken, a.turns.length]).toEqual([[], 1]);
  a.turns[0]?.end();
  await aWhile();
  expect([taken, a.turns.length]).toEqual([["a 1", "b 2"], 2]);
  a.turns[1]?.end();
  await aWhile();
  expect([taken, work.count]).toEqual([["a 1", "b 2", "a 3"], 0]);
});

test("nobody has a turn while a thread begins or ends", async () => {
  const { step, a } = two();
  let begun = () => {};
  void step.during(new Promise<void>((resolve) => (begun = resolve)));
  a.asked.push("1");
  step.tell();
  await aWhile();
  expect(a.turns.length).toBe(0);
  begun();
  await aWhile();
  expect(a.turns.length).toBe(1);
});

test("time goes on to what is waited for next, one after the other, and only while somebody waits", async () => {
  const { taken, work, step, a, b } = two();
  a.nextDue = 500;
  b.nextDue = 3_000;
  const passed = step.pass(1_000).then(() => taken.push("passed"));
  await aWhile();
  expect([a.turns.length, taken]).toEqual([0, []]);
  const end = work.begin("a request");
  step.tell();
  await aWhile();
  expect(a.turns.map(({ now }) => now)).toEqual([500]);
  a.turns[0]?.end();
  await passed;
  await aWhile();
  expect(b.turns.map(({ now }) => now)).toEqual([3_000]);
  end();
  b.turns[0]?.end();
  await aWhile();
  expect(taken).toEqual(["a timer", "passed", "b timer"]);
});

test("of what may come something comes, each once, and the same again for the same chance", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(), { minLength: 1, maxLength: 40 }), fc.string(), (all, seed) => {
      const { now, later } = two(seed).step.draw(all);
      expect(now.length).toBeGreaterThan(0);
      expect([...now, ...later].toSorted()).toEqual(all.toSorted());
      expect(two(seed).step.draw(all)).toEqual({ now, later });
    }),
  );
  const orders = new Set(Array.from({ length: 200 }, (_, n) => two(`${n}`).step.draw([1, 2, 3]).now.join("")));
  expect(orders).toContain("123");
  expect(orders).toContain("321");
  // One of them is late.
  expect([...orders].some((order) => order.length < 3)).toBe(true);
});
