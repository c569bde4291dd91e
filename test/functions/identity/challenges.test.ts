import { createHash } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { answerChallenge, startChallenge } from "../../../functions/identity/challenges.ts";
import { randomSecret, tokenOf } from "../../../functions/identity/secrets.ts";
import { sendCode } from "../../../functions/identity/send-code.ts";
import type { Network } from "../../../functions/platform/client-address.ts";
import type { Refusal } from "../../../functions/platform/refusal.ts";
import { FaultRules } from "../../../local/faults/rules.ts";
import { type Sms, startSms } from "../../../local/sms/index.ts";
import { parts, type Services, startServices } from "./services.ts";

const own = { ...parts(), faults: new FaultRules() };
let services: Services;
let sms: Sms;
let phones = 0;
const logged: unknown[] = [];
const note = (...args: unknown[]) => void logged.push(args);
const log = { error: note, warn: note };
const here: [Network] = [{ name: "203.0.113.9", wide: false }];

beforeAll(async () => {
  sms = await startSms(own, { port: 0 });
  services = await startServices({ SMS: sms.connectionString }, own.faults);
});
afterAll(async () => {
  await services.close();
  await sms.close();
  own.clock.close();
});
afterEach(() => {
  own.faults.clear();
  vi.useRealTimers();
});

const newPhone = () => `+121255501${String(phones++).padStart(2, "0")}`;
const later = (milliseconds: number) => {
  const now = Date.now() + milliseconds;
  vi.useRealTimers();
  vi.useFakeTimers({ toFake: ["Date"], now });
};
const problem = (code: string, more: object = {}) =>
  expect.objectContaining({ problem: expect.objectContaining({ code, ...more }) });
const sent = (phone: string) => /\d{6}/.exec(sms.messages(phone)[0]?.message ?? "")?.[0] ?? "";
const wrong = (code: string, by = 1) => String((Number(code) + by) % 1_000_000).padStart(6, "0");

async function begin(phone = newPhone()) {
  const { challenge } = await startChallenge({ phone }, here, log);
  return { phone, challenge, code: sent(phone) };
}

test("the code that was sent lets its receiver in, and sent again it is the same session", async () => {
  const { phone, challenge, code } = await begin();
  const first = await answerChallenge(challenge, code);
  expect(first).toEqual({ phone, token: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/) });
  for (let again = 0; again < 6; again++) expect(await answerChallenge(challenge, code)).toEqual(first);
  // Another code in between, and it is another try.
  for (const attemptsLeft of [3, 1]) {
    await expect(answerChallenge(challenge, wrong(code))).rejects.toEqual(problem("wrong-code", { attemptsLeft }));
    expect(await answerChallenge(challenge, code)).toEqual(first);
  }
  await expect(answerChallenge(challenge, wrong(code))).rejects.toEqual(problem("challenge-over", { status: 410 }));
});

test("the right code sent twice at once is one session", async () => {
  const { challenge, code } = await begin();
  const both = await Promise.all([answerChallenge(challenge, code), answerChallenge(challenge, code)]);
  expect(new Set(both.map(({ token }) => token)).size).toBe(1);
});

test("a wrong code sent again, since no answer came, is one try", async () => {
  const { challenge, code } = await begin();
  for (let again = 0; again < 3; again++)
    await expect(answerChallenge(challenge, wrong(code))).rejects.toEqual(problem("wrong-code", { attemptsLeft: 4 }));
  await expect(answerChallenge(challenge, wrong(code, 2))).rejects.toEqual(problem("wrong-code", { attemptsLeft: 3 }));
});

test("neither who reads the request later nor who has the challenge alone can make the token", async () => {
  const { challenge, code } = await begin();
  const { token } = await answerChallenge(challenge, code);
  for (const salt of ["", "undefined", code, challenge]) expect(tokenOf(challenge, code, salt)).not.toBe(token);
  // What it takes besides goes with the challenge.
  const id = `challenge:${createHash("sha256").update(challenge).digest("hex")}`;
  const { resource } = await services.container("identity").item(id, id).read();
  expect(tokenOf(challenge, code, resource.salt)).toBe(token);
  expect(resource.ttl).toBe(300);
});

