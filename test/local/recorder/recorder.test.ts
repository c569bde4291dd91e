import { memoryUsage } from "node:process";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import { ServiceClock } from "../../../local/kernel/clock.ts";
import { Causes } from "../../../local/recorder/causes.ts";
import { Origins } from "../../../local/recorder/origins.ts";
import { Recorder } from "../../../local/recorder/recorder.ts";
import { traceOf } from "../../../local/recorder/trace-parent.ts";
import { waterfall } from "../../../local/recorder/waterfall.ts";
import { type Step, wayOf } from "../../../local/recorder/way.ts";

const noon = Date.parse("2026-06-15T12:00:00Z");
const makeRecorder = (limits = {}) => new Recorder(new ServiceClock({ heldAt: noon }), limits);
const traceId = "0af7651916cd43dd8448eb211c80319c";

describe("what runs now", () => {
  test("is the cause of what begins within it, over awaits too, and of nothing else", async () => {
    const recorder = makeRecorder();
    const outer = recorder.begin("functions", "run", "a");
    await recorder.within(outer, async () => {
      await Promise.resolve();
      recorder.begin("cosmos", "read", "b").end("ok");
    });
    recorder.begin("cosmos", "read", "c").end("ok");
    expect([...recorder.spans()].map(({ name, causes }) => [name, causes])).toEqual([
      ["a", []],
      ["b", [1]],
      ["c", []],
    ]);
  });

  test("can be said by id, collected for later, and left behind", () => {
    const recorder = makeRecorder();
    const span = recorder.begin("functions", "run", "a");
    expect([recorder.now, recorder.under(span.id, () => recorder.now)]).toEqual([0, 1]);
    const causes = new Causes(recorder);
    const add = () => causes.add();
    for (const run of [add, () => recorder.within(span, add), () => recorder.under(span.id, add)]) run();
    expect([causes.take(), causes.take()]).toEqual([[1], []]);
    expect(recorder.within(span, () => recorder.detached(() => recorder.now))).toBe(0);
    expect(recorder.under(99, () => recorder.now)).toBe(0);
  });

  test("is what a commit comes from, for as long as that is kept and the commit is one of the latest", () => {
    const recorder = makeRecorder({ spans: 2 });
    const origins = new Origins(recorder);
    expect(origins.of([1])).toEqual([]);
    const write = recorder.begin("cosmos", "create", "a");
    for (const commit of [7, 8]) origins.note(commit, write.id);
    expect(origins.of([6, 7, 8])).toEqual([1]);
    origins.note(7 + 4096, write.id);
    expect([origins.of([7]), origins.of([7 + 4096])]).toEqual([[], [1]]);
    for (const name of ["b", "c"]) recorder.begin("cosmos", "read", name);
    expect(origins.of([8])).toEqual([]);
  });
});

