import type { Container, FeedOptions } from "@azure/cosmos";
import fc from "fast-check";
import { expect, test } from "vitest";
import { startStack } from "./stack.ts";

interface Item {
  id: string;
  storeId: string;
  a?: number;
  b: string;
}

type Row = Record<string, unknown>;

/** What is selected, as text and as its plain meaning for one item. */
const selections: Record<string, (item: Item) => unknown> = {
  "c.a, c.b": ({ a, b }) => (a === undefined ? { b } : { a, b }),
  "c.a": ({ a }) => (a === undefined ? {} : { a }),
  "VALUE c.b": ({ b }) => b,
  "VALUE c.a": ({ a }) => a,
  "c.id, c.b, c.a": ({ id, a, b }) => (a === undefined ? { id, b } : { id, b, a }),
};

interface Query {
  selection: string;
  distinct: boolean;
  order: { by: "a" | "b"; descending: boolean } | undefined;
  cut: { top: number } | { offset: number; limit: number } | undefined;
  filter: boolean;
}

const small = fc.integer({ min: 0, max: 6 });
const items: fc.Arbitrary<Item[]> = fc
  .array(fc.record({ store: fc.integer({ min: 0, max: 5 }), a: fc.integer({ min: 1, max: 4 }), b: small }), {
    maxLength: 24,
  })
  .map((list) => list.map(({ store, a, b }, at) => ({ id: `i${at}`, storeId: `s${store}`, a, b: `b${b % 3}` })));
const queries: fc.Arbitrary<Query> = fc.record({
  selection: fc.constantFrom(...Object.keys(selections)),
  distinct: fc.boolean(),
  order: fc.option(fc.record({ by: fc.constantFrom("a" as const, "b" as const), descending: fc.boolean() }), {
    nil: undefined,
  }),
  cut: fc.option(
    fc.oneof(fc.record({ top: small }), fc.record({ offset: small, limit: fc.integer({ min: 0, max: 9 }) })),
    { nil: undefined },
  ),
  filter: fc.boolean(),
});

function written({ selection, distinct, order, cut, filter }: Query): string {
  const top = cut !== undefined && "top" in cut ? `TOP ${cut.top} ` : "";
  const page = cut !== undefined && "offset" in cut ? ` OFFSET ${cut.offset} LIMIT ${cut.limit}` : "";
  const orderBy = order === undefined ? "" : ` ORDER BY c.${order.by} ${order.descending ? "DESC" : "ASC"}`;
  return `SELECT ${distinct ? "DISTINCT " : ""}${top}${selection} FROM c${filter ? " WHERE c.a > 1" : ""}${orderBy}${page}`;
}

const sorted = (rows: unknown[]): string[] => rows.map((row) => JSON.stringify(row)).toSorted();

/** What a plain reading of the query gives: the rows before they are cut, and how many of them are to come. */
function expected(
  { selection, distinct, order, cut, filter }: Query,
  all: Item[],
): { rows: unknown[]; keys: unknown[] } {
  const chosen = all.filter(({ a }) => !filter || (a ?? 0) > 1);
  const direction = order?.descending ? -1 : 1;
  if (order) {
    chosen.sort((x, y) => {
      const [left, right] = [x[order.by] ?? 0, y[order.by] ?? 0];
      return left < right ? -direction : left > right ? direction : 0;
    });
  }
  const seen = new Set<string>();
  const pairs = chosen
    .map((item) => ({ row: selections[selection]?.(item), key: order && item[order.by] }))
    .filter(({ row }) => row !== undefined)
    .filter(({ row }) => !distinct || (!seen.has(JSON.stringify(row)) && seen.add(JSON.stringify(row)) !== undefined));
  const [from, to] =
    cut === undefined ? [0, pairs.length] : "top" in cut ? [0, cut.top] : [cut.offset, cut.offset + cut.limit];
  return { rows: pairs.map(({ row }) => row), keys: pairs.slice(from, to).map(({ key }) => key) };
}

/** All rows by pages; where a page gives a token, the next page is asked by another iterator. */
async function paged(container: Container, query: string, options: FeedOptions, resumed: boolean): Promise<unknown[]> {
  const rows: unknown[] = [];
  let iterator = container.items.query(query, options);
  for (let pages = 0; iterator.hasMoreResults(); pages++) {
    expect({ query, ended: pages < 200 }).toEqual({ query, ended: true });
    const page = await iterator.fetchNext();
    rows.push(...(page.resources ?? []));
    expect((page.resources ?? []).length).toBeLessThanOrEqual(options.maxItemCount ?? Number.POSITIVE_INFINITY);
    const { continuationToken } = page;
    // The client gives a token even after the last row that TOP or LIMIT lets through; it says so by having no more.
    if (resumed && continuationToken && iterator.hasMoreResults()) {
      iterator = container.items.query(query, { ...options, continuationToken });
    }
  }
  return rows;
}

