import { createHash } from "node:crypto";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { answerChallenge, startChallenge } from "../../../functions/identity/challenges.ts";
import { sendCode } from "../../../functions/identity/send-code.ts";
import type { Network } from "../../../functions/platform/client-address.ts";
import { type Sms, startSms } from "../../../local/sms/index.ts";
import { parts, type Services, startServices } from "./services.ts";

const own = parts();
let services: Services;
let sms: Sms;
let phones = 0;
const logged: unknown[] = [];
const note = (...args: unknown[]) => void logged.push(args);
const log = { error: note, warn: note };
const here: [Network] = [{ name: "203.0.113.9", wide: false }];

beforeAll(async () => {
  sms = await startSms(own, { port: 0 });
  services = await startServices({ SMS: sms.connectionString });
});
afterAll(async () => {
  await services.close();
  await sms.close();
  own.clock.close();
});
afterEach(() => {
  vi.useRealTimers();
});

const newPhone = () => `+121255501${String(phones++).padStart(2, "0")}`;
const later = (milliseconds: number) => vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + milliseconds });
const problem = (code: string, more: object = {}) =>
  expect.objectContaining({ problem: expect.objectContaining({ code, ...more }) });
const sent = (phone: string) => /\d{6}/.exec(sms.messages(phone)[0]?.message ?? "")?.[0] ?? "";
const wrong = (code: string) => String((Number(code) + 1) % 1_000_000).padStart(6, "0");

async function begin(phone = newPhone()) {
  const { challenge } = await startChallenge({ phone }, here, log);
  return { phone, challenge, code: sent(phone) };
}

test("the code that was sent lets its receiver in, once", async () => {
  const { phone, challenge, code } = await begin();
  expect(await answerChallenge(challenge, code)).toBe(phone);
  await expect(answerChallenge(challenge, code)).rejects.toEqual(problem("challenge-over", { status: 410 }));
});

test("of two who come with the right code at once one gets in", async () => {
  const { challenge, code } = await begin();
  const outcomes = await Promise.allSettled([answerChallenge(challenge, code), answerChallenge(challenge, code)]);
  expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
});

test("wrong codes are counted down, the last one ends it, and then even the right one is too late", async () => {
  const { challenge, code } = await begin();
  for (const attemptsLeft of [4, 3, 2, 1]) {
    await expect(answerChallenge(challenge, wrong(code))).rejects.toEqual(problem("wrong-code", { attemptsLeft }));
  }
  await expect(answerChallenge(challenge, wrong(code))).rejects.toEqual(problem("challenge-over", { attemptsLeft: 0 }));
  await expect(answerChallenge(challenge, code)).rejects.toEqual(problem("challenge-over"));
});

test("guesses made at once cannot share an attempt", async () => {
  const { challenge, code } = await begin();
  const outcomes = await Promise.allSettled(Array.from({ length: 100 }, () => answerChallenge(challenge, wrong(code))));
  const problems = outcomes.map((outcome) => (outcome.status === "rejected" ? outcome.reason.problem : undefined));
  // A judged guess says how many are left; one that came too late does not.
  expect(problems.filter((each) => each?.attemptsLeft !== undefined)).toHaveLength(5);
  expect(problems.filter((each) => each?.code === "challenge-over")).toHaveLength(96);
});

test("guessing at one challenge takes nothing from another of the same number", async () => {
  const phone = newPhone();
  const first = await begin(phone);
  for (let guess = 0; guess < 5; guess++)
    await answerChallenge(first.challenge, wrong(first.code)).catch(() => undefined);
  later(31_000);
  const second = await begin(phone);
  expect(await answerChallenge(second.challenge, second.code)).toBe(phone);
});

test("a code is good for five minutes and no longer, even after a try at its end", async () => {
  const { challenge, code } = await begin();
  later(299_000);
  await answerChallenge(challenge, wrong(code)).catch(() => undefined);
  later(2_000);
  await expect(answerChallenge(challenge, code)).rejects.toEqual(problem("challenge-over"));
});

test("a challenge that never was is answered like one that is over", async () => {
  await expect(answerChallenge("a".repeat(43), "123456")).rejects.toEqual(problem("challenge-over"));
});

test("asking again within thirty seconds is refused with the time, and no message is sent", async () => {
  const { phone } = await begin();
  await expect(begin(phone)).rejects.toEqual(problem("resend-too-soon", { status: 429, retryAt: expect.any(String) }));
  expect(sms.messages(phone)).toHaveLength(1);
});

test("neither the code nor the challenge lies in the database, nor any hash of the code alone", async () => {
  const { challenge, code } = await begin();
  const text = JSON.stringify((await services.container("identity").items.readAll().fetchAll()).resources);
  expect(text).not.toContain(challenge);
  expect(text).not.toContain(`"${code}"`);
  expect(text).not.toContain(createHash("sha256").update(code).digest("hex"));
});

test("a number that messages cannot be sent to is refused, and the log does not tell it", async () => {
  const phone = newPhone();
  const refused = sendCode({ phone: phone.slice(1) }, "123456", new Date().toISOString(), log);
  await expect(refused).rejects.toEqual(problem("sms-refused"));
  expect(logged.length).toBeGreaterThan(0);
});

test("a number in national notation is read in the caller's country", async () => {
  const phone = newPhone();
  await startChallenge({ phone: `(212) 555-${phone.slice(-4)}`, country: "US" }, here, log);
  expect(sms.messages(phone)).toHaveLength(1);
});

test.each([
  ["+1 900 555 0100", "number-not-served"],
  ["+870 773 112 345", "number-not-served"],
  ["+234 803 123 4567", "country-not-served"],
  ["+1 876 555 0123", "country-not-served"],
])("no message goes to %s", async (phone, code) => {
  const errors = [expect.objectContaining({ path: "phone" })];
  await expect(startChallenge({ phone }, here, log)).rejects.toEqual(problem(code, { status: 400, errors }));
  expect(sms.messages(phone.replaceAll(" ", ""))).toEqual([]);
});

test("nothing that was logged holds a number or a code", () => {
  expect(JSON.stringify(logged)).not.toMatch(/1212555|\b\d{6}\b/);
});
