import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { CatalogPage } from "../../../contracts/catalog.ts";
import { type CremaEvent, parseEvent } from "../../../contracts/events.ts";
import { currentWindow } from "../../../functions/codes/current-window.ts";
import { giveBack } from "../../../functions/codes/give-back.ts";
import { hold } from "../../../functions/codes/hold.ts";
import { scan } from "../../../functions/codes/scan.ts";
import type { ScanDocument } from "../../../functions/codes/scan-document.ts";
import { type Code, windowOf } from "../../../functions/codes/window.ts";
import { Refusal } from "../../../functions/platform/refusal.ts";
import { newCustomerId, pageOf, Shop } from "../orders/shop.ts";

let shop: Shop;
beforeAll(async () => {
  shop = await Shop.open();
});
afterAll(() => shop.close());

const minute = 60_000;
let page: CatalogPage;
let stores = 0;
/** Each test begins half a minute into a window of five, in a store of its own. */
beforeEach(async () => {
  page = pageOf({}, `codes-${++stores}`);
  const into = Date.now() % (5 * minute);
  await shop.advance((into <= 30_000 ? 30_000 : 5 * minute + 30_000) - into);
});

const scanAs = (customerId: string, code: string, after?: string) => scan(page, { customerId, code, after });
const someone = (code: string) => scanAs(newCustomerId(), code);
const problem = (reply: Promise<unknown>) =>
  reply.then(
    () => expect.unreachable("was not refused"),
    (error) => (error instanceof Refusal ? error.problem : Promise.reject(error)),
  );
const left = async () => (await currentWindow(page)).scansLeft;
const types = async () => (await shop.events("codes", page.storeId)).map(({ type }) => type.split(".")[2]);

test("the first who asks makes the code; ten who ask at once see one code, told of once", async () => {
  const windows = await Promise.all(Array.from({ length: 10 }, () => currentWindow(page)));
  expect(new Set(windows.map(({ code }) => code)).size).toBe(1);
  expect(new Set(windows.map(({ opensAt }) => opensAt)).size).toBe(1);
  expect(await types()).toEqual(["rotated"]);
  await shop.advance(5 * minute);
  const next = await currentWindow(page);
  expect(next.opensAt).toBe(windows[0]?.closesAt);
  expect(next.code).not.toBe(windows[0]?.code);
});

test("of twenty who scan a code of ten at the same instant, exactly ten get in", async () => {
  const { code, closesAt } = await currentWindow(page);
  const replies = await Promise.allSettled(Array.from({ length: 20 }, () => someone(code)));
  const orders = replies.flatMap((reply) => (reply.status === "fulfilled" ? [reply.value.orderId] : []));
  const refused = replies.flatMap((reply) => (reply.status === "rejected" ? [reply.reason as Refusal] : []));
  expect(new Set(orders).size).toBe(10);
  expect(refused.map(({ problem }) => [problem.code, problem.retryAt])).toEqual(
    Array.from({ length: 10 }, () => ["code-exhausted", closesAt]),
  );
  expect(await left()).toBe(0);
  const told = await types();
  expect(told.filter((type) => type === "scanned")).toHaveLength(10);
  expect(told.filter((type) => type === "exhausted")).toHaveLength(1);
});

test("other processes that scan at the same time cannot take the same slot", async () => {
  // Another copy of the application, with turns of its own.
  const { vi } = await import("vitest");
  vi.resetModules();
  const other = await import("../../../functions/codes/scan.ts");
  const { code } = await currentWindow(page);
  // Its client is connected before it counts.
  await other.scan(page, { customerId: newCustomerId(), code: "none" }).catch(() => {});
  const replies = await Promise.allSettled(
    Array.from({ length: 14 }, (_, index) =>
      (index % 2 === 0 ? scan : other.scan)(page, { customerId: newCustomerId(), code }),
    ),
  );
  expect(replies.filter(({ status }) => status === "fulfilled")).toHaveLength(10);
  expect(await left()).toBe(0);
});

