import { expect, test } from "vitest";
import { type HandedOver, UndoQueue, undoFor } from "../../../web/barista/undo.ts";
import { order } from "./orders.ts";

/** A queue with timers and a network in our hands. */
function setUp() {
  const sent: string[] = [];
  const timers = new Map<number, () => void>();
  const answers: (() => void)[] = [];
  let kept: HandedOver[] = [];
  let next = 0;
  const queue = new UndoQueue({
    send: ({ orderId }) => {
      sent.push(orderId);
      return new Promise((resolve) => answers.push(resolve));
    },
    keep: (handed) => {
      kept = handed;
    },
    onChange: () => {},
    setTimer: (work, milliseconds) => {
      expect(milliseconds).toBe(undoFor);
      timers.set(++next, work);
      return next;
    },
    clearTimer: (timer) => timers.delete(timer as number),
  });
  const timeOver = () => {
    for (const work of [...timers.values()]) work();
  };
  const answered = async () => {
    for (const answer of answers.splice(0)) answer();
    await new Promise(setImmediate);
  };
  return { queue, sent, timeOver, answered, kept: () => kept.map(({ orderId }) => orderId) };
}
const ready = (id: string, number: number) => order({ id, number, state: "ready" });

test("nothing is sent before the time to undo is over, and then once", () => {
  const { queue, sent, timeOver } = setUp();
  queue.add(ready("a", 47));
  queue.add(ready("a", 47));
  expect(sent).toEqual([]);
  timeOver();
  timeOver();
  expect(sent).toEqual(["a"]);
});

test("what is undone is never sent and stands in its place again", () => {
  const { queue, sent, timeOver, kept } = setUp();
  queue.add(ready("a", 47));
  queue.add(ready("b", 46));
  expect(queue.waiting.map(({ number }) => number)).toEqual([46, 47]);
  expect(queue.undo("a")).toBe(true);
  timeOver();
  expect(sent).toEqual(["b"]);
  expect([...queue.hidden]).toEqual(["b"]);
  expect(kept()).toEqual(["b"]);
});

test("it cannot be undone once it is sent, and stays hidden until the answer", async () => {
  const { queue, timeOver, answered } = setUp();
  queue.add(ready("a", 47));
  timeOver();
  expect(queue.undo("a")).toBe(false);
  expect([...queue.hidden]).toEqual(["a"]);
  await answered();
  expect([...queue.hidden]).toEqual([]);
});

test("when the page goes all is sent at once, and kept until the answer was seen", async () => {
  const { queue, sent, kept, answered } = setUp();
  queue.add(ready("a", 47));
  queue.add(ready("b", 46));
  void queue.flush();
  expect(sent).toEqual(["a", "b"]);
  expect(kept()).toEqual(["a", "b"]);
  await answered();
  expect(kept()).toEqual([]);
});

test("what an earlier life of the page kept is sent when it comes back, without time to undo", () => {
  const { queue, sent } = setUp();
  void queue.resume([{ orderId: "a", version: 4, number: 47 }]);
  expect(sent).toEqual(["a"]);
  expect(queue.waiting).toEqual([]);
  expect([...queue.hidden]).toEqual(["a"]);
});
