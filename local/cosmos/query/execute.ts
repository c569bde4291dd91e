import { createHash } from "node:crypto";
import type { Equality } from "../equality-index.ts";
import { badRequest } from "../errors.ts";
import type { Bounds, OrderPoint } from "../ordered-index.ts";
import type { Query } from "./ast.ts";
import type { Ambient } from "./built-in.ts";
import { type CompiledQuery, distinct, rowsOfAll } from "./compile-query.ts";
import { isSomething, type Sought, soughtBy } from "./demands.ts";
import type { Evaluate, Frame } from "./frame.ts";
import { Budget, writtenWeight } from "./limits.ts";
import type { Path } from "./paths-read.ts";
import { queryErrors } from "./query-error.ts";
import { compareValues, isObject, type Json, type Value } from "./values.ts";

/** A document as the store of a container holds it. */
export interface StoredDocument {
  readonly doc: Json;
  /** Ascending in order of creation, which is the order of a scan. */
  readonly number: number;
  /** The length of the document as JSON, in bytes. */
  readonly size: number;
  /** A document with the values at these paths only, if they are known without reading the whole. */
  outline?(paths: readonly Path[]): Json | undefined;
}

export interface QueryRun {
  ambient: Ambient;
  /** The documents from this number on, in order. */
  scan(from: number): Iterable<StoredDocument>;
  /** A superset of the matching documents, in order, if an index is faster than a scan. */
  find?: (sought: Sought) => StoredDocument[] | undefined;
  /** The number and total bytes of the documents that fulfil an equality, if an index knows them. */
  count?: (equality: Equality) => { count: number; bytes: number } | undefined;
  /** All documents in the order of the values at a path, then of their numbers, if an index is faster than sorting. */
  inOrder?: (
    path: Bounds["path"],
    descending: boolean,
    from: OrderPoint | undefined,
  ) => Iterable<StoredDocument> | undefined;
  parameters: ReadonlyMap<string, Json>;
  /** The documents that an index found. */
  found?: StoredDocument[];
  /** The maximum number of rows per page. */
  max: number;
  /** The continuation token of the previous page. */
  continuation: string | undefined;
  /** With ORDER BY: rows before this point are omitted. */
  after?: ResumePoint | undefined;
}

/** A point in an order: ORDER BY values, and a document among rows with equal values. `exclude` omits those rows, too. */
export interface ResumePoint {
  keys: Value[];
  number: number | undefined;
  exclude: boolean;
}

export interface Page {
  rows: Json[];
  continuation: string | undefined;
  /** The total bytes of the documents considered; the request charge is estimated from it. */
  loaded: number;
}

/** A page ends early when its documents reach this total size, as in the service. */
const pageBytes = 4 * 1024 * 1024;

interface Token {
  /** The remaining rows of OFFSET, and the remaining rows of LIMIT. */
  pass: number;
  left: number | null;
  /** The first row of the next page: its document number and its index among the document's rows. */
  number?: number;
  index?: number;
  /** Its ORDER BY values, each in an array that is empty for undefined. */
  keys?: Json[][];
  /** For results without a position of their own: the number already returned. */
  given?: number;
  /** What the positions depend on in the query that issued the token; see `placesOf`. */
  of?: string | undefined;
}

/**
 * Runs one page of a query.
 * @throws a 400 for a foreign continuation token, and for what the service supports and this server does not.
 */
export function execute(compiled: CompiledQuery, run: QueryRun): Page {
  if (compiled.missing.length > 0) throw queryErrors(compiled.missing);
  const frame: Frame = {
    slots: [],
    parameters: run.parameters,
    aggregates: [],
    ...run.ambient,
    budget: new Budget(),
  };
  const page = pageOf(compiled, run, frame);
  // A few references can represent much text.
  for (const row of page.rows) frame.budget.spend(writtenWeight(row));
  return page;
}

