import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ApiError, NetworkError } from "../../web/lib/api.ts";
import { PageGlobals, withRunes } from "./runes.ts";

interface Api {
  me(): Promise<object>;
  signOut(): Promise<void>;
}
interface Session {
  status: string;
  expired: boolean;
  me: object | undefined;
  token: string | undefined;
  onChange(listener: () => void): () => void;
  begin(reply: { token: string; expiresAt?: string }, api: Api): Promise<void>;
  check(api: Api): Promise<void>;
  ended(): void;
  signOut(api: Api): Promise<void>;
}
const { Session } = await withRunes<{ Session: new (app: string) => Session }>("session.svelte.ts");

const day = 24 * 3_600_000;
const over = () => new ApiError({ type: "", title: "", status: 401, detail: "", code: "not-signed-in" });
const api: Api = { me: async () => ({ customerId: "somebody", roles: {} }), signOut: async () => undefined };
const inDays = (days: number) => new Date(Date.now() + days * day).toISOString();
let kept: Map<string, string>;
beforeEach(() => {
  vi.useFakeTimers();
  kept = new Map();
  const localStorage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
  for (const [name, value] of Object.entries({ ...new PageGlobals().all, localStorage })) vi.stubGlobal(name, value);
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

async function signedIn(expiresAt?: string): Promise<Session> {
  const session = new Session("customer");
  await session.begin({ token: "secret", ...(expiresAt && { expiresAt }) }, api);
  return session;
}

test.each([-1, 1, 30])(
  "a session that is over in %i days by the clock of the device ends when the API says so, and not before",
  async (days) => {
    const session = await signedIn(inDays(days));
    await vi.advanceTimersByTimeAsync(31 * day);
    expect([session.status, session.token]).toEqual(["signed-in", "secret"]);
    let told = 0;
    session.onChange(() => told++);
    await session.check({ ...api, me: () => Promise.reject(over()) });
    expect([session.status, session.expired, session.token, told]).toEqual(["signed-out", true, undefined, 1]);
    expect(kept.size).toBe(0);
  },
);

test("who comes again is the same, until the API knows them no more; without an answer they stay", async () => {
  await signedIn(inDays(30));
  const again = new Session("customer");
  expect([again.status, again.token]).toEqual(["unknown", "secret"]);
  const away = { ...api, me: () => Promise.reject(new NetworkError("no answer")) };
  await expect(again.check(away)).rejects.toBeInstanceOf(NetworkError);
  expect([again.status, again.token]).toEqual(["unknown", "secret"]);
  await again.check({ ...api, me: () => Promise.reject(over()) });
  expect([again.status, again.expired, again.token]).toEqual(["signed-out", true, undefined]);
  // Nobody else is signed in by that on another app of this browser.
  expect(new Session("barista").token).toBeUndefined();
});

test("who signs out is not told that their session is over, whatever the API says of it meanwhile", async () => {
  const session = await signedIn();
  const leaving = Promise.withResolvers<void>();
  const out = session.signOut({ ...api, signOut: () => leaving.promise });
  session.ended();
  await session.check({ ...api, me: () => Promise.reject(over()) });
  expect(session.status).toBe("signed-in");
  leaving.reject(over());
  await out;
  expect([session.status, session.expired]).toEqual(["signed-out", false]);
  // What could not be said to the API is not so.
  const other = await signedIn();
  const failed = other.signOut({ ...api, signOut: () => Promise.reject(new NetworkError("no answer")) });
  await expect(failed).rejects.toBeInstanceOf(NetworkError);
  expect([other.status, other.token]).toEqual(["signed-in", "secret"]);
});

test("an answer about somebody who has left meanwhile, or after whom somebody else came, is no news of who is here", async () => {
  const session = await signedIn();
  const slow = () => {
    const answer = Promise.withResolvers<object>();
    return { answer, asking: session.check({ ...api, me: () => answer.promise }) };
  };
  const first = slow();
  await session.signOut(api);
  first.answer.resolve({ customerId: "somebody", roles: {} });
  await first.asking;
  expect([session.status, session.me, session.token]).toEqual(["signed-out", undefined, undefined]);

  const me = { customerId: "somebody-else", roles: {} };
  const other = { ...api, me: async () => me };
  for (const answered of ["well", "over"] as const) {
    await session.begin({ token: "before" }, api);
    const late = slow();
    await session.begin({ token: "theirs" }, other);
    if (answered === "well") late.answer.resolve({ customerId: "somebody", roles: {} });
    else late.answer.reject(over());
    await late.asking;
    expect([session.status, session.me, session.token, session.expired]).toEqual(["signed-in", me, "theirs", false]);
  }
});

test.each(["ended", "signed out"] as const)(
  "a tab that was not loaded again when another signed in leaves that one's session alone when its own is %s",
  async (how) => {
    const old = await signedIn();
    const now = new Session("customer");
    await now.begin({ token: "newer" }, api);
    if (how === "ended") old.ended();
    else await old.signOut(api);
    expect([old.status, old.token]).toEqual(["signed-out", undefined]);
    expect(new Session("customer").token).toBe("newer");
  },
);
