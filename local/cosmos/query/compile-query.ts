import { type Aggregator, aggregator } from "./aggregates.ts";
import { type Expression, isGrouped, type Query, type Source } from "./ast.ts";
import { type Compilation, compile, type Scope } from "./compile-expression.ts";
import { type Demands, demandsOf } from "./demands.ts";
import { demanded, storedPath } from "./equalities.ts";
import type { Evaluate, Frame } from "./frame.ts";
import { bounded, writtenWeight } from "./limits.ts";
import { parseQuery } from "./parser.ts";
import { type PathsRead, pathsRead } from "./paths-read.ts";
import type { Problem } from "./query-error.ts";
import { checkQuery, missingHere } from "./query-rules.ts";
import { canonical, type Json, put, type Value } from "./values.ts";

/** The parts of a query as functions. Slot 0 of a frame is the current document. */
export interface Body {
  query: Query;
  /** Iterates over the rows (sources joined, WHERE applied) and calls `next` for each, until it returns true. */
  enumerate(frame: Frame, next: () => boolean): boolean;
  /** The SELECT value of a row; undefined gives no row. */
  project: Evaluate;
  grouped: boolean;
  /**
   * A subquery in FROM whose rows depend on all documents together (DISTINCT, GROUP BY, an aggregate), and the slot for each of its rows. Other
   * subqueries in FROM are evaluated per document.
   */
  input: { slot: number; body: Body } | undefined;
  groups(): Groups;
  orderKeys: Evaluate[];
  top: Evaluate | undefined;
  offset: Evaluate | undefined;
  limit: Evaluate | undefined;
}

export interface CompiledQuery extends Body {
  text: string;
  demands: Demands;
  reads: PathsRead;
  /** The single path that determines the row order, if an index has that order. */
  orderPath: (string | number)[] | undefined;
  /** Whether it only counts the documents that fulfil a single equality, so that an index knows the count. */
  countsEqual: boolean;
  /** What the service supports and this server does not: a query plan is possible, a result is not. */
  missing: Problem[];
}

/** Groups rows by their GROUP BY values. */
export interface Groups {
  add(frame: Frame): void;
  results(frame: Frame): Json[];
}

/** Named expressions over the document itself, each as `SELECT VALUE <expression> FROM c`. */
export type ComputedProperties = readonly { name: string; query: string }[];

/** Queries of containers with computed properties are cached separately, by the list in the container's definition. */
const caches = new WeakMap<ComputedProperties, Map<string, CompiledQuery>>();
const none: ComputedProperties = [];
const cacheSize = 500;
/** Longer query texts are not cached. */
const cachedLength = 10_000;

/** Parses, checks and compiles a query; compiled queries are cached by their text. @throws a 400 with the position of an error. */
export function compileQuery(text: string, properties: ComputedProperties = none): CompiledQuery {
  const cache = caches.get(properties) ?? new Map<string, CompiledQuery>();
  caches.set(properties, cache);
  const known = cache.get(text);
  if (known !== undefined) return known;
  const query = parseQuery(text);
  checkQuery(query);
  const compilation: Compilation = {
    counters: { slots: 1, aggregates: 0 },
    collect: undefined,
    computed: new Map(properties.map(({ name, query: definition }) => [name, compileQuery(definition).project])),
    subquery: (inner, scope) => {
      const body = compileBody(inner, scope, compilation, false);
      return (frame) => rowsOf(body, frame);
    },
  };
  const body = compileBody(query, undefined, compilation, true);
  const demands = demandsOf(query, properties);
  const { equalities } = demands;
  const compiled = {
    ...body,
    text,
    demands,
    // Only a single value: in a list, a parameter without a value must be reported.
    countsEqual: equalities.length === 1 && equalities[0]?.values.length === 1 && countsAlone(query),
    orderPath: orderPathOf(query, properties),
    reads: pathsRead(query, properties),
    missing: missingHere(query),
  };
  if (text.length > cachedLength) return compiled;
  if (cache.size >= cacheSize) cache.clear();
  cache.set(text, compiled);
  return compiled;
}

