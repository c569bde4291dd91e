import type { PatchOperation } from "@azure/cosmos";
import fc from "fast-check";
import { expect, test } from "vitest";
import { refusal, startStack } from "./stack.ts";

/** A document of two levels; every path of the test is `/x` or `/x/y`. */
type Model = Map<string, unknown>;

const name = fc.constantFrom("a", "b", "c");
const path = fc.oneof(
  name.map((one) => `/${one}`),
  fc.tuple(name, name).map(([one, two]) => `/${one}/${two}`),
);
const value = fc.oneof(fc.integer({ min: -9, max: 9 }), fc.constantFrom("text", null, true));
const operation = fc.oneof(
  fc.record({ op: fc.constantFrom("add", "set", "replace"), path, value: fc.oneof(value, fc.constant({})) }),
  fc.record({ op: fc.constant("remove"), path }),
  fc.record({ op: fc.constant("incr"), path, value: fc.integer({ min: -9, max: 9 }) }),
) as fc.Arbitrary<PatchOperation>;

/** The plain meaning of a list of operations over flat paths, or `undefined` when one of them is refused. */
function interpret(before: Model, operations: PatchOperation[]): Model | undefined {
  const model = new Map(before);
  for (const { op, path: at, ...rest } of operations) {
    const parent = at.slice(0, at.lastIndexOf("/"));
    if (parent !== "" && !isObject(model.get(parent))) return undefined;
    const present = model.has(at);
    if ((op === "replace" || op === "remove") && !present) return undefined;
    const given = "value" in rest ? rest.value : undefined;
    const current = model.get(at);
    if (op === "incr" && present && typeof current !== "number") return undefined;
    if (op !== "incr") for (const key of [...model.keys()]) if (key.startsWith(`${at}/`)) model.delete(key);
    if (op === "remove") model.delete(at);
    else if (op === "incr") model.set(at, Number(current ?? 0) + Number(given));
    else model.set(at, given);
  }
  return model;
}

const isObject = (candidate: unknown): boolean => typeof candidate === "object" && candidate !== null;

function build(model: Model): Record<string, unknown> {
  const object: Record<string, unknown> = {};
  for (const [at, content] of model) {
    const [, first = "", second] = at.split("/");
    if (second === undefined)
      object[first] = isObject(content) ? { ...(object[first] as object | undefined) } : content;
    else object[first] = { ...(object[first] as object | undefined), [second]: content };
  }
  return object;
}

test("random patches do what a plain reading of the operations does, or are refused and change nothing", async () => {
  const { container } = await startStack();
  let run = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(operation, { minLength: 1, maxLength: 10 }), { maxLength: 6 }),
      async (patches) => {
        const id = `o${run++}`;
        await container.items.create({ id, storeId: "s1" });
        let model: Model = new Map();
        for (const operations of patches) {
          const expected = interpret(model, operations);
          const { code } = await refusal(container.item(id, "s1").patch(operations));
          expect(code).toBe(expected === undefined ? 400 : "none");
          model = expected ?? model;
        }
        const { resource } = await container.item(id, "s1").read();
        const { a, b, c } = resource ?? {};
        const expected = build(model);
        expect({ a, b, c }).toEqual({ a: expected.a, b: expected.b, c: expected.c });
      },
    ),
    { numRuns: 60 },
  );
});
