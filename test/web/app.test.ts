import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { PageGlobals, withRunes } from "./runes.ts";

interface App {
  session: {
    status: string;
    lost: boolean;
    begin(reply: { token: string }, api: unknown): Promise<void>;
    onChange(listener: () => void): () => void;
  };
  api: { queue(): Promise<unknown>; myOrders(): Promise<unknown> };
  snapshot: {
    published: { version: number } | undefined;
    queue: { version: number } | undefined;
    window: { opensAt: string } | undefined;
    takePage(page: object): void;
    takeQueue(queue: object): void;
    takeWindow(window: object): void;
  };
}
const { createApp } = await withRunes<{ createApp(name: string, config: object): App }>("app.svelte.ts");

const me = (...roles: string[]) => Response.json({ customerId: roles.join(), roles: { main: roles } });
const signedOut = () =>
  Response.json({ type: "", title: "", status: 401, detail: "", code: "not-signed-in" }, { status: 401 });
const forbidden = () =>
  Response.json({ type: "", title: "", status: 403, detail: "", code: "forbidden" }, { status: 403 });

/** Answers of `GET /me`, by the token that asks. */
let answers: Record<string, () => Promise<Response>>;
/** Whether the API has no such session. */
let unknown: boolean;
let app: App;
beforeEach(() => {
  unknown = false;
  vi.useFakeTimers();
  const localStorage = { getItem: () => null, setItem: () => undefined, removeItem: () => undefined };
  const fetch = async (url: URL | string, init: RequestInit) => {
    if (unknown) return signedOut();
    if (!String(url).endsWith("/me")) return forbidden();
    const token = new Headers(init.headers).get("authorization")?.replace("Bearer ", "") ?? "";
    return answers[token]?.() ?? me();
  };
  for (const [name, value] of Object.entries({ ...new PageGlobals().all, localStorage, fetch }))
    vi.stubGlobal(name, value);
  app = createApp("barista", { api: "http://api.test/api", store: "main", home: "main" });
});
afterEach(() => {
  vi.clearAllTimers();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

test("who is refused and has the role no more is told that they lost it", async () => {
  answers = { ann: async () => me("barista") };
  await app.session.begin({ token: "ann" }, app.api);
  answers = { ann: async () => me() };
  await expect(app.api.queue()).rejects.toThrow();
  await vi.advanceTimersByTimeAsync(0);
  expect(app.session.lost).toBe(true);
});

test("who has come since has lost nothing that they never had", async () => {
  answers = { ann: async () => me("barista"), bob: async () => me() };
  await app.session.begin({ token: "ann" }, app.api);
  const late = Promise.withResolvers<Response>();
  answers = { ann: () => late.promise, bob: async () => me() };
  await expect(app.api.queue()).rejects.toThrow();
  await app.session.begin({ token: "bob" }, app.api);
  late.resolve(me("barista"));
  await vi.advanceTimersByTimeAsync(0);
  expect([app.session.status, app.session.lost]).toEqual(["signed-in", false]);
});

test("who is given the role back is listened for again, once the screen has asked who it belongs to", async () => {
  answers = { ann: async () => me("barista") };
  await app.session.begin({ token: "ann" }, app.api);
  answers = { ann: async () => me() };
  await expect(app.api.queue()).rejects.toThrow();
  await vi.advanceTimersByTimeAsync(0);
  const heard: boolean[] = [];
  app.session.onChange(() => heard.push(app.session.lost));
  await vi.advanceTimersByTimeAsync(60 * 60_000);
  expect([app.session.lost, heard]).toEqual([true, []]);
  answers = { ann: async () => me("barista") };
  await vi.advanceTimersByTimeAsync(60 * 60_000);
  expect([app.session.lost, heard]).toEqual([false, [false]]);
});

test("so it is when a refused call asks, and who has lost it is told so by the screen's own question too", async () => {
  answers = { ann: async () => me("barista") };
  await app.session.begin({ token: "ann" }, app.api);
  const heard: boolean[] = [];
  app.session.onChange(() => heard.push(app.session.lost));
  answers = { ann: async () => me() };
  await vi.advanceTimersByTimeAsync(60 * 60_000);
  expect([app.session.lost, heard]).toEqual([true, [true]]);
  // One that was on its way when the role was given back.
  answers = { ann: async () => me("barista") };
  await expect(app.api.queue()).rejects.toThrow();
  await vi.advanceTimersByTimeAsync(0);
  expect([app.session.lost, heard]).toEqual([false, [true, false]]);
});

test("a stand that has begun anew, and so knows no session of before, is shown as it is, although its versions and times are older", async () => {
  const { snapshot } = app;
  const page = (version: number) => ({ version, menu: [], store: { timeZone: "UTC" } });
  answers = { ann: async () => me("barista") };
  await app.session.begin({ token: "ann" }, app.api);
  snapshot.takePage(page(30));
  snapshot.takeQueue({ version: 300, active: 9 });
  snapshot.takeWindow({ version: 4, opensAt: "2026-06-15T18:00:00.000Z" });
  unknown = true;
  await expect(app.api.myOrders()).rejects.toThrow();
  expect(app.session.status).toBe("signed-out");
  snapshot.takePage(page(1));
  snapshot.takeQueue({ version: 1, active: 0 });
  snapshot.takeWindow({ version: 1, opensAt: "2026-06-15T09:00:00.000Z" });
  const { published, queue, window } = snapshot;
  expect([published?.version, queue?.version, window?.opensAt]).toEqual([1, 1, "2026-06-15T09:00:00.000Z"]);
});
