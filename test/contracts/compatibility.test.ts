import { describe, expect, test } from "vitest";
import { breaks, type Schema } from "../../tools/contracts/compatibility.ts";
import { generate, released } from "../../tools/generate-contracts.ts";

const now = generate();

describe("what was released", async () => {
  const then = await released();

  test("is every event there is (else run: npm run generate -- --release)", () => {
    const types = [...now.keys()].filter((path) => path.startsWith("events/"));
    expect([...then.keys()].sort()).toEqual(types.sort());
  });

  test.each([...then.keys()])(
    "%s changes by optional properties only; anything else is a new major version",
    (path) => {
      const current = now.get(path);
      expect(current, "a released event stays").toBeDefined();
      expect(breaks(JSON.parse(then.get(path) ?? "") as Schema, JSON.parse(current ?? "{}") as Schema)).toEqual([]);
    },
  );
});

test("no event is closed to later fields: a consumer of before would refuse what was added since", () => {
  for (const [path, text] of now)
    if (path.startsWith("events/")) expect.soft(text, path).not.toContain('"additionalProperties": false');
});

describe("a change", () => {
  const person = {
    type: "object",
    properties: {
      name: { type: "string", maxLength: 10 },
      pets: { type: "array", items: { type: "object", properties: { kind: { enum: ["cat", "dog"] } } } },
    },
    required: ["name"],
  };
  const changed = (change: (copy: typeof person) => void): Schema => {
    const copy = structuredClone(person);
    change(copy);
    return copy;
  };

  test("that adds an optional property, at any depth, breaks nothing; nor do words about it", () => {
    const grown = changed((copy) => {
      Object.assign(copy, { title: "Person", description: "Anyone." });
      Object.assign(copy.properties, { age: { type: "integer" } });
      Object.assign(copy.properties.pets.items.properties, { name: { type: "string" } });
    });
    expect(breaks(person, grown)).toEqual([]);
  });

  test("that adds an optional property where the released schema allows no others breaks those who validate by it", () => {
    const closed = changed((copy) => Object.assign(copy.properties.pets.items, { additionalProperties: false }));
    const grown = structuredClone(closed) as typeof person;
    Object.assign(grown.properties.pets.items.properties, { name: { type: "string" } });
    expect(breaks(closed, grown)).toEqual(["pets[]: name is new where nothing may be added"]);
  });

  test("of words inside anyOf breaks nothing; of what is valid there, it does", () => {
    const of = (description: string, title: string): Schema => ({
      anyOf: [{ type: "object", description, properties: { title: { const: title } } }],
    });
    expect(breaks(of("Anyone.", "Dr"), of("A person.", "Dr"))).toEqual([]);
    expect(breaks(of("Anyone.", "Dr"), of("Anyone.", "Prof"))).toHaveLength(1);
  });

  test.each<[string, (copy: typeof person) => void, string]>([
    ["adds a required property", (copy) => copy.required.push("age"), "the event: age is required and was not"],
    ["makes one optional", (copy) => copy.required.pop(), "the event: name was required and is not"],
    ["takes one away", (copy) => Reflect.deleteProperty(copy.properties, "pets"), "pets: is gone"],
    [
      "narrows or widens one",
      (copy) => Object.assign(copy.properties.name, { maxLength: 20 }),
      "name: maxLength was 10 and is 20",
    ],
    [
      "adds a value to an enumeration, which who knows the old one would refuse",
      (copy) => copy.properties.pets.items.properties.kind.enum.push("fox"),
      'pets[].kind: enum was ["cat","dog"] and is ["cat","dog","fox"]',
    ],
    [
      "closes what was open",
      (copy) => Object.assign(copy, { additionalProperties: false }),
      "the event: additionalProperties was absent and is false",
    ],
  ])("that %s is named", (_name, change, message) => {
    expect(breaks(person, changed(change))).toEqual([message]);
  });
});