describe("what is kept", () => {
  test("is bounded by count: the oldest goes, ids go on", () => {
    const recorder = makeRecorder({ spans: 10 });
    for (let n = 0; n < 10_000; n++) recorder.begin("cosmos", "read", String(n)).end("ok");
    expect([recorder.oldest, recorder.newest]).toEqual([9991, 10_000]);
    expect([...recorder.spans(9997)].map(({ id }) => id)).toEqual([9998, 9999, 10_000]);
    expect([recorder.find(9990), recorder.find(10_001), recorder.find(9991)?.name]).toEqual([
      undefined,
      undefined,
      "9990",
    ]);
  });

  test("is bounded by bytes, and of a long body its beginning", () => {
    const recorder = makeRecorder({ bytes: 100_000 });
    for (let n = 0; n < 20; n++) recorder.begin("cosmos", "read", "x").note({ answer: Buffer.alloc(1_000_000, "a") });
    const [first] = recorder.spans();
    expect([...recorder.spans()].length).toBeLessThanOrEqual(4);
    expect(recorder.find(first?.id ?? 0)?.details.answer).toMatchObject({ length: 1_000_000 });
  });

  test.each<[string, unknown]>([
    ["an event", { data: { picture: "a".repeat(100_000) } }],
    ["a long list", { rows: Array.from({ length: 10_000 }, (_, n) => ({ n, text: "ten bytes." })) }],
  ])("is bounded by bytes where %s is an object, too", (_, event) => {
    const recorder = makeRecorder({ bytes: 1_000_000 });
    for (let n = 0; n < 50; n++) recorder.begin("eventgrid", "deliver", "x").note({ event: structuredClone(event) });
    expect([...recorder.spans()].length).toBeLessThanOrEqual(10);
  });

  test("is bounded by bytes where addresses are long, and not by what goes on after it has gone", () => {
    const recorder = makeRecorder({ bytes: 100_000, spans: 50 });
    const running = recorder.begin("functions", "run", "x");
    for (let n = 0; n < 50; n++) recorder.begin("functions", "http", `GET /${"a".repeat(8_000)}`);
    expect([...recorder.spans()].length).toBeLessThanOrEqual(12);
    for (let n = 0; n < 150; n++) running.log("info", "b".repeat(4_000));
    for (let n = 0; n < 50; n++) recorder.begin("cosmos", "read", "y");
    expect([...recorder.spans()].length).toBe(50);
  });

  test("is itself for as long as it is kept, however often its room is used again", () => {
    const recorder = makeRecorder({ spans: 40, bytes: 100_000 });
    const bodyOf = (id: number) => `${id} ${"é".repeat((id * 37) % 3000)}`;
    for (let id = 1; id <= 2000; id++) {
      const span = recorder.begin("cosmos", "read", `item ${id}`, { keys: [`item:${id}`, `item:${id}`] });
      span.note({ answer: bodyOf(id), request: Buffer.from(bodyOf(id + 1)), by: { n: id } });
      if (id % 3 !== 0) span.end("ok", 200);
      if (id % 100 !== 0) continue;
      const kept = [...recorder.spans()];
      expect(kept.length).toBeGreaterThan(5);
      for (const { id: each, name, keys, outcome, status } of kept) {
        expect({ name, keys, outcome, status }).toEqual({
          ...{ name: `item ${each}`, keys: [`item:${each}`] },
          ...(each % 3 === 0 ? { outcome: "running" } : { outcome: "ok", status: 200 }),
        });
        const details = { answer: bodyOf(each), request: bodyOf(each + 1), by: { n: each } };
        expect(recorder.find(each)?.details).toEqual(details);
      }
    }
  });

  test("is not touched by what ran on when it was kept no more; whoever listens hears how that ended", () => {
    const recorder = makeRecorder({ spans: 3 });
    const [running, ended] = [recorder.begin("functions", "run", "a"), recorder.begin("functions", "run", "b")];
    ended.end("ok");
    for (const name of ["c", "d", "e"]) recorder.begin("cosmos", "read", name);
    const heard: unknown[] = [];
    recorder.listen(({ id, outcome }) => heard.push([id, outcome]));
    for (const span of [running, ended]) {
      span.is("run", "x");
      span.about("item:x");
      span.note({ answer: "x" });
      span.log("info", "x");
      span.end("failed");
    }
    expect(heard).toEqual([[1, "failed"]]);
    const rest = [3, 4, 5].map((id) => recorder.find(id));
    expect(rest.map((span) => [span?.name, span?.outcome, span?.keys, span?.details, span?.logs])).toEqual(
      ["c", "d", "e"].map((name) => [name, "running", [], {}, []]),
    );
  });

  test("is nothing at all where that is asked for", () => {
    const recorder = makeRecorder({ spans: 0 });
    const span = recorder.begin("cosmos", "read", "x", { details: { a: 1 } });
    recorder.within(span, () => expect(recorder.now).toBe(0));
    span.end("ok");
    expect([recorder.newest, [...recorder.spans()]]).toEqual([0, []]);
  });

  test("is read when it is looked at: bytes as text, text that is JSON as what it says", () => {
    const recorder = makeRecorder();
    const span = recorder.begin("cosmos", "create", "x");
    span.note({ request: Buffer.from('{"a":1}'), answer: "{not json", charge: 5.2, nothing: undefined });
    expect(recorder.find(1)?.details).toEqual({ request: { a: 1 }, answer: "{not json", charge: 5.2 });
  });

  test("ends once, and those who listen hear of the beginning and of the end", () => {
    const recorder = makeRecorder();
    const heard: string[] = [];
    const stop = recorder.listen(({ id, outcome }) => heard.push(`${id} ${outcome}`));
    const span = recorder.begin("cosmos", "read", "x");
    span.end("refused", 404);
    span.end("ok");
    stop();
    recorder.begin("cosmos", "read", "y");
    expect(heard).toEqual(["1 running", "1 refused"]);
    expect(recorder.find(1)).toMatchObject({ outcome: "refused", status: 404 });
  });

  test("of a talkative run is how it began, how it goes now, and the count of the lines between", () => {
    const recorder = makeRecorder({ bytes: 1_000_000 });
    const before = recorder.begin("functions", "run", "before");
    const span = recorder.begin("functions", "run", "x");
    const numbers = () => recorder.find(2)?.logs.map(({ message }) => Number(message.split(" ")[1]));
    const from = (first: number, count: number) => Array.from({ length: count }, (_, n) => first + n);
    for (let n = 0; n < 200; n++) span.log("info", `line ${n}`);
    expect(numbers()).toEqual(from(0, 200));
    expect(recorder.find(2)?.details).toEqual({});
    for (let n = 200; n < 250; n++) span.log("info", `line ${n}`);
    expect(numbers()).toEqual([...from(0, 100), ...from(150, 100)]);
    for (let n = 250; n < 10_000; n++) span.log("info", `line ${n} ${"x".repeat(1_000)}`);
    expect(numbers()).toEqual([...from(0, 100), ...from(9_900, 100)]);
    expect(recorder.find(2)?.details).toEqual({ "lines not kept, between": 9_800 });
    // However much it says, it pushes out nothing else.
    expect(recorder.keeps(before.id)).toBe(true);
  });

  test("is of a line that is long its beginning alone: the rest of it is let go", () => {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    const span = makeRecorder().begin("functions", "run", "x");
    for (let n = 0; n < 100; n++) span.log("info", "short");
    collect();
    const before = memoryUsage().heapUsed;
    for (let n = 0; n < 50; n++) span.log("info", Buffer.alloc(1_000_000, 65 + n).toString("latin1"));
    collect();
    expect(memoryUsage().heapUsed - before).toBeLessThan(5_000_000);
  });
});

