import { expect, test } from "vitest";
import { Work } from "../../../local/kernel/work.ts";

test("idle waits for what is under way and for what follows from it", async () => {
  const work = new Work();
  const seen: string[] = [];
  const end = work.begin("first");
  setImmediate(() => {
    const next = work.begin("second");
    end();
    setImmediate(() => {
      seen.push("second done");
      next();
    });
  });
  await work.idle();
  expect(seen).toEqual(["second done"]);
});

test("names what is under way, and ending twice counts once", () => {
  const work = new Work();
  const end = work.begin("delivery");
  work.begin("delivery");
  work.begin("request");
  expect(work.pending).toEqual({ delivery: 2, request: 1 });
  end();
  end();
  expect(work.pending).toEqual({ delivery: 1, request: 1 });
});

test("tracked work ends when its promise fails", async () => {
  const work = new Work();
  await expect(work.track("request", Promise.reject(new Error("no")))).rejects.toThrow("no");
  await work.idle();
  expect(work.pending).toEqual({});
});