test("DISTINCT, ORDER BY, TOP and OFFSET LIMIT in any mixture, over two ranges and page by page, give what they say", async () => {
  const { client } = await startStack({ ranges: 2 });
  const { database } = await client.databases.create({ id: "differential" });
  let made = 0;
  const run = async (all: Item[], query: Query, pageSize: number): Promise<void> => {
    const { container } = await database.containers.create({ id: `c${made++}`, partitionKey: { paths: ["/storeId"] } });
    for (const item of all) await container.items.create(item);
    const text = written(query);
    const { rows, keys } = expected(query, all);
    const of = (row: unknown): unknown => {
      if (query.order === undefined) return undefined;
      return query.selection.startsWith("VALUE") ? row : (row as Row)[query.order.by];
    };
    for (const enableQueryControl of [false, true]) {
      // In its tokens this client counts rows that DISTINCT leaves out: OFFSET and LIMIT by them, and the place in an ORDER BY, on Azure too.
      const resumed = enableQueryControl && !(query.distinct && (query.cut ?? query.order) !== undefined);
      const got = await paged(container, text, { maxItemCount: pageSize, enableQueryControl }, resumed);
      const told = { text, enableQueryControl, pageSize };
      expect({ ...told, count: got.length }).toEqual({ ...told, count: keys.length });
      // Each row that came is one of those that could come, as often at most.
      const left = sorted(rows);
      for (const row of sorted(got))
        expect({ ...told, row: left.splice(left.indexOf(row), 1)[0] }).toEqual({ ...told, row });
      const shown = query.order !== undefined && new RegExp(`c\\.${query.order.by}\\b`).test(query.selection);
      if (shown) expect({ ...told, keys: got.map(of) }).toEqual({ ...told, keys });
    }
  };
  await fc.assert(fc.asyncProperty(items, queries, fc.constantFrom(1, 2, 3, 7, 100), run), { numRuns: 40 });
});

test("groups and aggregates of any mixture are the same over two ranges as over one list", async () => {
  const { client } = await startStack({ ranges: 2 });
  const { database } = await client.databases.create({ id: "groups" });
  const aggregates: Record<string, (list: Item[]) => unknown> = {
    "COUNT(1)": (list) => list.length,
    "SUM(c.a)": (list) => list.reduce((sum, { a }) => sum + (a ?? 0), 0),
    "MAX(c.b)": (list) =>
      list
        .map(({ b }) => b)
        .toSorted()
        .at(-1),
    "MIN(c.a)": (list) => list.map(({ a }) => a ?? 0).toSorted((x, y) => x - y)[0],
    "AVG(c.a)": (list) =>
      list.length === 0 ? undefined : list.reduce((sum, { a }) => sum + (a ?? 0), 0) / list.length,
    "COUNTIF(c.a > 2)": (list) => list.filter(({ a }) => (a ?? 0) > 2).length,
  };
  const names = fc.subarray(Object.keys(aggregates), { minLength: 1, maxLength: 3 });
  let made = 0;
  const run = async (all: Item[], calls: string[], byKind: boolean, value: boolean, top: number): Promise<void> => {
    const { container } = await database.containers.create({ id: `c${made++}`, partitionKey: { paths: ["/storeId"] } });
    for (const item of all) await container.items.create(item);
    const used = value ? calls.slice(0, 1) : calls;
    const columns = used.map((call, at) => (value ? `VALUE ${call}` : `${call}${at % 2 === 0 ? ` AS n${at}` : ""}`));
    const text = `SELECT ${byKind && !value ? "c.b, " : ""}${columns.join(", ")} FROM c${byKind ? " GROUP BY c.b" : ""}`;
    let unnamed = 0;
    const fields = used.map((_, at) => (at % 2 === 0 ? `n${at}` : `$${++unnamed}`));
    const lists = byKind ? [...Map.groupBy(all, ({ b }) => b)] : ([["", all]] as [string, Item[]][]);
    const rows = lists.map(([b, list]) => {
      const results = used.map((call) => aggregates[call]?.(list));
      if (value) return results[0];
      return { ...(byKind ? { b } : {}), ...Object.fromEntries(fields.map((name, at) => [name, results[at]])) };
    });
    const got = (await container.items.query(text, { maxItemCount: 3 }).fetchAll()).resources;
    const plain = (list: unknown[]): unknown[] => JSON.parse(JSON.stringify(list.filter((row) => row !== undefined)));
    const order = (list: unknown[]): unknown[] =>
      plain(list).toSorted((x, y) => (JSON.stringify(x) < JSON.stringify(y) ? -1 : 1));
    expect({ text, rows: order(got) }).toEqual({ text, rows: order(rows) });
    if (!byKind) return;
    const cut = await container.items.query(text.replace("SELECT ", `SELECT TOP ${top} `)).fetchAll();
    expect(cut.resources).toHaveLength(Math.min(top, rows.length));
  };
  await fc.assert(
    fc.asyncProperty(
      items.filter((list) => list.length > 0),
      names,
      fc.boolean(),
      fc.boolean(),
      small,
      run,
    ),
    {
      numRuns: 25,
    },
  );
});