test("what another process wrote since is found, and nobody is refused by what this one knew", async () => {
  const { vi } = await import("vitest");
  vi.resetModules();
  const other = await import("../../../functions/codes/scan.ts");
  const { code } = await currentWindow(page);
  const twice = newCustomerId();
  await someone(code);
  const theirs = await other.scan(page, { customerId: twice, code });
  // This process knows of nine that are left and of no order of theirs.
  expect(await scanAs(twice, code)).toEqual({ orderId: theirs.orderId, repeated: true });
  for (let n = 0; n < 7; n++) await other.scan(page, { customerId: newCustomerId(), code });
  await someone(code);
  expect(await left()).toBe(0);
  expect(await scanAs(twice, code)).toEqual({ orderId: theirs.orderId, repeated: true });
  expect((await problem(someone(code))).code).toBe("code-exhausted");
  // One comes back there, and is there for who comes here.
  const { giveBack } = await import("../../../functions/codes/give-back.ts");
  const { opensAt: window } = await currentWindow(page);
  const order = { storeId: page.storeId, orderId: theirs.orderId, window, customerId: twice, causationid: "test" };
  await giveBack(order);
  expect((await someone(code)).repeated).toBe(false);
  expect((await problem(someone(code))).code).toBe("code-exhausted");
});

test("a scan is three requests: its try is counted, the window is looked at, and all is written; the next is two while the window is open", async () => {
  const { code } = await currentWindow(page);
  const { meters } = shop.services.cosmos;
  const requestsOf = async (scans: () => Promise<unknown>) => {
    const before = meters.requests;
    await scans();
    return meters.requests - before;
  };
  expect(await requestsOf(() => someone(code))).toBe(3);
  expect(await requestsOf(() => someone(code))).toBe(2);
  // Another length of codes, and none is shown that began here: what this process knows of it counts no more.
  const shorter = pageOf({ codeMinutes: 3 }, page.storeId);
  expect((await problem(scan(shorter, { customerId: newCustomerId(), code }))).code).toBe("code-over");
});

test("those who scan at once take their scans in one write, each told of by itself", async () => {
  const { code } = await currentWindow(page);
  const people = Array.from({ length: 8 }, newCustomerId);
  const { meters } = shop.services.cosmos;
  const before = meters.requests;
  const replies = await Promise.all(people.map((customerId) => scanAs(customerId, code)));
  // Of each the try and a look at the window; the first goes alone, and the others' earlier scans are looked for.
  expect(meters.requests - before).toBeLessThanOrEqual(2 * 8 + 1 + 7 + 1);
  expect(new Set(replies.map(({ orderId }) => orderId)).size).toBe(8);
  const told = (await shop.events("codes", page.storeId)).filter(({ type }) => type === "crema.code.scanned.v1");
  const windows = told.map(({ data }) => (data as { window: { version: number; scansLeft: number } }).window);
  expect(windows.map(({ version, scansLeft }) => version + scansLeft)).toEqual(Array(8).fill(11));
  expect(windows.map(({ scansLeft }) => scansLeft).sort()).toEqual([2, 3, 4, 5, 6, 7, 8, 9]);
});

test("a customer who scans twice, or several times at once, has one order and takes one slot", async () => {
  const { code } = await currentWindow(page);
  const customerId = newCustomerId();
  const replies = await Promise.all([1, 2, 3, 4].map(() => scanAs(customerId, code)));
  expect(new Set(replies.map(({ orderId }) => orderId)).size).toBe(1);
  expect(replies.filter(({ repeated }) => !repeated)).toHaveLength(1);
  expect(await left()).toBe(9);
});

test("who names their earlier order gets another, once", async () => {
  const { code } = await currentWindow(page);
  const customerId = newCustomerId();
  const { orderId: first } = await scanAs(customerId, code);
  const again = await Promise.all([1, 2, 3].map(() => scanAs(customerId, code, first)));
  expect(new Set(again.map(({ orderId }) => orderId)).size).toBe(1);
  expect(again[0]?.orderId).not.toBe(first);
  expect(await left()).toBe(8);
  expect(await scanAs(customerId, code)).toEqual({ orderId: again[0]?.orderId, repeated: true });
});

test("the last window's code is good for half a minute more", async () => {
  const { code } = await currentWindow(page);
  await shop.advance(4.5 * minute + 29_999);
  await currentWindow(page);
  expect((await someone(code)).repeated).toBe(false);
  await shop.advance(1);
  const refused = await problem(someone(code));
  expect(refused).toMatchObject({ code: "code-over", status: 410, retryAt: new Date().toISOString() });
});