function pageOf(compiled: CompiledQuery, run: QueryRun, frame: Frame): Page {
  const token = readToken(run.continuation, compiled) ?? {
    pass: count(compiled.offset, frame) ?? 0,
    left: count(compiled.top, frame) ?? count(compiled.limit, frame) ?? null,
  };
  const counted = compiled.countsEqual
    ? run.count?.(soughtBy(compiled.demands, frame).equalities[0] as Equality)
    : undefined;
  if (counted !== undefined) return slice(compiled, { rows: [counted.count], loaded: counted.bytes }, token, run.max);
  const found = narrowed(compiled, run, frame);
  if (found !== undefined && compiled.countsEqual) {
    const loaded = found.reduce((sum, { size }) => sum + size, 0);
    return slice(compiled, { rows: [found.length], loaded }, token, run.max);
  }
  if (found !== undefined) run = { ...run, found, scan: (from) => found.filter(({ number }) => number >= from) };
  const { input } = compiled;
  if (input !== undefined) {
    let documents = 0;
    const scanned = run.scan(0);
    const rows = rowsOfAll(
      input.body,
      docsOf(scanned, (size) => {
        documents += size;
      }),
      frame,
    );
    const stored = rows.map((doc, number) => ({ doc, number, size: number === 0 ? documents : 0 }));
    run = { ...run, scan: (from) => stored.slice(from) };
  }
  if (compiled.query.from.length === 0) run = { ...run, scan: () => [{ doc: {}, number: 0, size: 0 }] };
  if (goesByCount(compiled)) {
    return slice(compiled, gatherAll(compiled, run, frame), token, run.max);
  }
  return compiled.orderKeys.length > 0 ? sorted(compiled, run, frame, token) : streamed(compiled, run, frame, token);
}

/** Whether the results have no position among the documents, so that pages are counted. */
const goesByCount = ({ grouped, query, orderKeys }: CompiledQuery): boolean =>
  grouped || (query.distinct && orderKeys.length === 0);

/** Whether a document can have rows, as far as that is known without reading it. */
function mayMatch({ reads, enumerate, input }: CompiledQuery, document: StoredDocument, frame: Frame): boolean {
  const outline = reads.filter && document.outline?.(reads.filter);
  if (outline === undefined || input !== undefined) return true;
  frame.slots[0] = outline;
  return enumerate(frame, () => true);
}

function narrowed(compiled: CompiledQuery, run: QueryRun, frame: Frame): StoredDocument[] | undefined {
  const { find } = run;
  return find !== undefined && isSomething(compiled.demands) ? find(soughtBy(compiled.demands, frame)) : undefined;
}

function streamed(compiled: CompiledQuery, run: QueryRun, frame: Frame, token: Token): Page {
  const slot = compiled.input?.slot ?? 0;
  const rows: Json[] = [];
  let { pass, left } = token;
  let loaded = 0;
  let next: Token | undefined;
  for (const document of left === 0 ? [] : run.scan(token.number ?? 0)) {
    if (!mayMatch(compiled, document, frame)) continue;
    frame.slots[slot] = document.doc;
    let index = 0;
    let met = false;
    const skip = document.number === token.number ? (token.index ?? 0) : 0;
    const ended = compiled.enumerate(frame, () => {
      if (index++ < skip) return false;
      const row = compiled.project(frame);
      if (row === undefined) return false;
      if (pass > 0) {
        pass--;
        return false;
      }
      if (left === 0) return true;
      if (rows.length >= run.max || (loaded >= pageBytes && rows.length > 0)) {
        next = { pass, left, number: document.number, index: index - 1 };
        return true;
      }
      rows.push(row);
      met = true;
      if (left !== null) left--;
      return left === 0;
    });
    if (met) loaded += document.size;
    if (ended) break;
  }
  return { rows, continuation: writeToken(compiled, next), loaded };
}

interface SortedRow {
  keys: Value[];
  number: number;
  index: number;
  row: Json;
  /** The size of the row's document; 0 for further rows of the same document. */
  size: number;
  /** The document that the row is still to be projected from. */
  document?: StoredDocument;
}

type RowPlace = Pick<SortedRow, "keys" | "number" | "index">;

/**
 * Whether rows with equal ORDER BY values come in descending order of their rids, as from an index that is read backwards. Clients that resume from a
 * continuation token get this from a header, or assume it as soon as one property is descending.
 */
export const scansBackwards = ({ orderBy }: Query): boolean => orderBy.some(({ descending }) => descending);

