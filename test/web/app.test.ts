import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { PageGlobals, withRunes } from "./runes.ts";

interface App {
  session: {
    status: string;
    lost: boolean;
    begin(reply: { token: string }, api: unknown): Promise<void>;
    onChange(listener: () => void): () => void;
  };
  api: { queue(): Promise<unknown> };
}
const { createApp } = await withRunes<{ createApp(name: string, config: object): App }>("app.svelte.ts");

const me = (...roles: string[]) => Response.json({ customerId: roles.join(), roles: { main: roles } });
const forbidden = () =>
  Response.json({ type: "", title: "", status: 403, detail: "", code: "forbidden" }, { status: 403 });

/** Answers of `GET /me`, by the token that asks. */
let answers: Record<string, () => Promise<Response>>;
let app: App;
beforeEach(() => {
  vi.useFakeTimers();
  const localStorage = { getItem: () => null, setItem: () => undefined, removeItem: () => undefined };
  const fetch = async (url: URL | string, init: RequestInit) => {
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
