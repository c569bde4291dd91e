import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Json } from "../contracts/json-schema.ts";
import { root } from "../stand-options.ts";
import type { Draw } from "./draw.ts";
import { anything, texts } from "./hostile.ts";
import type { Sent } from "./sent.ts";
import { broken, valueFor } from "./valid.ts";

interface Parameter {
  name: string;
  in: "path" | "query" | "header";
  required?: boolean;
  schema: Json;
}

interface Described {
  parameters?: Parameter[];
  requestBody?: { content: Record<string, { schema: Json }> };
}

/** The values that requests to a stand can use. */
export interface Known {
  /** Tokens of everybody who may call, and of some who may not. */
  tokens: readonly string[];
  /** Valid values of a path parameter, by its name. */
  names: Readonly<Record<string, readonly string[]>>;
}

/** Random requests to the API, valid and invalid, generated from its OpenAPI description. */
export class Api {
  readonly #schemas: Record<string, Json>;
  readonly #operations: { method: string; path: string; described: Described }[];

  constructor(file = join(root, "contracts", "generated", "openapi.json")) {
    const { paths, components } = JSON.parse(readFileSync(file, "utf8"));
    this.#schemas = components.schemas;
    this.#operations = Object.entries(paths as Record<string, Record<string, Described>>).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, described]) => ({ method: method.toUpperCase(), path, described })),
    );
  }

  /** How many operations there are. */
  get size(): number {
    return this.#operations.length;
  }

  /** A random request: an operation with valid, broken or unrelated values. The same draws give the same request. */
  request(draw: Draw, known: Known): Sent {
    const { method, path, described } = draw.one(this.#operations);
    const { parameters = [], requestBody } = described;
    const value = (schema: Json) => valueFor(schema, this.#schemas, draw);
    const inPath = path.replace(/\{(\w+)\}/g, (_, name: string) => segment(draw, known.names[name] ?? []));
    const asked = parameters
      .filter((one) => one.in === "query" && (one.required || draw.maybe(0.5)))
      .map((one) => [one.name, String(draw.maybe(0.75) ? value(one.schema) : draw.one(texts))] as const);
    const more = draw.maybe(0.1) ? [[draw.one(texts), draw.one(texts)] as const] : [];
    const query = [...asked, ...more].map((pair) => pair.map((text) => encoded(text)).join("=")).join("&");
    const sent: Sent = {
      method: draw.maybe(0.04)
        ? draw.one(["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE"])
        : method,
      path: `/api${inPath}${query === "" ? "" : `?${query}`}`,
      headers: headers(draw, endsSession.test(`${method} ${path}`) ? { ...known, tokens: ["a".repeat(43)] } : known),
    };
    const schema = requestBody?.content["application/json"]?.schema;
    const wanted = schema === undefined ? undefined : value(schema);
    if (schema !== undefined || draw.maybe(0.05)) sent.body = body(draw, wanted);
    if (sent.body !== undefined && !draw.maybe(0.05)) sent.headers["content-type"] = contentType(draw);
    return sent;
  }
}

/** Requests that would end the session for later ones. */
const endsSession = /^DELETE \/(sign-in\/|me$|me\/sessions)/;

/** Percent-encoded; unpaired surrogates are replaced first. */
export function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

/** A path segment: mostly one that exists. */
function segment(draw: Draw, there: readonly string[]): string {
  if (there.length > 0 && draw.maybe(0.75)) return encoded(draw.one(there));
  return draw.maybe(0.8)
    ? encoded(draw.one(texts)) || "%20"
    : draw.one(["%", "%zz", "%C0%AF", "%2e%2e", ";", "*", "%E0%A4%A"]);
}

function headers(draw: Draw, { tokens }: Known): Record<string, string> {
  const token = draw.maybe(0.85) ? draw.one(tokens) : draw.one(["a".repeat(43), "", "x", "a".repeat(9_000)]);
  return {
    ...(draw.maybe(0.9) && {
      authorization: `${draw.maybe(0.97) ? "Bearer" : draw.one(["Basic", "bearer", ""])} ${token}`,
    }),
    ...(draw.maybe(0.1) && { "idempotency-key": draw.one(["a", "b", "same", "a".repeat(500), "é", ""]) }),
    ...(draw.maybe(0.1) && { "if-match": draw.one(["*", '"1"', "1", 'W/"x"', '"a","b"', "\t"]) }),
    ...(draw.maybe(0.05) && { "if-none-match": draw.one(["*", '"1"', ""]) }),
    ...(draw.maybe(0.1) && { origin: draw.one(["http://localhost:4280", "https://evil.example", "null", "x"]) }),
    ...(draw.maybe(0.05) && { accept: draw.one(["text/csv", "*/*", "text/html", "application/json;q=0", "/"]) }),
    ...(draw.maybe(0.05) && { "accept-language": draw.one(["de", "xx", "a".repeat(2_000), "*;q=9"]) }),
    ...(draw.maybe(0.05) && {
      "x-forwarded-for": draw.one(["1.2.3.4", "::1", "x", "1.2.3.4, 5.6.7.8:99", "a".repeat(900)]),
    }),
    ...(draw.maybe(0.05) && { traceparent: draw.one(["00-0-0-00", `00-${"a".repeat(32)}-${"b".repeat(16)}-01`, "x"]) }),
  };
}

const contentType = (draw: Draw): string =>
  draw.maybe(0.93)
    ? "application/json"
    : draw.one([
        "text/plain",
        "application/json; charset=utf-16",
        "multipart/form-data",
        "application/x-www-form-urlencoded",
        "json",
        "",
      ]);

function body(draw: Draw, wanted: unknown): string {
  const other = () => anything(draw);
  const value = draw.maybe(0.4) ? wanted : draw.maybe(0.8) ? broken(wanted, draw, other) : other();
  const text = JSON.stringify(value) ?? "";
  if (draw.maybe(0.9)) return text;
  return draw.one<() => string>([
    () => text.slice(0, draw.below(text.length + 1)),
    () => "",
    () => `${text}${text}`,
    () => text.replace(/^\{/, '{"__proto__":{"a":1},'),
    () => text.replace(/^\{"(\w+)":/, '{"$1":1,"$1":'),
    () => "[".repeat(3_000),
    () => `{"a":"${"a".repeat(70_000)}"}`,
    () => `\ufeff${text}`,
    () => "\u00ff\u00fe",
  ])();
}
