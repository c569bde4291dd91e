import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { kept } from "../../../functions/platform/kept.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.parse("2040-06-15T12:00:00Z") });
});
afterEach(() => {
  vi.useRealTimers();
});

const counted = () => {
  let reads = 0;
  return kept(1_000, async (key) => `${key} ${++reads}`);
};

test("what was read is good for so long, for each key by itself", async () => {
  const read = counted();
  expect(await Promise.all([read("a"), read("a"), read("b")])).toEqual(["a 1", "a 1", "b 2"]);
  vi.setSystemTime(Date.now() + 999);
  expect(await read("a")).toBe("a 1");
  vi.setSystemTime(Date.now() + 1);
  expect(await read("a")).toBe("a 3");
});

test("a clock that is put back makes nothing good for longer", async () => {
  const read = counted();
  expect(await read("a")).toBe("a 1");
  vi.setSystemTime(Date.now() - 60_000);
  expect(await read("a")).toBe("a 2");
});

test("a failure is told to those who wait for it, and to nobody after them", async () => {
  let fails = true;
  const read = kept(1_000, async () => {
    if (fails) throw new Error("away");
    return "there";
  });
  await Promise.all([read("a"), read("a")].map((each) => expect(each).rejects.toThrow("away")));
  fails = false;
  expect(await read("a")).toBe("there");
});