describe("a trace", () => {
  test("is that of a traceparent, else of the cause, else of its own", () => {
    const recorder = makeRecorder();
    recorder.begin("functions", "http", "a", { trace: traceOf(`00-${traceId}-b7ad6b7169203331-01`) });
    recorder.begin("functions", "run", "b", { causes: [1] });
    recorder.begin("functions", "run", "c", { causes: [] });
    recorder.begin("cosmos", "feed", "d", { causes: [2, 3] });
    expect([...recorder.spans()].map(({ trace }) => trace)).toEqual([traceId, traceId, "local-3", ""]);
  });

  test.each(["", "00-x", undefined, 7, `00-${"0".repeat(32)}-b7ad6b7169203331-01`, traceId])(
    "is none in %j",
    (text) => {
      expect(traceOf(text)).toBeUndefined();
    },
  );
});

describe("a way", () => {
  /** Two requests write each an item; one batch of the feed has both; two events come of it, each of its own trace. */
  function twoOrders() {
    const recorder = makeRecorder();
    for (const name of ["one", "two"]) recorder.begin("functions", "http", name, { trace: `trace-${name}` });
    recorder.begin("cosmos", "create", "item one", { causes: [1] });
    recorder.begin("cosmos", "create", "item two", { causes: [2], keys: ["item:two"] });
    recorder.begin("cosmos", "feed", "both", { causes: [3, 4] });
    for (const name of ["one", "two"])
      recorder.begin("eventgrid", "deliver", `event ${name}`, { causes: [5], trace: `trace-${name}` });
    return recorder;
  }
  const names = (steps: readonly Step[]): unknown[] =>
    steps.map(({ span, steps: below }) => (below.length === 0 ? span.name : [span.name, ...names(below)]));

  test("goes through a batch that it shares, and on with what is its own", () => {
    const way = ["one", ["item one", ["both", "event one"]]];
    expect(names(wayOf(twoOrders(), "trace-one")).slice(0, 1)).toEqual([way]);
    expect(names(wayOf(twoOrders(), 6))).toEqual(names(wayOf(twoOrders(), "trace-one")));
  });

  test("is found by a key, and is empty for what nobody knows", () => {
    expect(JSON.stringify(names(wayOf(twoOrders(), "item:two")))).toContain("event two");
    expect(JSON.stringify(names(wayOf(twoOrders(), "item:two")))).not.toContain("event one");
    expect(wayOf(twoOrders(), "item:three")).toEqual([]);
    expect(wayOf(twoOrders(), 99)).toEqual([]);
    expect(waterfall([])).toBe("Nothing is recorded of it.");
  });

  test("of what causes itself for ever is drawn so deep and no deeper", () => {
    const recorder = makeRecorder();
    for (let n = 0; n < 20_000; n++)
      recorder.begin("durable", "episode", "watch", n === 0 ? {} : { causes: [n], trace: "trace" });
    const lines = waterfall(wayOf(recorder, 1)).split("\n");
    expect(lines).toHaveLength(20_000);
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThan(150);
  });

  test("as text has a line for each step, deeper than its cause, with how it ended", () => {
    const recorder = twoOrders();
    recorder.begin("cosmos", "read", "missing", { causes: [6] }).end("refused", 404);
    const lines = waterfall(wayOf(recorder, "trace-one")).split("\n");
    expect(lines.find((line) => line.includes("missing"))).toMatch(
      /^ {4}\+0 ms {10}cosmos read missing [\d.]+ ms refused 404$/,
    );
    expect(lines.find((line) => line.includes("both"))).toContain("(one of 2 causes)");
  });
});
