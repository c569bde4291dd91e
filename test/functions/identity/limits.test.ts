import fc from "fast-check";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { takeCode } from "../../../functions/identity/limits.ts";
import { countForNumber, type NumberCount, uncountForNumber } from "../../../functions/identity/number-limit.ts";
import type { Network } from "../../../functions/platform/client-address.ts";
import { type Services, startServices } from "./services.ts";

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

/** Asks for a code at each of the moments and says what came of it. */
function ask(tries: { at: number; network: string }[]): ("sent" | "lock" | "limit")[] {
  let known: NumberCount | undefined;
  return tries.map(({ at, network }) => {
    const counted = countForNumber(known, network, at);
    if ("refused" in counted) return counted.refused;
    known = counted.count;
    return "sent";
  });
}

const every = (seconds: number, times: number, network: string, from = 0) =>
  Array.from({ length: times }, (_, index) => ({ at: from + index * seconds * second, network }));
const sentOf = (outcomes: string[]) => outcomes.filter((outcome) => outcome === "sent").length;

test("a second code within thirty seconds is refused, and after them sent", () => {
  expect(ask([0, 29.999, 30].map((s) => ({ at: s * second, network: "a" })))).toEqual(["sent", "lock", "sent"]);
});

test("one network gets half of a number's codes at once, a second half of the rest", () => {
  expect(sentOf(ask(every(31, 15, "a")))).toBe(5);
  expect(sentOf(ask([...every(31, 15, "a"), ...every(31, 5, "b", 15 * 31 * second)]).slice(15))).toBeGreaterThan(1);
});

test("who keeps asking for someone's number, even from several networks, cannot lock its owner out", () => {
  const attackers = ["a", "b", "c", "d"].flatMap((network, index) => every(31, 160, network, index * 5 * second));
  for (const minutes of [20, 40, 80]) {
    // Within ten minutes and a resend pause the owner, who has had none, gets one.
    const owner = Array.from({ length: 22 }, (_, index) => ({
      at: minutes * minute + index * 31 * second,
      network: "me",
    }));
    const tries = [...attackers, ...owner].sort((one, other) => one.at - other.at);
    const outcomes = ask(tries);
    expect(tries.some(({ network }, index) => network === "me" && outcomes[index] === "sent")).toBe(true);
  }
});

test("however one asks, no thirty seconds hold two codes, and an hour no more than sixteen", () => {
  const step = fc.record({ wait: fc.integer({ min: 0, max: 1200 }), network: fc.constantFrom(..."abcdefgh") });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      let at = 0;
      const tries = steps.map(({ wait, network }) => {
        at += wait * second;
        return { at, network };
      });
      const outcomes = ask(tries);
      const sent = tries.filter((_, index) => outcomes[index] === "sent").map((entry) => entry.at);
      for (let index = 1; index < sent.length; index++) {
        expect((sent[index] ?? 0) - (sent[index - 1] ?? 0)).toBeGreaterThanOrEqual(30 * second);
      }
      for (const start of sent)
        expect(sent.filter((t) => t >= start && t < start + hour).length).toBeLessThanOrEqual(16);
    }),
  );
});

test("at the moment that a refusal names, a code is sent, if nobody else asks", () => {
  const step = fc.record({ wait: fc.integer({ min: 0, max: 900 }), network: fc.constantFrom(..."abc") });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      let [at, known] = [0, undefined as NumberCount | undefined];
      for (const { wait, network } of steps) {
        at += wait * second;
        const counted = countForNumber(known, network, at);
        if ("count" in counted) known = counted.count;
        else expect(countForNumber(known, network, counted.retryAt)).toHaveProperty("count");
      }
    }),
  );
});

test("who is refused for the pause is told when the next code can be had, not when the next reason to wait begins", () => {
  let known: NumberCount | undefined;
  for (const at of [0, 30, 60, 90, 120]) {
    const counted = countForNumber(known, "a", at * second);
    if (!("count" in counted)) return expect.unreachable();
    known = counted.count;
  }
  const refused = countForNumber(known, "a", 121 * second);
  if (!("retryAt" in refused)) return expect.unreachable();
  expect(refused).toMatchObject({ refused: "lock" });
  expect(refused.retryAt).toBeGreaterThan(150 * second);
  expect(countForNumber(known, "a", refused.retryAt)).toHaveProperty("count");
  // Nobody else's code has been asked for from there.
  expect(countForNumber(known, "b", 121 * second)).toEqual({ refused: "lock", retryAt: 150 * second });
});