test("the grace holds also when nobody has asked for the next code yet", async () => {
  const { code } = await currentWindow(page);
  await shop.advance(4.5 * minute + 10_000);
  expect((await someone(code)).repeated).toBe(false);
});

test("a code that never was is unknown, and a closed store says that it is closed", async () => {
  const { code } = await currentWindow(page);
  expect(await problem(someone("AAAAA"))).toMatchObject({ code: "code-unknown", status: 404 });
  const customerId = newCustomerId();
  const { orderId } = await scanAs(customerId, code);
  page = { ...page, store: { ...page.store, open: false } };
  expect((await problem(someone(code))).code).toBe("store-closed");
  expect((await problem(someone("AAAAA"))).code).toBe("store-closed");
  expect(await scanAs(customerId, code)).toEqual({ orderId, repeated: true });
});

test("a closed store and a paused one say when they let people in again, to who scans and to who has a scan kept", async () => {
  const { code } = await currentWindow(page);
  const open = page;
  const again = new Date(Date.now() + 10 * minute).toISOString();
  const shut = { open: false, opensAt: again };
  const pause = { pausedUntil: again, pauseReason: "Cleaning" };
  for (const [change, problemCode] of [
    [shut, "store-closed"],
    [pause, "store-paused"],
  ] as const) {
    page = { ...open, store: { ...open.store, ...change } };
    const told = { code: problemCode, status: 409, opensAt: again, retryAt: again };
    expect(await problem(someone(code))).toMatchObject(told);
    expect(await problem(someone("AAAAA"))).toMatchObject(told);
    expect(await problem(hold(page, { code, hold: "h".repeat(22), network: "192.0.2.1" }))).toMatchObject(told);
  }
  await shop.advance(10 * minute);
  const next = await currentWindow(page);
  expect((await someone(next.code)).repeated).toBe(false);
});

test("what could be no code is looked for nowhere: some of it no database could be asked for", async () => {
  await currentWindow(page);
  const { meters } = shop.services.cosmos;
  const asked = async (code: string) => {
    const before = meters.requests;
    expect((await problem(scan(page, { customerId: newCustomerId(), code, hold: "h".repeat(30) }))).code).toBe(
      "code-unknown",
    );
    return meters.requests - before;
  };
  await asked("AAAAAA");
  const usual = await asked("AAAAAC");
  for (const code of [
    "\ud800",
    "W6FR3\ud83d",
    "\u0000",
    "A",
    "AAAAAAA",
    "AAAAA0",
    "' OR 1=1",
    "aaaaaa",
    "AAAAA\n",
    "🦄🦄🦄",
  ]) {
    expect(await asked(code)).toBeLessThan(usual);
  }
});

test("ten tries in a minute are enough; the next minute is a new one", async () => {
  const { code } = await currentWindow(page);
  const customerId = newCustomerId();
  const guesses = Array.from({ length: 10 }, (_, index) => `AAAA${"ACEFGHJKMN"[index]}`);
  const refused = await Promise.all(guesses.map((guess) => problem(scanAs(customerId, guess))));
  expect(new Set(refused.map((one) => one.code))).toEqual(new Set(["code-unknown"]));
  const limited = await problem(scanAs(customerId, code));
  expect(limited).toMatchObject({ code: "too-many-requests", status: 429 });
  expect(Date.parse(limited.retryAt ?? "") - Date.now()).toBe(30_000);
  expect((await someone(code)).repeated).toBe(false);
  await shop.advance(30_000);
  expect((await scanAs(customerId, code)).repeated).toBe(false);
});

test("of a hundred tries at once ten are judged, wherever the right code stands among them", async () => {
  const { code } = await currentWindow(page);
  const codes = Array.from({ length: 100 }, (_, index) => (index % 7 === 3 ? code : `AAA${index}`));
  const answers = await Promise.allSettled(codes.map((guess) => scanAs("customer-guessing-1", guess)));
  const limited = answers.filter((one) => one.status === "rejected" && one.reason.problem.code === "too-many-requests");
  expect(limited).toHaveLength(90);
});

