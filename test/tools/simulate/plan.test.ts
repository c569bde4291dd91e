import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { expect, test } from "vitest";
import type { Day } from "../../../tools/simulate/day.ts";
import { nthDay } from "../../../tools/simulate/days.ts";
import { differences } from "../../../tools/simulate/differences.ts";
import { mistakes, withMistake } from "../../../tools/simulate/mistakes.ts";
import { asTest } from "../../../tools/simulate/paste.ts";
import { slot } from "../../../tools/simulate/plan.ts";
import { shrink } from "../../../tools/simulate/shrink.ts";
import { Wires } from "../../../tools/simulate/wires.ts";

test("a day of a seed is the same again, and like no other", () => {
  expect(nthDay(7, 3)).toEqual(nthDay(7, 3));
  expect(nthDay(7, 3)).not.toEqual(nthDay(7, 4));
  expect(nthDay(8, 3)).not.toEqual(nthDay(7, 3));
});

test("over the days there is one of everything that people do and that goes wrong", () => {
  const days = Array.from({ length: 200 }, (_, n) => nthDay(1, n));
  for (const day of days) {
    expect(day.visits.length).toBeGreaterThanOrEqual(40);
    expect(day.visits.length).toBeLessThanOrEqual(80);
    expect(day.shifts.length).toBeGreaterThanOrEqual(2);
    expect(day.closes).toBeLessThan(slot / 2);
  }
  const kinds = <T>(of: (day: Day) => readonly T[], kind: (one: T) => string) => new Set(days.flatMap(of).map(kind));
  expect(
    kinds(
      ({ deeds }) => deeds,
      ({ does }) => does,
    ).size,
  ).toBe(7);
  expect(
    kinds(
      ({ troubles }) => troubles,
      ({ does }) => does,
    ).size,
  ).toBe(7);
  const harms = kinds(
    ({ troubles }) => troubles,
    (one) => (one.does === "fault" ? `${one.rule.service} ${one.rule.harm}` : ""),
  );
  for (const each of [
    "cosmos refuse",
    "cosmos lose-answer",
    "cosmos kill",
    "cosmos kill-after",
    "cosmos twice",
    "cosmos taken-over",
  ])
    expect(harms).toContain(each);
  for (const each of [
    "eventgrid late",
    "eventgrid twice",
    "durable lose",
    "durable fail",
    "sms refuse",
    "webpubsub kill",
  ])
    expect(harms).toContain(each);
  expect(days.filter(({ troubles }) => troubles.length === 0).length).toBeGreaterThan(5);
  expect(kinds((day) => [day.timeZone], String).size).toBe(15);
});

test("a day that fails is made smaller as long as it fails, and can be pasted as a test", async () => {
  const day = nthDay(1, 1);
  const [guilty] = day.visits.slice(20);
  const [cause] = day.troubles.slice(-1);
  const fails = async ({ visits, troubles }: Day) =>
    visits.includes(guilty as never) && troubles.includes(cause as never);
  const smallest = await shrink(day, fails, 200);
  expect(smallest.visits).toEqual([guilty]);
  expect(smallest.troubles).toEqual([cause]);
  expect([smallest.deeds.length, smallest.shifts.length]).toEqual([0, 1]);
  expect(asTest(smallest, ["queue"])).toContain(`${JSON.stringify(smallest)})).toEqual([]);`);
});

test("fifteen mistakes and more can be made in the application as it is", () => {
  expect(mistakes.length).toBeGreaterThanOrEqual(15);
  for (const mistake of mistakes) expect(withMistake(mistake)).toContain(mistake.wrong);
});

test("differences are told with their place", () => {
  expect(differences({ a: 1, b: { c: [1, 2] } }, { a: 1, b: { c: [1, 3] }, d: 4 })).toEqual([
    "b.c.1: 2 / 3",
    "d: undefined / 4",
  ]);
});

test("nothing is on its way between two ends of a connection when the clock goes on", async () => {
  const wires = new Wires();
  const heard: string[] = [];
  const server = createServer({ pauseOnConnect: true }, (socket) => {
    // Later than any number of turns: the machine is busy.
    setTimeout(() => socket.resume(), 50);
    socket.on("data", (data) => heard.push(String(data)));
  });
  try {
    const port = await new Promise<number>((listening) =>
      server.listen(0, "127.0.0.1", () => listening((server.address() as AddressInfo).port)),
    );
    expect(await wires.quiet()).toBe(false);
    const client = connect(port, "127.0.0.1");
    await once(server, "connection");
    client.write("told");
    expect(await wires.quiet()).toBe(true);
    expect(heard).toEqual(["told"]);
    expect(await wires.quiet()).toBe(false);
    client.destroy();
  } finally {
    server.close();
    wires.close();
  }
});