function sorted(compiled: CompiledQuery, run: QueryRun, frame: Frame, token: Token): Page {
  const slot = compiled.input?.slot ?? 0;
  const descending = compiled.query.orderBy.map((item) => item.descending);
  const backwards = scansBackwards(compiled.query);
  const compareKeys = (a: Value[], b: Value[]): number => {
    for (let at = 0; at < descending.length; at++) {
      const order = compareValues(a[at], b[at]);
      if (order !== 0) return descending[at] ? -order : order;
    }
    return 0;
  };
  const compareNumbers = (a: number, b: number): number => (backwards ? b - a : a - b);
  const compare = (a: RowPlace, b: RowPlace): number =>
    compareKeys(a.keys, b.keys) || compareNumbers(a.number, b.number) || a.index - b.index;
  const follows = (row: RowPlace, { keys, number, exclude }: ResumePoint): boolean => {
    const order = compareKeys(row.keys, keys);
    if (order !== 0) return order > 0;
    return !exclude && (number === undefined || compareNumbers(row.number, number) >= 0);
  };
  const { after } = run;
  const resume =
    token.keys === undefined
      ? undefined
      : { keys: token.keys.map(([key]) => key), number: token.number ?? 0, index: token.index ?? 0 };
  const end = Math.min(token.left ?? Number.POSITIVE_INFINITY, run.max);
  // The number of first rows that are needed. DISTINCT may remove any of several equal rows, so it needs all.
  const needed = compiled.query.distinct ? Number.POSITIVE_INFINITY : token.pass + end + 1;
  let all: SortedRow[] = [];
  // Such a query has one row for each document that fulfils WHERE. The row is projected once it is known to be on the page.
  const later = !compiled.query.distinct && compiled.query.select.kind !== "value" && compiled.input === undefined;
  const { filter } = compiled.reads;
  const take = (document: StoredDocument): void => {
    const outline = filter && later ? document.outline?.(filter) : undefined;
    frame.slots[slot] = outline ?? document.doc;
    let index = 0;
    compiled.enumerate(frame, () => {
      const row = outline === undefined ? compiled.project(frame) : null;
      const size = index === 0 ? document.size : 0;
      const keys = compiled.orderKeys.map((key) => key(frame));
      // They become part of continuation tokens.
      for (const key of keys) if (typeof key === "number") writtenWeight(key);
      const at = { keys, number: document.number, index: index++ };
      const wanted = (!resume || compare(at, resume) >= 0) && (!after || follows(at, after));
      if (row !== undefined && wanted) all.push({ ...at, row, size, ...(outline === undefined ? {} : { document }) });
      return false;
    });
  };
  // The resume point of this page comes after `after`, where the client's results start.
  const from = resume ?? after;
  const start = from && { value: from.keys[0], number: from.number };
  if (!fewInOrder(compiled, run, needed, start, take, () => all.length)) {
    all = [];
    for (const document of run.scan(0)) {
      take(document);
      if (all.length > 2 * needed + 1000) all = all.sort(compare).slice(0, needed);
    }
  }
  all.sort(compare);
  if (compiled.query.distinct) {
    const kept = new Set(distinct(all.map(({ row }) => row)));
    all = all.filter(({ row }) => kept.delete(row));
  }
  const page = all.slice(token.pass, token.pass + end);
  for (const each of page) {
    if (each.document === undefined) continue;
    frame.slots[slot] = each.document.doc;
    each.row = compiled.project(frame) ?? null;
  }
  const following = all[token.pass + end];
  const left = token.left === null ? null : token.left - page.length;
  const next: Token | undefined =
    following === undefined || left === 0
      ? undefined
      : {
          pass: 0,
          left,
          number: following.number,
          index: following.index,
          keys: following.keys.map((key) => (key === undefined ? [] : [key])),
        };
  // An index has the rows in their order, so nothing after the page is read.
  const loaded = all.slice(0, token.pass + page.length).reduce((sum, { size }) => sum + size, 0);
  return { rows: page.map(({ row }) => row), continuation: writeToken(compiled, next), loaded };
}

/**
 * Takes documents in index order until there are enough rows, if an index has that order and few documents must be read. Returns false if not, or if
 * more documents were read than a sort would read; the rows taken must then be discarded.
 */
function fewInOrder(
  { orderPath, query, input }: CompiledQuery,
  run: QueryRun,
  needed: number,
  start: OrderPoint | undefined,
  take: (document: StoredDocument) => void,
  rows: () => number,
): boolean {
  const most = run.found?.length ?? Number.POSITIVE_INFINITY;
  if (orderPath === undefined || input !== undefined || needed * 4 > most || needed === Number.POSITIVE_INFINITY)
    return false;
  const documents = run.inOrder?.(orderPath, scansBackwards(query), start);
  if (documents === undefined) return false;
  let looked = 0;
  for (const document of documents) {
    take(document);
    if (rows() >= needed) return true;
    if (++looked > most) return false;
  }
  return true;
}