test("a scan is given back once, however often it is said, and lets the same customer try again", async () => {
  page = { ...page, store: { ...page.store, scansPerCode: 1 } };
  const { code, opensAt } = await currentWindow(page);
  const customerId = newCustomerId();
  const { orderId } = await scanAs(customerId, code);
  expect((await problem(someone(code))).code).toBe("code-exhausted");
  const refused = { storeId: page.storeId, orderId, customerId, window: opensAt };
  await Promise.all([1, 2, 3].map(() => giveBack(refused)));
  await giveBack(refused);
  expect(await left()).toBe(1);
  expect((await types()).filter((type) => type === "returned")).toHaveLength(1);
  const again = await scanAs(customerId, code);
  expect(again.repeated).toBe(false);
  expect(again.orderId).not.toBe(orderId);
  await giveBack(refused);
  expect(await left()).toBe(0);
});

test("a window that is over gets nothing back, and nothing is told", async () => {
  const { code, opensAt } = await currentWindow(page);
  const customerId = newCustomerId();
  const { orderId } = await scanAs(customerId, code);
  await shop.advance(5 * minute);
  await giveBack({ storeId: page.storeId, orderId, customerId, window: opensAt });
  const [window] = (await shop.documents<Code>("codes", page.storeId, "code")).filter((one) => one.opensAt === opensAt);
  expect(window?.scansLeft).toBe(9);
  expect(await types()).not.toContain("returned");
});

test("giving back what nobody has taken does nothing", async () => {
  const { opensAt } = await currentWindow(page);
  const orderId = crypto.randomUUID();
  await giveBack({ storeId: page.storeId, orderId, customerId: newCustomerId(), window: opensAt });
  await giveBack({ storeId: "nowhere", orderId, customerId: newCustomerId(), window: opensAt });
  expect(await left()).toBe(10);
});

