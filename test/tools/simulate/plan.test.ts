import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { expect, test } from "vitest";
import { minute } from "../../../tools/robots/habits.ts";
import { customerPhone } from "../../../tools/robots/phones.ts";
import { fairsOf, nthFair } from "../../../tools/simulate/days.ts";
import { differences } from "../../../tools/simulate/differences.ts";
import type { Fair } from "../../../tools/simulate/fair.ts";
import { mistakes, withMistake } from "../../../tools/simulate/mistakes.ts";
import { asTest } from "../../../tools/simulate/paste.ts";
import { peopleOf } from "../../../tools/simulate/people.ts";
import { slot } from "../../../tools/simulate/plan.ts";
import { shrink } from "../../../tools/simulate/shrink.ts";
import { Wires } from "../../../tools/simulate/wires.ts";

test("a fair of a seed is the same again, and like no other", () => {
  expect(nthFair(7, 3)).toEqual(nthFair(7, 3));
  expect(nthFair(7, 3)).not.toEqual(nthFair(7, 4));
  expect(nthFair(8, 3)).not.toEqual(nthFair(7, 3));
});

test("days are simulated at as many stands as are at a fair, and are the same however many are asked for", () => {
  const numbers = (from: number, many: number) =>
    fairsOf(3, from, many, { stands: 8 }).map(({ n, fair }) => fair.stands.map(({ stand }) => n * 8 + stand));
  expect(numbers(0, 8)).toEqual([[0, 1, 2, 3, 4, 5, 6, 7]]);
  expect(numbers(6, 12)).toEqual([
    [6, 7],
    [8, 9, 10, 11, 12, 13, 14, 15],
    [16, 17],
  ]);
  const [whole, part] = [nthFair(3, 2), fairsOf(3, 17, 1)[0]?.fair];
  expect(part).toEqual({ ...whole, stands: whole.stands.slice(1, 2) });
});

test("nobody works at two stands but one helper, and some guests go to two", () => {
  const [phones, next] = [peopleOf(0), peopleOf(1)].map(({ staff }) => staff.map(({ phone }) => phone));
  expect(phones?.filter((phone) => next?.includes(phone))).toEqual([peopleOf(1).bar[2]]);
  const fair = nthFair(1, 0);
  const guests = fair.stands.map(({ visits }) => new Set(visits.map(({ guest }) => customerPhone(guest))));
  const inCommon = (one: number, other: number) =>
    [...(guests[one] ?? [])].filter((phone) => guests[other]?.has(phone));
  expect(inCommon(0, 1).length + inCommon(1, 2).length + inCommon(2, 3).length).toBeGreaterThan(2);
  expect(inCommon(0, 2)).toEqual([]);
});

test("over the days there is one of everything that people do and that goes wrong", () => {
  const fairs = Array.from({ length: 100 }, (_, n) => nthFair(1, n, { stands: 2 }));
  const days = fairs.flatMap(({ stands }) => stands);
  for (const day of days) {
    expect(day.visits.length).toBeGreaterThanOrEqual(40);
    expect(day.visits.length).toBeLessThanOrEqual(80);
    expect(day.shifts.length).toBeGreaterThanOrEqual(2);
  }
  const visits = days.map((day) => day.visits.length).sort((a, b) => a - b);
  expect(visits[visits.length / 2]).toBeLessThan(50);
  expect(visits.at(-5)).toBeGreaterThan(70);
  for (const { closes } of fairs) expect(closes).toBeLessThan(slot / 2);
  const kindsOf = <T>(all: readonly T[], kind: (one: T) => string) => new Set(all.map(kind));
  expect(kindsOf(fairs, ({ extensions }) => extensions).size).toBe(3);
  const deeds = days.flatMap((day) => day.deeds);
  expect(kindsOf(deeds, ({ does }) => does).size).toBe(16);
  const set = deeds.flatMap((deed) => (deed.does === "set" ? Object.keys(deed.settings) : []));
  expect(set).toContain("hours");
  expect(set).toContain("readyTexts");
  const all = days.flatMap((day) => day.visits);
  expect(all.filter(({ forgets }) => forgets !== undefined).length / days.length).toBeGreaterThan(1);
  expect(all.filter(({ byAdmin }) => byAdmin).length).toBeGreaterThan(20);
  expect(kindsOf(all, ({ signsOut }) => signsOut?.where ?? "stays").size).toBe(3);
  for (const does of ["wantsText", "insists", "choosesEarly"] as const)
    expect(all.some((visit) => visit[does])).toBe(true);
  const troubles = fairs.flatMap((fair) => fair.troubles);
  expect(kindsOf(troubles, ({ does }) => does).size).toBe(8);
  const harms = kindsOf(troubles, (one) => (one.does === "fault" ? `${one.rule.service} ${one.rule.harm}` : ""));
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
  expect(fairs.filter((fair) => fair.troubles.length === 0).length).toBeGreaterThan(5);
  expect(kindsOf(days, ({ timeZone }) => timeZone).size).toBe(15);
  const outages = troubles.flatMap((one) => (one.does === "outage" ? [one.lasts] : []));
  expect(Math.max(...outages)).toBeGreaterThan(5 * minute);
});

test("a day of a fair meets as much that goes wrong as one by itself", () => {
  const many = (does: string, stands: number) =>
    Array.from({ length: 40 }, (_, n) => nthFair(1, n, { stands }).troubles)
      .flat()
      .filter((one) => one.does === does).length;
  expect(many("fault", 4) / 4 / many("fault", 1)).toBeCloseTo(1, 0);
  expect(many("outage", 4)).toBe(many("outage", 1));
});

test("a fair that fails is made smaller as long as it fails, stand by stand first, and can be pasted as a test", async () => {
  const fair = nthFair(1, 1);
  const [guilty] = fair.stands[5]?.visits.slice(20) ?? [];
  const [cause] = fair.troubles.slice(-1);
  const fails = async ({ stands, troubles }: Fair) =>
    stands.some(({ visits }) => visits.includes(guilty as never)) && troubles.includes(cause as never);
  const smallest = await shrink(fair, fails, 200);
  expect(smallest.stands.map(({ stand }) => stand)).toEqual([5]);
  expect(smallest.troubles).toEqual([cause]);
  const [day] = smallest.stands;
  expect(day?.visits).toEqual([guilty]);
  expect([day?.deeds.length, day?.shifts.length]).toEqual([0, 1]);
  expect(asTest(smallest, ["queue"])).toContain(`simulateFair(${JSON.stringify(smallest)});`);
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
