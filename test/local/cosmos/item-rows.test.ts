import fc from "fast-check";
import { expect, test } from "vitest";
import type { Bodies } from "../../../local/cosmos/bodies.ts";
import { Item, type Partition } from "../../../local/cosmos/item.ts";
import { ItemFeed } from "../../../local/cosmos/item-feed.ts";
import { ItemIds } from "../../../local/cosmos/item-ids.ts";
import { Items } from "../../../local/cosmos/items.ts";
import { sortedRows } from "../../../local/kernel/columns.ts";
import { longBytes } from "../../../local/kernel/text-bytes.ts";

interface Model {
  key: number;
  id: string;
  number: number;
  lsn: number;
}

const step = fc.record({
  key: fc.integer({ min: 0, max: 2 }),
  // Some are longer as bytes.
  id: fc.constantFrom(
    "a",
    "b",
    "ü",
    "漢字",
    "\ud800",
    "\udc00",
    "\ufffd",
    "a:1",
    "a:2",
    "a:3",
    "b:1",
    "b:2",
    "x".repeat(300),
    "6037e10d-2506-4958-b248-211dc09ff9dd",
    "6037e10d-2506-4958-b248-211dc09ff9dd-1",
    "6037E10D-2506-4958-b248-211dc09ff9dd",
  ),
  what: fc.constantFrom("put", "put", "anew", "remove"),
});

test("whatever comes and goes, each item is found under its id, in its partition, by its number and by its commit, after a start too", () => {
  fc.assert(
    fc.property(
      fc.array(step, { minLength: 30, maxLength: 300 }),
      fc.array(fc.nat(), { minLength: 30, maxLength: 30 }),
      (steps, shuffle) => {
        let number = 0;
        let lsn = 0;
        const model = new Map<string, Model>();
        const stand = new Rows();
        for (const { key, id, what } of steps) {
          const name = `${key}/${id}`;
          const before = model.get(name);
          if (before !== undefined && what !== "put") {
            stand.remove(key, id);
            model.delete(name);
          }
          if (what === "remove") continue;
          const kept = model.get(name);
          const now = { key, id, number: kept?.number ?? ++number, lsn: ++lsn };
          stand.put(now);
          model.set(name, now);
        }
        stand.isAs([...model.values()]);

        const again = new Rows();
        const order = [...model.values()].sort(
          (a, b) => (shuffle[a.number % 30] ?? 0) - (shuffle[b.number % 30] ?? 0) || b.number - a.number,
        );
        again.restore(order);
        again.isAs([...model.values()]);
        again.put({ key: 1, id: "later", number: number + 1, lsn: lsn + 1 });
        again.isAs([...model.values(), { key: 1, id: "later", number: number + 1, lsn: lsn + 1 }]);
      },
    ),
    { numRuns: 100 },
  );
});

test("an id is another one in each of very many partitions", () => {
  const ids = new ItemIds();
  const partitions = [0, 1, 127, 128, 129, 16_383, 16_384, 2 ** 21 + 5];
  const names = ["", "a", "\ud800", "6037e10d-2506-4958-b248-211dc09ff9dd", "x".repeat(2000)];
  const all = partitions.flatMap((partition) => names.map((id) => ({ partition, id })));
  for (const { partition, id } of all) ids.add(partition, id);
  for (const [row, { partition, id }] of all.entries()) {
    expect(ids.find(partition, id)).toBe(row);
    expect([ids.partitionOf(row), ids.idOf(row)]).toEqual([partition, id]);
    expect(ids.find(partition + 200, id)).toBe(-1);
  }
});

/** Three partitions, as a container has them. */
class Rows {
  readonly items = new Items<Partition>((rows) => this.feed.moved(rows));
  readonly numberOf = (row: number) => this.items.numberOf(row);
  readonly feed = new ItemFeed(this.items);
  readonly range = { id: "0", min: "", max: "FF", size: 0, feed: this.feed };
  readonly partitions = [0, 1, 2].map((key): Partition => {
    const nothingYet = { size: 0, first: -1, last: -1, index: undefined, ordered: undefined, unique: undefined };
    const bodies = {} as Bodies;
    const partition = { key: [key], text: `[${key}]`, range: this.range, bodies, number: -1, ...nothingYet };
    this.items.admit(partition);
    return partition;
  });

  put({ key, id, number, lsn }: Model): void {
    const partition = this.partitions[key] as Partition;
    const before = this.items.find(partition, id);
    if (before !== -1) this.feed.remove(before);
    const row = before === -1 ? this.items.add(partition, id, number) : before;
    this.items.put(row, { lsn, at: 0, size: lsn * 2, ts: number, ttl: null }, [id]);
    this.feed.append(row);
  }

  remove(key: number, id: string): void {
    const row = this.items.find(this.partitions[key] as Partition, id);
    this.feed.remove(row);
    this.items.remove(row);
  }

  restore(all: readonly Model[]): void {
    this.items.reserve(all.length);
    for (const { key, id, number, lsn } of all) {
      const version = { lsn, at: 0, size: lsn * 2, ts: number, ttl: null };
      const bytes = longBytes(id);
      const item = { ...version, bytes, idStart: 0, idEnd: bytes.length, known: [id] };
      this.items.restore(this.partitions[key] as Partition, number, item);
    }
    this.items.restored();
    this.feed.fill(sortedRows(this.items.size, (row) => this.items.lsnOf(row)));
  }

  isAs(all: readonly Model[]): void {
    const numbers = (of: readonly Model[]) => of.map(({ number }) => number);
    const byNumber = all.toSorted((a, b) => a.number - b.number);
    const byCommit = all.toSorted((a, b) => a.lsn - b.lsn);
    expect([this.items.size, this.range.size]).toEqual([all.length, all.length]);
    expect([...this.items.rows()].map(this.numberOf)).toEqual(numbers(byNumber));
    expect([...this.items.rows(20)].map(this.numberOf)).toEqual(numbers(byNumber).filter((one) => one >= 20));
    expect([...this.feed.from(0)].map(this.numberOf)).toEqual(numbers(byCommit));
    expect([...this.feed.from(20)].map((row) => this.items.lsnOf(row))).toEqual(
      byCommit.map(({ lsn }) => lsn).filter((one) => one >= 20),
    );
    for (const [key, partition] of this.partitions.entries()) {
      const own = byNumber.filter((one) => one.key === key);
      expect([...this.items.rowsOf(partition)].map(this.numberOf)).toEqual(numbers(own));
      expect(partition.size).toBe(own.length);
      expect(this.items.find(partition, "nobody")).toBe(-1);
    }
    for (const { key, id, number, lsn } of all) {
      const found = new Item(this.items, this.items.find(this.partitions[key] as Partition, id));
      expect(found).toMatchObject({
        id,
        number,
        lsn,
        size: lsn * 2,
        ts: number,
        known: [id],
        partition: { key: [key] },
      });
    }
  }
}
