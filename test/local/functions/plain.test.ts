import fc from "fast-check";
import { expect, test } from "vitest";
import { asText, plain } from "../../../local/functions/worker/plain.ts";

test("a value comes out as JSON would carry it", () => {
  class Cup {
    size = "large";
    static full = true;
    pour() {}
    get lid() {
      return true;
    }
  }
  const value = {
    at: new Date(0),
    cup: new Cup(),
    nothing: undefined,
    list: [undefined, () => 1, Number.NaN, new Map([[1, 2]])],
    own: { toJSON: () => ({ deep: new Date(1) }) },
    text: new String("boxed"),
    bytes: Buffer.from("a"),
  };
  expect(plain(value)).toEqual(JSON.parse(JSON.stringify(value)));
  fc.assert(
    fc.property(fc.anything({ withDate: true, withMap: true, withTypedArray: true }), (any) => {
      expect(JSON.stringify(plain({ any }))).toBe(JSON.stringify({ any }));
      expect(plain([any])).toEqual(JSON.parse(JSON.stringify([any])));
    }),
  );
});

test("an object that stands in two places stays one object", () => {
  const action = { name: "brew" };
  const copy = plain({ actions: [[action], [{ inner: [action] }]] }) as { actions: [[object], [{ inner: [object] }]] };
  expect(copy.actions[0][0]).toBe(copy.actions[1][0].inner[0]);
  expect(copy.actions[0][0]).not.toBe(action);
});

test("what goes as a text is what it was, and goes as it is where a text would make two of one object", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = asText({ value });
      expect(typeof text === "string" ? JSON.parse(text) : text).toEqual(JSON.parse(JSON.stringify({ value })));
    }),
  );
  const action = { name: "brew" };
  const twice = { actions: [[action], [{ inner: [action] }]] };
  expect(asText(twice)).toBe(twice);
  expect(asText({ actions: [[action], [{ ...action }]] })).toBeTypeOf("string");
});

test("what JSON cannot carry is refused", () => {
  const ring: { self?: object } = {};
  ring.self = ring;
  expect(() => plain(ring)).toThrow("circular");
  expect(() => plain({ big: 1n })).toThrow("BigInt");
});