function gatherAll(compiled: CompiledQuery, run: QueryRun, frame: Frame): { rows: Json[]; loaded: number } {
  const slot = compiled.input?.slot ?? 0;
  const groups = compiled.grouped ? compiled.groups() : undefined;
  const rows: Json[] = [];
  let loaded = 0;
  const { whole } = compiled.reads;
  for (const document of run.scan(0)) {
    const outline = whole && compiled.input === undefined ? document.outline?.(whole) : undefined;
    if (outline === undefined && !mayMatch(compiled, document, frame)) continue;
    frame.slots[slot] = outline ?? document.doc;
    let met = false;
    compiled.enumerate(frame, () => {
      met = true;
      groups?.add(frame);
      const row = groups === undefined ? compiled.project(frame) : undefined;
      if (row !== undefined) rows.push(row);
      return false;
    });
    if (met) loaded += document.size;
  }
  const results = groups?.results(frame) ?? rows;
  return { rows: compiled.query.distinct ? distinct(results) : results, loaded };
}

function slice(
  compiled: CompiledQuery,
  { rows, loaded }: { rows: Json[]; loaded: number },
  token: Token,
  max: number,
): Page {
  const start = token.given ?? token.pass;
  const end = Math.min(start + Math.min(token.left ?? Number.POSITIVE_INFINITY, max), rows.length);
  const left = token.left === null ? null : token.left - (end - start);
  const more = end < rows.length && left !== 0;
  return {
    rows: rows.slice(start, end),
    loaded,
    continuation: writeToken(compiled, more ? { pass: 0, left, given: end } : undefined),
  };
}

function* docsOf(documents: Iterable<StoredDocument>, met: (size: number) => void): Generator<Json> {
  for (const { doc, size } of documents) {
    met(size);
    yield doc;
  }
}

function count(evaluate: Evaluate | undefined, frame: Frame): number | undefined {
  if (evaluate === undefined) return undefined;
  const value = evaluate(frame);
  if (typeof value === "number" && Number.isInteger(value) && value >= 0) return value;
  throw badRequest("TOP, OFFSET and LIMIT take a whole number that is not negative.");
}

function writeToken(compiled: CompiledQuery, token: Token | undefined): string | undefined {
  return token && Buffer.from(JSON.stringify({ ...token, of: placesOf(compiled) })).toString("base64url");
}

function isToken(token: unknown): token is Token {
  if (!isObject(token)) return false;
  const { pass, left, number, index, given, keys } = token;
  const count = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0;
  const counts = [number, index, given].every((value) => value === undefined || count(value));
  const lists = keys === undefined || (Array.isArray(keys) && keys.every((key) => Array.isArray(key)));
  return count(pass) && (left === null || count(left)) && counts && lists;
}

/**
 * What the positions of a query's results depend on; undefined if they are those of the documents. A token from a query with another value would
 * resume at a wrong position.
 */
function placesOf(compiled: CompiledQuery): string | undefined {
  const { query, grouped, orderKeys } = compiled;
  if (orderKeys.length === 0 && !goesByCount(compiled)) return undefined;
  // Positions in the query text do not matter.
  const bare = (name: string, value: unknown) => (name === "start" || name === "end" ? undefined : value);
  const text = JSON.stringify([grouped, query.distinct && query.select, query.groupBy, query.orderBy], bare);
  return createHash("sha256").update(text).digest("base64url").slice(0, 8);
}

function readToken(text: string | undefined, compiled: CompiledQuery): Token | undefined {
  if (text === undefined) return undefined;
  let token: unknown;
  try {
    token = JSON.parse(Buffer.from(text, "base64url").toString());
  } catch {
    // Reported below.
  }
  if (!isToken(token)) throw badRequest("Invalid Continuation Token: it was not issued by this service for a query.");
  if (token.of === placesOf(compiled)) return token;
  throw badRequest(
    "Invalid Continuation Token: it belongs to a query with another ORDER BY, GROUP BY or DISTINCT. Continue with the query that it was issued for.",
  );
}