describe("asked for again with the challenge of one's own", () => {
  const outcomeOf = (asked: Promise<unknown>) =>
    asked.then(
      () => "sent",
      (error: Refusal) => error.problem.code,
    );
  /** How many of the codes that a number may have were used. */
  const usedOf = async (phone: string) => {
    const id = `limit:number:${createHash("sha256").update(phone).digest("hex")}`;
    return (await services.container("identity").item(id, id).read()).resource.used;
  };
  const ofOnesOwn = () => ({ phone: newPhone(), challenge: randomSecret() });

  test("it is the same, and one message", async () => {
    const asked = ofOnesOwn();
    const first = await startChallenge(asked, here, log);
    expect(first.challenge).toBe(asked.challenge);
    const again = await startChallenge(asked, here, log);
    expect({ ...again, now: first.now }).toEqual(first);
    later(31_000);
    expect({ ...(await startChallenge(asked, here, log)), now: first.now }).toEqual(first);
    expect(sms.messages(asked.phone)).toHaveLength(1);
    expect((await answerChallenge(asked.challenge, sent(asked.phone))).phone).toBe(asked.phone);
  });

  test("when its code is over, another is sent", async () => {
    const asked = ofOnesOwn();
    await startChallenge(asked, here, log);
    later(290_000);
    await answerChallenge(asked.challenge, "000000").catch(() => undefined);
    later(20_000);
    const { expiresAt, now } = await startChallenge(asked, here, log);
    expect(Date.parse(expiresAt) - Date.parse(now)).toBeGreaterThan(299_000);
    expect(sms.messages(asked.phone)).toHaveLength(2);
  });

  test("while the first is at work, it is told to wait a moment and not for another code", async () => {
    const asked = ofOnesOwn();
    own.faults.add({ service: "sms", harm: "delay", milliseconds: 60_000, times: 1 });
    const outcomes: string[] = [];
    const all = [0, 1, 2].map(async () => outcomes.push(await outcomeOf(startChallenge(asked, here, log))));
    await expect.poll(() => outcomes).toEqual(["try-again", "try-again"]);
    await expect.poll(() => own.faults.list()).toEqual([]);
    own.faults.clear();
    await Promise.all(all);
    expect(outcomes.at(-1)).toBe("sent");
    expect(await outcomeOf(startChallenge(asked, here, log))).toBe("sent");
    expect(sms.messages(asked.phone)).toHaveLength(1);
  });

  test.each([
    ["could not be sent", { harm: "refuse", status: 400, times: 1 }, "try-again"],
    ["is still tried to be sent, and then is not", { harm: "refuse", status: 503, retryAfter: 500 }, "try-again"],
  ] as const)("of a message that %s it is not said that it was", async (_, harm, code) => {
    const asked = ofOnesOwn();
    own.faults.add({ service: "sms", ...harm });
    const first = outcomeOf(startChallenge(asked, here, log));
    // Until it has been refused once; a rule that has struck as often as it should is gone.
    await expect.poll(() => own.faults.list()[0]?.struck ?? 1).toBeGreaterThan(0);
    expect(await outcomeOf(startChallenge(asked, here, log))).toBe(code);
    expect(await first).toBe(code);
    own.faults.clear();
    expect(await outcomeOf(startChallenge(asked, here, log))).toBe(code);
    expect(sms.messages(asked.phone)).toEqual([]);
    later(31_000);
    expect(await outcomeOf(startChallenge(asked, here, log))).toBe("sent");
    expect((await answerChallenge(asked.challenge, sent(asked.phone))).phone).toBe(asked.phone);
  });

  test("at a message that was not sent nobody can guess", async () => {
    const asked = ofOnesOwn();
    own.faults.add({ service: "sms", harm: "refuse", status: 400, times: 1 });
    expect(await outcomeOf(startChallenge(asked, here, log))).toBe("try-again");
    for (let guess = 0; guess < 3; guess++)
      await expect(answerChallenge(asked.challenge, `00000${guess}`)).rejects.toEqual(problem("challenge-over"));
    // It did not count.
    later(31_000);
    expect(await usedOf(asked.phone)).toBe(0);
  });

  test("one that somebody guessed at before it failed counts, and is over then", async () => {
    const asked = ofOnesOwn();
    own.faults.add({ service: "sms", harm: "refuse", status: 503, retryAfter: 500 });
    const first = outcomeOf(startChallenge(asked, here, log));
    await expect.poll(() => own.faults.list()[0]?.struck).toBeGreaterThan(0);
    await expect(answerChallenge(asked.challenge, "000000")).rejects.toEqual(problem("wrong-code"));
    expect(await first).toBe("try-again");
    for (let guess = 1; guess < 3; guess++)
      await expect(answerChallenge(asked.challenge, `00000${guess}`)).rejects.toEqual(problem("challenge-over"));
    expect(await usedOf(asked.phone)).toBe(1);
  });

  test("a message that takes longer than the pause says nothing of the one after it", async () => {
    const asked = ofOnesOwn();
    own.faults.add({ service: "sms", harm: "delay", milliseconds: 60_000, times: 1 });
    const first = outcomeOf(startChallenge(asked, here, log));
    await expect.poll(() => own.faults.list()).toEqual([]);
    later(31_000);
    const { expiresAt } = await startChallenge(asked, here, log);
    own.faults.clear();
    expect(await first).toBe("try-again");
    expect((await startChallenge(asked, here, log)).expiresAt).toBe(expiresAt);
  });

  test("where what came of it could not be noted, it is told to wait, and the code is good", async () => {
    const asked = ofOnesOwn();
    const slow = own.faults.add({ service: "sms", harm: "delay", milliseconds: 60_000, times: 1 });
    const first = outcomeOf(startChallenge(asked, here, log));
    await expect.poll(() => own.faults.list()).toEqual([]);
    // From here on: what stands before it has been written.
    own.faults.add({ service: "cosmos", operation: "patch", name: "crema/identity", harm: "refuse", status: 400 });
    own.faults.remove(slow.id);
    expect(await first).toBe("sent");
    own.faults.clear();
    expect(await outcomeOf(startChallenge(asked, here, log))).toBe("try-again");
    expect((await answerChallenge(asked.challenge, sent(asked.phone))).phone).toBe(asked.phone);
  });

  test("that of another number is refused, and no message is sent", async () => {
    const challenge = randomSecret();
    await startChallenge({ phone: newPhone(), challenge }, here, log);
    const other = newPhone();
    const errors = [expect.objectContaining({ path: "challenge" })];
    await expect(startChallenge({ phone: other, challenge }, here, log)).rejects.toEqual(
      problem("bad-request", { status: 400, errors }),
    );
    expect(sms.messages(other)).toEqual([]);
    await startChallenge({ phone: other, challenge: randomSecret() }, here, log);
  });

  test("a stranger who asks for their own number and somebody's with it at once does not lock the other out", async () => {
    const victim = newPhone();
    for (let round = 0; round < 5; round++) {
      const [challenge, theirs] = [randomSecret(), newPhone()];
      await Promise.all([theirs, victim].map((phone) => outcomeOf(startChallenge({ phone, challenge }, here, log))));
      const got = sms.messages(victim).length > round;
      expect(got ? "sent" : await outcomeOf(startChallenge({ phone: victim }, here, log))).toBe("sent");
      later(31_000);
    }
  });
});

