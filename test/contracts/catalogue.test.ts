import { describe, expect, test } from "vitest";
import { eventTypes } from "../../contracts/events.ts";
import { versionsOf } from "../../tools/catalogue/changes.ts";
import { screensOf, subscribers } from "../../tools/catalogue/hearers.ts";
import { grown } from "../../tools/contracts/compatibility.ts";
import type { Json } from "../../tools/contracts/json-schema.ts";
import { catalogue, committedCatalogue } from "../../tools/generate-catalogue.ts";
import { generate, growthSince } from "../../tools/generate-contracts.ts";

describe("the catalogue", async () => {
  const pages = await catalogue();

  test("is committed as it is generated (else run: npm run generate)", async () => {
    const committed = await committedCatalogue();
    expect([...committed.keys()].sort()).toEqual([...pages.keys()].sort());
    for (const [name, text] of pages) expect(committed.get(name), name).toBe(text);
  });
});

test("every field of what crosses a boundary says what it means, with .describe() in its schema", () => {
  const silent: string[] = [];
  const look = (schema: Json, at: string): void => {
    for (const [name, field] of Object.entries((schema.properties ?? {}) as Record<string, Json>)) {
      const plain = !("const" in field) && !("$ref" in field);
      if (plain && field.description === undefined) silent.push(`${at}.${name}`);
      look(field, `${at}.${name}`);
    }
    if (typeof schema.items === "object") look(schema.items as Json, `${at}[]`);
    for (const kind of (schema.anyOf ?? schema.oneOf ?? []) as Json[]) look(kind, at);
  };
  const { openapi, asyncapi } = Object.fromEntries(
    ["openapi", "asyncapi"].map((name) => [name, JSON.parse(generate().get(`${name}.json`) ?? "").components.schemas]),
  );
  for (const [name, schema] of Object.entries<Json>({ ...openapi, ...asyncapi }))
    if (!name.startsWith("crema.")) look(schema, name);
    else {
      const { data, ...attributes } = schema.properties as Record<string, Json>;
      look({ properties: attributes }, name);
      for (const words of [data?.title, data?.description]) if (words === undefined) silent.push(`${name} itself`);
      look(data ?? {}, name);
    }
  expect(silent).toEqual([]);
});

describe("who hears an event", () => {
  test("every event is heard by a function, and every function hears one", () => {
    for (const type of eventTypes)
      expect(
        subscribers().filter((each) => each.hears(type)),
        type,
      ).not.toEqual([]);
    for (const { name, hears } of subscribers()) expect(eventTypes.filter(hears), name).not.toEqual([]);
  });

  test("what no display may show is told to none, and who waits for a drink is told", () => {
    for (const type of ["crema.order.admitted.v1", "crema.order.refused.v1", "crema.order.submitted.v1"] as const)
      expect(screensOf(type), type).not.toContain("display");
    expect(screensOf("crema.order.ready.v1")).toEqual(["customer", "barista", "display", "admin"]);
  });
});

describe("versions", () => {
  const schema = (...names: string[]) => ({
    properties: Object.fromEntries(names.map((name) => [name, { type: "string" }])),
  });
  const text = (...names: string[]) => JSON.stringify(schema(...names));
  const [one, two] = ["events/crema.order.ready.v1.json", "events/crema.order.ready.v2.json"];

  test("growth is found at any depth, and of something new only itself is named", () => {
    const order = (inner: object) => ({ properties: { order: inner, list: { items: inner } } });
    const after = { properties: { a: {}, b: { properties: { c: {} } } } };
    expect(grown(order({ properties: { a: {} } }), order(after))).toEqual(["order.b", "list[].b"]);
  });

  test("a version tells how it grew since each release, whether it is released, and what sets it apart", () => {
    const now = new Map([
      [one, text("a", "b", "c")],
      [two, text("a")],
    ]);
    const then = new Map([[one, text("a", "b")]]);
    const growth = [{ path: one, day: "2026-07-01", added: ["b"] }, ...growthSince(then, now, "")];
    expect(growth.at(-1)).toEqual({ path: one, day: "", added: ["c"] });
    const types = ["crema.order.ready.v1", "crema.order.ready.v2"];
    const first = versionsOf("crema.order.ready.v1", { now, then, growth }, types);
    expect(first).toMatch(/^Version 1; since 2026-07-01 also `b`; .*`c`.*not released/);
    const second = versionsOf("crema.order.ready.v2" as never, { now, then, growth }, types);
    expect(second).toMatch(/^Version 2; not released.*unlike `crema.order.ready.v1`: b: is gone; c: is gone/);
  });
});