describe("a scan that is kept for somebody who signs in", () => {
  let secrets = 0;
  const newSecret = () => `a-secret-made-by-chance-${String(++secrets).padStart(4, "0")}`;
  const keep = (code: string, secret = newSecret(), network = "203.0.113.1") =>
    hold(page, { code, hold: secret, network });
  const use = (code: string, secret: string, customerId = newCustomerId()) =>
    scan(page, { customerId, code, hold: secret });

  /** At the beginning of an hour that has one code. */
  const longWindow = async () => {
    page = { ...page, store: { ...page.store, codeMinutes: 60 } };
    await shop.advance(60 * minute - (Date.now() % (60 * minute)));
    return currentWindow(page);
  };

  test("is theirs through the signing in, though the code is over by then", async () => {
    const { code } = await currentWindow(page);
    await shop.advance(4.5 * minute + 20_000);
    const secret = newSecret();
    await keep(code, secret);
    await shop.advance(90_000);
    expect((await problem(someone(code))).code).toBe("code-over");
    const reply = await use(code, secret);
    expect(reply.repeated).toBe(false);
    expect((await problem(use(code, secret))).code).toBe("code-over");
  });

  test("is theirs though others have taken the rest, and no other's", async () => {
    page = { ...page, store: { ...page.store, scansPerCode: 2 } };
    const { code } = await currentWindow(page);
    const secret = newSecret();
    await keep(code, secret);
    await someone(code);
    expect((await problem(someone(code))).code).toBe("code-exhausted");
    expect((await problem(use(code, newSecret()))).code).toBe("code-exhausted");
    expect((await problem(keep(code))).code).toBe("code-exhausted");
    expect((await use(code, secret)).repeated).toBe(false);
    const told = await types();
    expect(told.filter((type) => type === "exhausted")).toHaveLength(1);
    expect(told.filter((type) => type === "held")).toHaveLength(1);
  });

  test("is the same when it is asked for again, also several times at once", async () => {
    const { code } = await currentWindow(page);
    const secret = newSecret();
    const replies = await Promise.all([1, 2, 3].map(() => keep(code, secret)));
    expect(replies.filter(({ repeated }) => !repeated)).toHaveLength(1);
    expect(new Set(replies.map(({ expiresAt }) => expiresAt)).size).toBe(1);
    expect(await left()).toBe(9);
    const customerId = newCustomerId();
    const orders = await Promise.all([1, 2, 3].map(() => use(code, secret, customerId)));
    expect(new Set(orders.map(({ orderId }) => orderId)).size).toBe(1);
    expect(await left()).toBe(9);
  });

  test("comes back after five minutes, once, and whoever looks is told", async () => {
    const { code, opensAt } = await longWindow();
    const secret = newSecret();
    const { expiresAt } = await keep(code, secret);
    expect(windowOf(await currentWindow(page))).toMatchObject({ opensAt, scansLeft: 9, heldUntil: expiresAt });
    await shop.advance(5 * minute);
    expect(await Promise.all([left(), left(), left()])).toEqual([10, 10, 10]);
    expect((await types()).filter((type) => type === "returned")).toHaveLength(1);
    expect(windowOf(await currentWindow(page))).not.toHaveProperty("heldUntil");
    // Too late for what was kept; the code is still there.
    expect((await use(code, secret)).repeated).toBe(false);
    expect(await left()).toBe(9);
  });

  test("is given back when they have an order of this code already, and like any other when theirs comes to nothing", async () => {
    const { code, opensAt } = await currentWindow(page);
    const [customerId, secret] = [newCustomerId(), newSecret()];
    const { orderId } = await scanAs(customerId, code);
    await keep(code, secret);
    expect(await left()).toBe(8);
    expect(await use(code, secret, customerId)).toEqual({ orderId, repeated: true });
    expect(await left()).toBe(9);
    const other = newCustomerId();
    const kept = newSecret();
    await keep(code, kept);
    const begun = await use(code, kept, other);
    await giveBack({ storeId: page.storeId, orderId: begun.orderId, customerId: other, window: opensAt });
    expect(await left()).toBe(9);
  });

  test("tells bad news at once: closed, over, unknown, used up", async () => {
    const { code } = await currentWindow(page);
    expect((await problem(keep("AAAAA"))).code).toBe("code-unknown");
    const open = page;
    page = { ...page, store: { ...page.store, open: false } };
    expect((await problem(keep(code))).code).toBe("store-closed");
    page = open;
    const secret = newSecret();
    await keep(code, secret);
    page = { ...page, store: { ...page.store, open: false } };
    expect((await problem(use(code, secret))).code).toBe("store-closed");
    page = open;
    expect((await use(code, secret)).repeated).toBe(false);
    await shop.advance(5.5 * minute);
    expect((await problem(keep(code))).code).toBe("code-over");
  });

  test("is no way to drain a code from one network: half of it, and no more of it in this window by waiting", async () => {
    const { code } = await longWindow();
    const asked = await Promise.allSettled(Array.from({ length: 9 }, () => keep(code)));
    expect(asked.filter(({ status }) => status === "fulfilled")).toHaveLength(5);
    expect(await left()).toBe(5);
    await shop.advance(5 * minute);
    expect((await problem(keep(code))).code).toBe("too-many-requests");
    expect(await left()).toBe(10);
    await keep(code, newSecret(), "203.0.113.2");
    const guesses = await Promise.allSettled(
      Array.from({ length: 80 }, () => keep("AAAAA", newSecret(), "2001:db8:3::/48")),
    );
    const codes = guesses.map((guess) => guess.status === "rejected" && (guess.reason as Refusal).problem.code);
    expect(codes.filter((one) => one === "code-unknown")).toHaveLength(60);
    expect(codes.filter((one) => one === "too-many-requests")).toHaveLength(20);
  });

  test("is no way to drain a code from many networks either: a quarter of it, and one at least, is for who is signed in", async () => {
    for (const [scansPerCode, kept] of [
      [10, 7],
      [2, 1],
      [1, 0],
    ] as const) {
      page = pageOf({ scansPerCode }, `codes-${++stores}`);
      const { code } = await currentWindow(page);
      const from = (n: number) => keep(code, newSecret(), `203.0.113.${n}`);
      const asked = await Promise.allSettled(Array.from({ length: 12 }, (_, n) => from(n)));
      expect(asked.filter(({ status }) => status === "fulfilled")).toHaveLength(kept);
      expect(await problem(from(12))).toMatchObject({ code: "too-many-requests", retryAt: expect.any(String) });
      expect(await left()).toBe(scansPerCode - kept);
      expect((await someone(code)).repeated).toBe(false);
    }
  });

  test("whatever happens, what is taken, kept and left add up, and nothing of networks and secrets is told", async () => {
    const step = fc.record({ does: fc.constantFrom("keep", "use", "scan", "back", "look", "wait"), who: fc.nat(5) });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 8, maxLength: 30 }), async (steps) => {
        page = pageOf({ scansPerCode: 6 }, `codes-${++stores}`);
        const { code, opensAt } = await longWindow();
        const people = Array.from({ length: 6 }, () => ({ customerId: newCustomerId(), secret: newSecret() }));
        for (const { does, who } of steps) {
          const { customerId, secret } = people[who] ?? expect.unreachable();
          const documents = await shop.documents<ScanDocument>("codes", page.storeId, "scan");
          const orderId = documents.flatMap(({ taken }) => taken)[who];
          const done = {
            keep: () => keep(code, secret, `203.0.113.${who}`),
            use: () => use(code, secret, customerId),
            scan: () => scanAs(customerId, code),
            back: () => orderId && giveBack({ storeId: page.storeId, orderId, customerId, window: opensAt }),
            look: left,
            wait: () => shop.advance(minute),
          }[does];
          await Promise.resolve(done()).catch((error) => expect(error).toBeInstanceOf(Refusal));
          const [window] = await shop.documents<Code>("codes", page.storeId, "code");
          const scans = await shop.documents<ScanDocument>("codes", page.storeId, "scan");
          const taken = scans.flatMap((document) => document.taken).length;
          expect(taken + (window?.holds?.length ?? 0) + (window?.scansLeft ?? 0)).toBe(6);
        }
        const text = JSON.stringify(await shop.documents("codes", page.storeId, "event"));
        expect(text).not.toMatch(/203\.0|a-secret|"network|"holds/);
      }),
      { numRuns: 15, seed: 7 },
    );
  });
});