/** `SELECT VALUE COUNT(1) FROM c WHERE` and one condition. */
function countsAlone(query: Query): boolean {
  const { select, from, groupBy, distinct, orderBy, top, offset } = query;
  if (select.kind !== "value" || from.length !== 1 || groupBy.length + orderBy.length > 0) return false;
  if (distinct || top !== undefined || offset !== undefined || demanded(query).length !== 1) return false;
  const { expression } = select;
  if (expression.kind !== "call" || expression.name !== "COUNT") return false;
  const [counted] = expression.arguments;
  return counted?.kind === "literal" && counted.value !== undefined;
}

function orderPathOf(query: Query, computed: ComputedProperties): (string | number)[] | undefined {
  const [only, ...more] = query.orderBy;
  if (query.rank || only === undefined || more.length > 0) return undefined;
  return storedPath(only.expression, query, computed);
}

/** `root` for the outermost query and for a subquery at the start of its FROM: their first source is the container. */
function compileBody(query: Query, outer: Scope | undefined, compilation: Compilation, root: boolean): Body {
  const scope: Scope = { names: new Map(), outer };
  const [first] = query.from;
  const inner =
    root && first?.from.kind === "query" ? compileBody(first.from, undefined, compilation, true) : undefined;
  const sources = query.from.map((source, index) =>
    compileSource(source, scope, compilation, index === 0 && root, index === 0 ? inner : undefined),
  );
  const where = query.where === undefined ? undefined : compile(query.where, scope, compilation);
  const keys = query.groupBy.map((key) => compile(key, scope, compilation));
  const calls: { index: number; name: string; argument: Evaluate }[] = [];
  const collect: Compilation["collect"] = (call, at) => {
    const index = compilation.counters.aggregates++;
    const [argument] = call.arguments;
    if (argument !== undefined) calls.push({ index, name: call.name, argument: compile(argument, at, compilation) });
    return index;
  };
  const project = compileSelect(query, scope, { ...compilation, collect });
  const slot = first?.alias === undefined ? undefined : scope.names.get(first.alias);
  return {
    query,
    enumerate: (frame, next) => walk(sources, 0, frame, () => (!where || where(frame) === true) && next()),
    project,
    grouped: isGrouped(query),
    input: inner !== undefined && isGlobal(inner) ? { slot: slot ?? 0, body: inner } : undefined,
    groups: () => gather(keys, calls, project),
    orderKeys: isGrouped(query) ? [] : query.orderBy.map(({ expression }) => compile(expression, scope, compilation)),
    top: query.top && compile(query.top, scope, compilation),
    offset: query.offset && compile(query.offset, scope, compilation),
    limit: query.limit && compile(query.limit, scope, compilation),
  };
}

/** Whether a query's rows depend on all documents together. */
const isGlobal = (body: Body): boolean => body.query.distinct || body.grouped || body.input !== undefined;

type Walk = (frame: Frame, next: () => boolean) => boolean;

function walk(sources: Walk[], at: number, frame: Frame, next: () => boolean): boolean {
  const source = sources[at];
  return source === undefined ? next() : source(frame, () => walk(sources, at + 1, frame, next));
}

/** Compiles a source and declares its alias. The first source of the outermost query is the document in slot 0. */
function compileSource(
  source: Source,
  scope: Scope,
  compilation: Compilation,
  root: boolean,
  inner: Body | undefined,
): Walk {
  const given = inner !== undefined && isGlobal(inner);
  const values = inner === undefined ? compileValues(source, scope, compilation, root) : innerValues(source, inner);
  const slot = root && source.from.kind === "name" && !source.iterate ? 0 : compilation.counters.slots++;
  if (source.alias !== undefined) scope.names.set(source.alias, slot);
  if (given && !source.iterate) return (_, next) => next();
  return (frame, next) => {
    for (const value of given ? listOf(frame.slots[slot]) : values(frame)) {
      frame.budget.spend(1);
      frame.slots[slot] = value;
      if (next()) return true;
    }
    return false;
  };
}

const listOf = (value: Value): readonly Json[] => (Array.isArray(value) ? value : []);

/** The rows of a subquery at the start of FROM for the document in slot 0. */
function innerValues(source: Source, inner: Body): (frame: Frame) => readonly Json[] {
  return source.iterate ? (frame) => rowsOf(inner, frame).flatMap(listOf) : (frame) => rowsOf(inner, frame);
}