test("wrong codes are counted down, the last one ends it, and then even the right one is too late", async () => {
  const { challenge, code } = await begin();
  for (const attemptsLeft of [4, 3, 2, 1]) {
    const guess = wrong(code, attemptsLeft);
    await expect(answerChallenge(challenge, guess)).rejects.toEqual(problem("wrong-code", { attemptsLeft }));
  }
  await expect(answerChallenge(challenge, wrong(code, 5))).rejects.toEqual(
    problem("challenge-over", { attemptsLeft: 0 }),
  );
  await expect(answerChallenge(challenge, code)).rejects.toEqual(problem("challenge-over"));
});

test("guesses made at once cannot share an attempt", async () => {
  const { challenge, code } = await begin();
  const outcomes = await Promise.allSettled(
    Array.from({ length: 100 }, (_, n) => answerChallenge(challenge, wrong(code, 1 + n))),
  );
  const problems = outcomes.map((outcome) => (outcome.status === "rejected" ? outcome.reason.problem : undefined));
  // A judged guess says how many are left; one that came too late does not.
  expect(problems.filter((each) => each?.attemptsLeft !== undefined)).toHaveLength(5);
  expect(problems.filter((each) => each?.code === "challenge-over")).toHaveLength(96);
});

test("guessing at one challenge takes nothing from another of the same number", async () => {
  const phone = newPhone();
  const first = await begin(phone);
  for (let guess = 0; guess < 5; guess++)
    await answerChallenge(first.challenge, wrong(first.code, 1 + guess)).catch(() => undefined);
  later(31_000);
  const second = await begin(phone);
  expect((await answerChallenge(second.challenge, second.code)).phone).toBe(phone);
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
  const refused = sendCode({ phone: phone.slice(1) }, "123456", log);
  expect(await refused).toBe("refused");
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
