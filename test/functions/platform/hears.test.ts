import { expect, test } from "vitest";
import { hearers } from "../../../contracts/hearers.ts";
import { toldAgain } from "../../../contracts/replay.ts";
import { asBefore, isFor, tellAll } from "../../../functions/platform/hears.ts";
import { sampleOf } from "../../../tools/events/inject.ts";

const [workflows, insights, publisher] = (["workflows", "insights", "publisher"] as const).map((name) => ({
  name,
  types: hearers[name],
}));
const all = [workflows, insights, publisher].flatMap((one) => one ?? []);
const told = (event: unknown) => all.filter((hearer) => isFor(hearer, event)).map(({ name }) => name);

test("an event is for those who hear its type, and told again for the one that it names", () => {
  expect(told(sampleOf("order.submitted"))).toEqual(["workflows", "publisher"]);
  expect(told(sampleOf("order.collected"))).toEqual(["insights", "publisher"]);
  expect(told(sampleOf("order.claimed"))).toEqual(["publisher"]);
  expect(told(toldAgain(sampleOf("order.ready"), "run", "insights"))).toEqual(["insights"]);
  expect(told(toldAgain(sampleOf("order.ready"), "run", "tally"))).toEqual([]);
  // What is none, each that hears all may refuse.
  expect(told({ id: "x", type: "odd", subject: "stores/main" })).toEqual(["publisher"]);
  expect(told(undefined)).toEqual(["publisher"]);
});

test("what somebody failed at is told to that one as it was told before", () => {
  const event = sampleOf("order.claimed");
  const subject = `again/publisher/${event.subject}`;
  expect(asBefore({ ...event, subject })).toEqual({ name: "publisher", event });
  for (const other of [event, { ...event, subject: `again/tally/${event.subject}` }, undefined])
    expect(() => asBefore(other)).toThrow("Nobody is told again");
});

test("several hear at the same time; what one fails at is handed on, and where that fails all hear again", async () => {
  const did: string[] = [];
  let free: () => void = () => undefined;
  const part = (name: string, fails = false) => ({
    name,
    work: async () => {
      did.push(name);
      if (name === "slow") await new Promise<void>((done) => (free = done));
      if (fails) throw new Error(`${name} is down`);
    },
  });
  const handedOn: string[] = [];
  const telling = tellAll([part("slow"), part("down", true), part("up")], async (name, error) => {
    handedOn.push(`${name}: ${error}`);
  });
  await Promise.resolve();
  expect(did).toEqual(["slow", "down", "up"]);
  free();
  await telling;
  expect(handedOn).toEqual(["down: Error: down is down"]);
  const lost = tellAll([part("down", true), part("up")], async () => {
    throw new Error("there is no topic");
  });
  await expect(lost).rejects.toThrow("there is no topic");
});
