import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type ConnectionState, LiveConnection } from "../../web/lib/live-connection.ts";
import { Socket } from "./socket.ts";

let connection: LiveConnection;
let states: ConnectionState[];
/** By how many failures the pauses were asked for. */
let asked: number[];
const newest = () => Socket.all.at(-1) as Socket;
const recoveries = () => Socket.all.filter(({ query }) => query.has("awps_connection_id")).length;
const acks = ({ sent }: Socket) =>
  sent.filter(({ type }) => type === "sequenceAck").map(({ sequenceId }) => sequenceId);
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

beforeEach(async () => {
  vi.useFakeTimers();
  Socket.all = [];
  states = [];
  asked = [];
  connection = new LiveConnection({
    url: async () => "wss://push.test/client/hubs/crema?access_token=a",
    onMessage: () => undefined,
    onState: (state) => states.push(state),
    WebSocket: Socket as unknown as typeof WebSocket,
    backoff: (failures) => {
      asked.push(failures);
      return 10_000;
    },
  });
  connection.start();
  await pass(0);
});
afterEach(() => {
  connection.stop();
  vi.useRealTimers();
});

test("who does not greet within ten seconds is given up, and another address is asked for", async () => {
  await pass(9_999);
  expect(states).toEqual([]);
  await pass(1);
  expect(states).toEqual(["failed"]);
  await pass(10_000);
  expect(Socket.all).toHaveLength(2);
  newest().greets();
  expect(states).toEqual(["failed", "connected"]);
  // The one that was given up has nothing to say any more.
  Socket.all[0]?.greets("c0");
  Socket.all[0]?.breaks();
  expect(states).toEqual(["failed", "connected"]);
});

test("a lost connection is gone back to for half a minute, and then there is a new one", async () => {
  newest().greets();
  newest().breaks();
  for (let tried = 1; tried <= 4; tried++) {
    expect([Socket.all.length, recoveries()]).toEqual([1 + tried, tried]);
    newest().breaks();
    await pass(10_000);
  }
  expect([Socket.all.length, recoveries()]).toEqual([6, 4]);
  newest().greets("c2");
  expect(states).toEqual(["connected", "lost", "connected"]);
});

test("taken up again, what was acknowledged is acknowledged once more: the service may not have heard it", async () => {
  newest().greets();
  newest().says({ type: "message", sequenceId: 1 });
  await pass(1_000);
  expect(acks(newest())).toEqual([1]);
  newest().breaks();
  newest().greets();
  newest().says({ type: "message", sequenceId: 1 });
  await pass(1_000);
  expect(acks(newest())).toEqual([1]);
  expect(states).toEqual(["connected", "lost", "recovered"]);
});

test("it is asked for a sign of life each fifteen seconds, and is lost after forty without any", async () => {
  newest().greets();
  const first = newest();
  for (let n = 0; n < 4; n++) {
    await pass(15_000);
    first.says({ type: "pong" });
  }
  expect(first.sent.map(({ type }) => type)).toEqual(["ping", "ping", "ping", "ping"]);
  await pass(30_000);
  expect(states).toEqual(["connected"]);
  await pass(15_000);
  expect(states).toEqual(["connected", "lost"]);
});

test("nudged, it is asked at once: who answers stays, who has not after four seconds is lost", async () => {
  newest().greets();
  await pass(5_000);
  connection.nudge();
  expect(newest().sent).toEqual([{ type: "ping" }]);
  await pass(1_000);
  newest().says({ type: "pong" });
  await pass(4_000);
  expect(states).toEqual(["connected"]);
  connection.nudge();
  await pass(3_999);
  expect(states).toEqual(["connected"]);
  await pass(1);
  expect(states).toEqual(["connected", "lost"]);
  // While it waits to try again it does so now.
  newest().breaks();
  expect(Socket.all).toHaveLength(2);
  connection.nudge();
  expect(Socket.all).toHaveLength(3);
});

test.each([
  ["refused by closing", 1008],
  ["closed by the application", 1000],
  ["broken", 1006],
])("a connection that is accepted and at once %s is not opened again and again without a pause", async (_, code) => {
  for (let n = 0; n < 5; n++) {
    newest().greets(`c${n}`);
    newest().breaks(code);
    await pass(0);
    // One is taken up at once, as after any loss.
    if (n > 0 || code !== 1006) {
      const before = Socket.all.length;
      await pass(9_999);
      expect(Socket.all).toHaveLength(before);
      await pass(1);
    }
  }
  expect(asked.length).toBeGreaterThanOrEqual(4);
  expect(asked).toEqual(asked.map((_, n) => (asked[0] ?? 0) + n));
});

test("a connection that lasted is taken up at once, however often connections broke before", async () => {
  for (let n = 0; n < 3; n++) {
    newest().greets();
    await pass(10_000);
    newest().breaks();
    expect(Socket.all).toHaveLength(n + 2);
  }
});