test("a code that was not sent leaves the count as it was, but for the pause", () => {
  const before = countForNumber(undefined, "a", 0);
  if (!("count" in before)) return expect.unreachable();
  const after = countForNumber(before.count, "b", minute);
  if (!("count" in after)) return expect.unreachable();
  const undone = uncountForNumber(after.count, "b", minute, false);
  expect(undone.used).toBeCloseTo(0.9);
  expect(undone.from.b?.count).toBe(0);
  expect(countForNumber(undone, "c", minute)).toMatchObject({ refused: "lock" });
  expect(countForNumber(uncountForNumber(after.count, "b", minute, true), "c", minute)).toHaveProperty("count");
});

let services: Services;
let phones = 0;
let hours = 0;
const told: string[] = [];
const log = { error: (text: string) => void told.push(text), warn: (text: string) => void told.push(text) };
beforeAll(async () => {
  services = await startServices({ CODES_PER_ADDRESS: "25", CODES_PER_HOUR: "60", CODES_PER_DAY: "90" });
});
afterAll(() => services.close());
/** Each test has a day of its own; Cosmos DB must not see a time too far from ours, so theirs go on together. */
beforeEach(async () => {
  const { clock } = services.parts;
  clock.hold();
  await clock.advance(25 * hour, () => Promise.resolve());
  vi.useFakeTimers({ toFake: ["Date"], now: clock.now() });
  told.length = 0;
  hours++;
});
afterEach(() => {
  vi.useRealTimers();
});

const advance = async (ms: number) => {
  const { clock } = services.parts;
  await clock.advance(ms, () => Promise.resolve());
  vi.setSystemTime(clock.now());
};
const newPhone = () => `+120255${String(phones++).padStart(5, "0")}`;
const network = (name: string): [Network] => [{ name: `${name} ${hours}`, wide: false }];
const problem = (code: string, more: object = {}) =>
  expect.objectContaining({ problem: expect.objectContaining({ code, ...more }) });
const atOnce = async (times: number, work: (index: number) => Promise<unknown>) =>
  cameOf(await Promise.allSettled(Array.from({ length: times }, (_, index) => work(index))));
const inTurn = async (times: number, work: (index: number) => Promise<unknown>) => {
  const outcomes: PromiseSettledResult<unknown>[] = [];
  for (let index = 0; index < times; index++) outcomes.push(...(await Promise.allSettled([work(index)])));
  return cameOf(outcomes);
};
const cameOf = (outcomes: PromiseSettledResult<unknown>[]) => {
  const refused = outcomes.flatMap((one) =>
    one.status === "rejected" ? [one.reason.problem?.code ?? one.reason] : [],
  );
  return { got: outcomes.length - refused.length, refused: [...new Set(refused)] };
};

test("of a hundred who ask for the same number at once one gets a code, and the network is charged one", async () => {
  const phone = newPhone();
  const { got, refused } = await atOnce(100, () => takeCode(phone, network("crowd"), log));
  expect({ got, refused }).toEqual({ got: 1, refused: ["resend-too-soon"] });
  expect((await atOnce(30, () => takeCode(newPhone(), network("crowd"), log))).got).toBe(24);
});

test("a whole crowd behind one address gets in at once up to its limit, exactly, and again in the next hour", async () => {
  const crowd = await atOnce(40, () => takeCode(newPhone(), network("hall"), log));
  expect(crowd).toEqual({ got: 25, refused: ["too-many-requests"] });
  await takeCode(newPhone(), network("elsewhere"), log);
  await advance(hour);
  await takeCode(newPhone(), network("hall"), log);
});

test("what was taken of an hour that is over is given back to none", async () => {
  const old = await takeCode(newPhone(), network("slow"), log);
  await advance(hour);
  expect((await atOnce(25, () => takeCode(newPhone(), network("slow"), log))).got).toBe(25);
  await old.unsent("failed");
  await expect(takeCode(newPhone(), network("slow"), log)).rejects.toEqual(problem("too-many-requests"));
});

