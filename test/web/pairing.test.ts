import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ApiError, NetworkError } from "../../web/lib/api.ts";
import { PageGlobals, withRunes } from "./runes.ts";
import { Socket } from "./socket.ts";

interface Asked {
  code: string;
  secret: string;
  expiresAt: string;
  live: string;
}
interface Pairing {
  asked: Asked | undefined;
  over: boolean;
  renew(): () => void;
  listen(asked: Asked): () => void;
}
const { Session } = await withRunes<{
  Session: new (app: string) => { token: string | undefined; status: string; check(api: object): Promise<void> };
}>("session.svelte.ts");
const { Pairing } = await withRunes<{ Pairing: new (app: object) => Pairing }>("../display/pairing.svelte.ts");

const over = () => new ApiError({ type: "", title: "", status: 410, detail: "", code: "pairing-over" });
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

let codes: number;
let look: () => Promise<object>;
let me: () => Promise<object>;
let session: { token: string | undefined; begin(reply: { token: string }): Promise<void> };
let pairing: Pairing;
let withSession: (session: object) => void;
let ends: (() => void)[];
beforeEach(() => {
  vi.useFakeTimers();
  Socket.all = [];
  for (const [name, value] of Object.entries({ ...new PageGlobals().all, WebSocket: Socket }))
    vi.stubGlobal(name, value);
  [codes, ends] = [0, []];
  look = async () => ({ state: "waiting", live: "wss://push.test/?n=1" });
  session = {
    token: undefined,
    begin: async ({ token }) => {
      session.token = token;
    },
  };
  const asked = () => ({
    code: `CODE-${++codes}`,
    secret: `secret-${codes}`,
    expiresAt: at(600_000),
    live: "wss://push.test/?n=0",
  });
  const api = { inStore: async (_: string, path: string) => (path === "/pairings" ? asked() : look()), me: () => me() };
  const clock = {
    get now() {
      return Date.now();
    },
  };
  withSession = (session) => {
    pairing = new Pairing({ api, clock, session });
  };
  withSession(session);
});
afterEach(() => {
  for (const end of ends) end();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});
const at = (ms: number) => new Date(Date.now() + ms).toISOString();

/** A screen that shows a code, and cannot be told that it was approved: it asks. */
async function showing(): Promise<Asked> {
  const end = pairing.renew();
  await pass(0);
  end();
  if (pairing.asked === undefined) return expect.unreachable();
  ends.push(pairing.listen(pairing.asked));
  return pairing.asked;
}

test("a code that is good for nothing any more is shown no longer: the screen needs another, though its time is not over", async () => {
  await showing();
  await pass(10_000);
  expect([pairing.over, pairing.asked?.code]).toEqual([false, "CODE-1"]);
  look = () => Promise.reject(over());
  await pass(10_000);
  expect([pairing.over, pairing.asked]).toEqual([true, undefined]);
  ends.push(pairing.renew());
  await pass(0);
  expect([pairing.over, pairing.asked?.code]).toEqual([false, "CODE-2"]);
});

test("what is told of an earlier code is no news of the one that is shown", async () => {
  await showing();
  const late = Promise.withResolvers<object>();
  look = () => late.promise;
  await pass(10_000);
  const now = { code: "CODE-9", secret: "secret-9", expiresAt: at(600_000), live: "wss://push.test/?n=9" };
  pairing.asked = now;
  late.reject(over());
  await pass(0);
  expect(pairing.asked).toBe(now);
});

test("a screen that was approved is a display, but where somebody has signed in with their number since it asked", async () => {
  const { secret } = await showing();
  const late = Promise.withResolvers<object>();
  look = () => late.promise;
  await pass(10_000);
  session.token = "of a person";
  late.resolve({ state: "paired" });
  await pass(0);
  expect(session.token).toBe("of a person");
  session.token = undefined;
  look = async () => ({ state: "paired" });
  await pass(10_000);
  expect([session.token, pairing.asked]).toEqual([secret, undefined]);
});

/** It is approved, and then nobody says whose token it is now. */
const failures = [
  ["is no answer", () => new NetworkError("no answer")],
  ["goes wrong at the API", () => new ApiError({ type: "", title: "", status: 500, detail: "", code: "internal" })],
] as const;
test.each(failures)(
  "where the first answer for an approved screen %s, it asks until it is a display",
  async (_, failure) => {
    const real = new Session("display");
    await real.check({});
    withSession(real);
    const { secret } = await showing();
    look = async () => ({ state: "paired" });
    me = () => Promise.reject(failure());
    await pass(10_000);
    expect([real.status, real.token, pairing.asked?.code]).toEqual(["signed-out", secret, "CODE-1"]);
    await pass(20_000);
    me = async () => ({ customerId: "screen", roles: { main: ["display"] } });
    await pass(10_000);
    expect([real.status, real.token, pairing.asked]).toEqual(["signed-in", secret, undefined]);
  },
);

test("it does so after a push too, though it is connected and would hear of another", async () => {
  const real = new Session("display");
  await real.check({});
  withSession(real);
  const { secret } = await showing();
  const socket = Socket.all[0] ?? expect.unreachable();
  socket.greets();
  // The approval is told once.
  look = () => Promise.reject(new NetworkError("no answer"));
  socket.says({ type: "message", from: "group", group: "pairing", dataType: "json", data: { kind: "paired" } });
  await pass(10_000);
  look = async () => ({ state: "paired" });
  me = () => Promise.reject(new NetworkError("no answer"));
  await pass(10_000);
  expect([real.status, real.token]).toEqual(["signed-out", secret]);
  me = async () => ({ customerId: "screen", roles: { main: ["display"] } });
  await pass(10_000);
  expect([real.status, real.token, pairing.asked]).toEqual(["signed-in", secret, undefined]);
});
