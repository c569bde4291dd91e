import fc from "fast-check";
import { expect, test } from "vitest";
import { sharedRead } from "../../../functions/platform/shared-read.ts";

/** A value that changes, and reads of it that take as long as they are told. */
function slowly() {
  let value = 0;
  const running: (() => void)[] = [];
  let begun = 0;
  return {
    change: () => ++value,
    read: () =>
      new Promise<number>((resolve) => {
        begun++;
        const seen = value;
        running.push(() => resolve(seen));
      }),
    async end() {
      running.shift()?.();
      await new Promise(setImmediate);
    },
    now: () => value,
    begun: () => begun,
  };
}

test("those who come while a read runs share the next one", async () => {
  const source = slowly();
  const ask = () => sharedRead("a", source.read);
  const first = ask();
  source.change();
  const others = [ask(), ask(), ask()];
  await source.end();
  expect(await first).toBe(0);
  source.change();
  const late = ask();
  await source.end();
  expect(await Promise.all(others)).toEqual([1, 1, 1]);
  await source.end();
  expect(await late).toBe(2);
  expect(source.begun()).toBe(3);
});

test("a read that fails fails for those who shared it, and for no one after", async () => {
  let times = 0;
  const read = async () => {
    times++;
    await new Promise(setImmediate);
    if (times < 3) throw new Error(`${times}`);
    return times;
  };
  const asked = [sharedRead("b", read), sharedRead("b", read), sharedRead("b", read)];
  expect((await Promise.allSettled(asked)).map((one) => (one as PromiseRejectedResult).reason.message)).toEqual([
    "1",
    "2",
    "2",
  ]);
  expect(await sharedRead("b", read)).toBe(3);
});

test("whoever asks learns of every change before they asked", async () => {
  const step = fc.constantFrom("ask", "change", "end");
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), fc.nat(), async (steps, key) => {
      const source = slowly();
      const answers: Promise<void>[] = [];
      for (const one of steps) {
        if (one === "change") source.change();
        else if (one === "end") await source.end();
        else {
          const least = source.now();
          answers.push(
            sharedRead(`c ${key}`, source.read).then((seen) => {
              expect(seen).toBeGreaterThanOrEqual(least);
            }),
          );
        }
      }
      const asked = answers.length;
      let left = true;
      const all = Promise.all(answers).then(() => {
        left = false;
      });
      while (left) await source.end();
      await all;
      expect(source.begun()).toBeLessThanOrEqual(asked);
    }),
  );
});