test("tries that are refused use up nothing: who hammers stops neither the network nor another's number", async () => {
  const [victim, neighbour] = [newPhone(), newPhone()];
  await takeCode(victim, network("cafe"), log);
  for (let round = 0; round < 3; round++) await atOnce(30, () => takeCode(victim, network("cafe"), log));
  await takeCode(neighbour, network("cafe"), log);
  // A network that has used up its own does not touch a number that it asks for.
  await atOnce(40, () => takeCode(newPhone(), network("greedy"), log));
  const untouched = newPhone();
  await atOnce(20, () => takeCode(untouched, network("greedy"), log));
  await takeCode(untouched, network("home"), log);
});

test("what could not be sent counts for neither network nor stand, and the number has its pause", async () => {
  for (let round = 0; round < 70; round++) {
    const phone = newPhone();
    await (await takeCode(phone, network("outage"), log)).unsent("failed");
    if (round > 0) continue;
    await expect(takeCode(phone, network("outage"), log)).rejects.toEqual(problem("resend-too-soon"));
  }
  expect((await atOnce(30, () => takeCode(newPhone(), network("outage"), log))).got).toBe(25);
});

test("of numbers that take no message a network and the stand can try so many an hour, and no more; of those that are sent they have as many", async () => {
  const refused = async (from: string): Promise<void> => {
    await (await takeCode(newPhone(), network(from), log)).unsent("refused");
  };
  for (let n = 0; n < 10; n++) await takeCode(newPhone(), network("probing 0"), log);
  expect(await inTurn(40, () => refused("probing 0"))).toEqual({ got: 25, refused: ["too-many-requests"] });
  await takeCode(newPhone(), network("somebody else"), log);
  // Of all networks together three times as many as are sent, of which the owner is told once.
  const others = await inTurn(200, (n) => refused(`probing ${1 + (n % 20)}`));
  expect(others).toEqual({ got: 3 * 60 - 25, refused: ["codes-used-up"] });
  expect(
    told.filter((text) => /^SIGN-IN IS SHUT until .+: the SMS service refused 180 numbers/.test(text)),
  ).toHaveLength(1);
  await advance(hour);
  await takeCode(newPhone(), network("probing 0"), log);
});

test("all networks together are sent so many an hour and a day, exactly, and the owner is told in words", async () => {
  const spread = (index: number) => network(`bot ${index}`);
  expect(await atOnce(100, (index) => takeCode(newPhone(), spread(index), log))).toEqual({
    got: 60,
    refused: ["codes-used-up"],
  });
  expect(told.filter((text) => text.startsWith("SIGN-IN IS SHUT"))).toHaveLength(1);
  expect(told.filter((text) => text.startsWith("48 of 60 "))).toHaveLength(1);
  expect(told.join()).toContain("CODES_PER_HOUR");
  const refused = takeCode(newPhone(), network("guest"), log);
  await expect(refused).rejects.toEqual(problem("codes-used-up", { status: 503, retryAt: expect.any(String) }));
  await advance(hour);
  expect((await atOnce(60, (index) => takeCode(newPhone(), spread(index), log))).got).toBe(30);
  expect(told.at(-1)).toContain("CODES_PER_DAY");
  await advance(23 * hour);
  await takeCode(newPhone(), network("guest"), log);
});

test("of an IPv6 /48 all its /64 together have twice what one has", async () => {
  const from = (index: number): [Network, Network] => [
    { name: `2001:db8:${hours}:${index}::/64`, wide: false },
    { name: `2001:db8:${hours}::/48`, wide: true },
  ];
  expect((await atOnce(40, () => takeCode(newPhone(), from(0), log))).got).toBe(25);
  expect((await atOnce(59, (index) => takeCode(newPhone(), from(index + 1), log))).got).toBe(25);
});

test("nothing in the database names a network or a number", async () => {
  await takeCode("+12025559999", [{ name: "198.51.100.77", wide: false }], log);
  const text = JSON.stringify((await services.container("identity").items.readAll().fetchAll()).resources);
  expect(text).not.toMatch(/198\.51\.100|2025559999/);
});