test("when the length of a window is edited, there is a code at every moment and none is shown past its end", async () => {
  const change = (codeMinutes: number) => {
    page = { ...page, store: { ...page.store, codeMinutes } };
  };
  for (const codeMinutes of [5, 10, 15, 1, 60, 5, 30]) {
    change(codeMinutes);
    for (let step = 0; step < 4; step++) {
      const { opensAt, closesAt } = await currentWindow(page);
      expect(Date.parse(opensAt)).toBeLessThanOrEqual(Date.now());
      expect(Date.parse(closesAt)).toBeGreaterThan(Date.now());
      await shop.advance(97_000);
    }
  }
});

test("events are valid, in sequence, and never hold a code", async () => {
  page = { ...page, store: { ...page.store, scansPerCode: 2 } };
  const { code, opensAt } = await currentWindow(page);
  const customerId = newCustomerId();
  const { orderId } = await scanAs(customerId, code);
  await someone(code);
  await giveBack({ storeId: page.storeId, orderId, customerId, window: opensAt });
  const events: CremaEvent[] = await shop.events("codes", page.storeId);
  for (const event of events) expect(parseEvent(event)).not.toHaveProperty("problems");
  expect(new Set(events.map(({ id }) => id)).size).toBe(5);
  const told = events.map(({ sequence, type }) => `${Number(sequence)} ${type.split(".")[2]}`).sort();
  expect(told).toEqual(["1 rotated", "2 scanned", "3 exhausted", "3 scanned", "4 returned"]);
  const scanned = events.find(
    ({ type, correlationid }) => type === "crema.code.scanned.v1" && correlationid === orderId,
  );
  expect(scanned).toMatchObject({ data: { orderId, customerId, window: { opensAt, scansLeft: 1 } } });
  expect(JSON.stringify(events)).not.toContain(code);
});

test("codes are forgotten after some hours", async () => {
  const { code } = await currentWindow(page);
  await someone(code);
  await shop.advance(5 * minute);
  expect((await problem(someone(code))).code).toBe("code-over");
  await shop.advance(6 * 60 * minute);
  expect((await problem(someone(code))).code).toBe("code-unknown");
});
