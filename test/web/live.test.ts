import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { NetworkError } from "../../web/lib/api.ts";
import { PageGlobals, withRunes } from "./runes.ts";
import { Socket } from "./socket.ts";

interface Live {
  state: string;
  start(): void;
  stop(): void;
  refresh(): Promise<boolean>;
}
type Options = {
  api: { live(): Promise<{ url: string }> };
  refresh(): Promise<void>;
  onMessage(): void;
  now(): number;
  keptUnseen?(): number;
};
const { Live } = await withRunes<{ Live: new (options: Options) => Live }>("live.svelte.ts");

let page: PageGlobals;
let live: Live;
/** How what is asked for is answered; at once, where nothing is said. */
let refresh: () => Promise<void>;
let asked: number;
let connects: boolean;
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const socket = () => Socket.all.at(-1) as Socket;

beforeEach(() => {
  vi.useFakeTimers();
  page = new PageGlobals();
  for (const [name, value] of Object.entries({ ...page.all, WebSocket: Socket })) vi.stubGlobal(name, value);
  Socket.all = [];
  [asked, connects] = [0, true];
  refresh = () => Promise.resolve();
  live = new Live({
    api: {
      live: async () => {
        if (!connects) throw new NetworkError("no answer");
        return { url: "wss://push.test/client/hubs/crema?access_token=a" };
      },
    },
    refresh: () => {
      asked++;
      return refresh();
    },
    onMessage: () => undefined,
    now: () => Date.now(),
    keptUnseen: () => 30_000,
  });
  live.start();
});
afterEach(() => {
  live.stop();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

test("it is live once all was fetched since it is connected, which is asked for each second until it comes", async () => {
  refresh = () => Promise.reject(new NetworkError("no answer"));
  await pass(0);
  socket().greets();
  await pass(3_500);
  expect([live.state, asked]).toEqual(["connecting", 5]);
  refresh = () => Promise.resolve();
  await pass(1_000);
  expect([live.state, asked]).toEqual(["live", 6]);
  await pass(10_000);
  expect(asked).toBe(6);
});

test("asked for all twice at a time, it asks once more after the first: what came between is in neither answer", async () => {
  await pass(0);
  socket().greets();
  await pass(0);
  const before = asked;
  const first = Promise.withResolvers<void>();
  refresh = () => first.promise;
  const both = [live.refresh(), live.refresh()];
  refresh = () => Promise.resolve();
  first.resolve();
  expect(await Promise.all(both)).toEqual([true, true]);
  expect(asked).toBe(before + 2);
});

test("without a connection it asks each five seconds, and says whether that works", async () => {
  connects = false;
  live.stop();
  live.start();
  await pass(5_000);
  expect(live.state).toBe("polling");
  const before = asked;
  await pass(30_000);
  expect(asked - before).toBeGreaterThanOrEqual(5);
  expect(asked - before).toBeLessThanOrEqual(8);
  refresh = () => Promise.reject(new NetworkError("no answer"));
  await pass(6_000);
  expect(live.state).toBe("offline");
});

test("a page that nobody sees asks for nothing, also where it was just asking as it went to sleep; seen again, it is there", async () => {
  vi.spyOn(Math, "random").mockReturnValue(0.5);
  connects = false;
  live.stop();
  live.start();
  await pass(5_000);
  page.show(false);
  await pass(23_000);
  // Asked for after 25 seconds, on its way when its half minute is over.
  const slow = Promise.withResolvers<void>();
  refresh = () => slow.promise;
  await pass(7_000);
  refresh = () => Promise.resolve();
  slow.resolve();
  await pass(0);
  const asleep = asked;
  await pass(600_000);
  expect(asked).toBe(asleep);
  connects = true;
  page.show(true);
  await pass(0);
  socket().greets();
  await pass(0);
  expect(live.state).toBe("live");
});