function compileValues(
  source: Source,
  scope: Scope,
  compilation: Compilation,
  root: boolean,
): (frame: Frame) => readonly Json[] {
  if (source.from.kind === "query") {
    const rows = compilation.subquery(source.from, scope);
    return source.iterate ? (frame) => rows(frame).flatMap((row) => (Array.isArray(row) ? row : [])) : rows;
  }
  const from: Scope = root ? { names: new Map([[baseName(source.from), 0]]), outer: undefined } : scope;
  const evaluate = compile(source.from, from, compilation);
  if (source.iterate) {
    return (frame) => {
      const list = evaluate(frame);
      return Array.isArray(list) ? list : [];
    };
  }
  return (frame) => {
    const value = evaluate(frame);
    return value === undefined ? [] : [value];
  };
}

function baseName(expression: Expression): string {
  if (expression.kind === "member") return baseName(expression.object);
  return expression.kind === "name" ? expression.name : "";
}

function compileSelect(query: Query, scope: Scope, compilation: Compilation): Evaluate {
  const { select } = query;
  if (select.kind === "value") return compile(select.expression, scope, compilation);
  if (select.kind === "star") {
    const slot = scope.names.get(query.from[0]?.alias ?? "") ?? 0;
    return ({ slots }) => slots[slot];
  }
  const items = select.items.map(({ name, expression }) => [name, compile(expression, scope, compilation)] as const);
  return (frame) => {
    const row: { [name: string]: Json } = {};
    for (const [name, evaluate] of items) put(row, name, evaluate(frame));
    return bounded(row);
  };
}

function gather(
  keys: Evaluate[],
  calls: { index: number; name: string; argument: Evaluate }[],
  project: Evaluate,
): Groups {
  const groups = new Map<string, { slots: Value[]; aggregators: Aggregator[] }>();
  const fresh = (slots: Value[]) => ({ slots, aggregators: calls.map((call) => aggregator(call.name)) });
  if (keys.length === 0) groups.set("", fresh([]));
  return {
    add: (frame) => {
      const values = keys.map((evaluate) => evaluate(frame));
      for (const value of values) frame.budget.spend(writtenWeight(value));
      const key = values.map(canonical).join();
      let group = groups.get(key);
      if (group === undefined) {
        group = fresh(frame.slots.slice());
        groups.set(key, group);
      }
      for (const [at, call] of calls.entries()) group.aggregators[at]?.add(call.argument(frame));
    },
    results: (frame) =>
      [...groups.values()].flatMap(({ slots, aggregators }) => {
        const aggregates: Value[] = [];
        for (const [at, call] of calls.entries()) aggregates[call.index] = aggregators[at]?.result();
        const row = project({ ...frame, slots, aggregates });
        return row === undefined ? [] : [row];
      }),
  };
}

/** All rows of a subquery for the outer row in `frame`. */
const rowsOf = (body: Body, frame: Frame): Json[] => collected(body, frame, (enumerate) => enumerate());

/** All rows of a query on these documents. */
export function rowsOfAll(body: Body, documents: Iterable<Json>, frame: Frame): Json[] {
  const { input } = body;
  const inputs = input === undefined ? documents : rowsOfAll(input.body, documents, frame);
  return collected(body, frame, (enumerate) => {
    for (const each of inputs) {
      frame.slots[input?.slot ?? 0] = each;
      enumerate();
    }
  });
}

/** The rows or groups of everything that `each` enumerates. */
function collected(body: Body, frame: Frame, each: (enumerate: () => void) => void): Json[] {
  const rows: Json[] = [];
  const groups = body.grouped ? body.groups() : undefined;
  each(() =>
    body.enumerate(frame, () => {
      groups?.add(frame);
      const row = groups === undefined ? body.project(frame) : undefined;
      if (row !== undefined) rows.push(row);
      return false;
    }),
  );
  const all = groups?.results(frame) ?? rows;
  return body.query.distinct ? distinct(all) : all;
}

/** The rows without those that equal an earlier one. */
export function distinct(rows: Json[]): Json[] {
  const seen = new Set<string>();
  return rows.filter((row) => {
    const key = canonical(row);
    return !seen.has(key) && seen.add(key) !== undefined;
  });
}
