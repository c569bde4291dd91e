import fc from "fast-check";
import { expect, test } from "vitest";
import {
  actionOf,
  actions,
  assign,
  isRefused,
  type KeyMap,
  keyOf,
  keysFrom,
  type Press,
  presetNames,
  presetOf,
  presets,
} from "../../../web/barista/keys.ts";

const press = (key: string, more: Partial<Press> = {}): Press => ({
  key,
  code: "",
  shiftKey: false,
  ctrlKey: false,
  altKey: false,
  metaKey: false,
  isComposing: false,
  keyCode: 0,
  ...more,
});

test("a key is told by what it types, digits in every script and on every row", () => {
  expect(keyOf(press("m"))).toBe("m");
  // Caps lock.
  expect(keyOf(press("M"))).toBe("m");
  expect(keyOf(press("M", { shiftKey: true }))).toBe("Shift+m");
  expect(keyOf(press("?", { shiftKey: true, code: "Slash" }))).toBe("?");
  expect(keyOf(press("٣", { code: "Digit3" }))).toBe("3");
  // A French keyboard types the first with Shift only; a number pad without its lock does other things by itself.
  expect(keyOf(press("&", { code: "Digit1" }))).toBe("1");
  expect(keyOf(press("1", { code: "Digit1", shiftKey: true }))).toBe("1");
  expect(keyOf(press("!", { code: "Digit1", shiftKey: true }))).toBe("!");
  expect(keyOf(press("End", { code: "Numpad1" }))).toBe("1");
  expect(keyOf(press(",", { code: "NumpadDecimal" }))).toBe(".");
  // Where a layout has no Latin letters, those of the same keys.
  expect(keyOf(press("ь", { code: "KeyM" }))).toBe("m");
  expect(keyOf(press("ArrowUp"))).toBe("ArrowUp");
  expect(keyOf(press("ArrowUp", { shiftKey: true }))).toBe("Shift+ArrowUp");
});

test("what belongs to the browser, to the system or to an input method is nobody's", () => {
  for (const modifier of ["ctrlKey", "altKey", "metaKey", "isComposing"] as const)
    expect(keyOf(press("r", { [modifier]: true })), modifier).toBeUndefined();
  expect(keyOf(press("r", { keyCode: 229 }))).toBeUndefined();
  for (const key of ["Tab", "Escape", " ", "F5", "F11", "F12", "Shift", "Dead", "Process", "Unidentified", "CapsLock"])
    expect(keyOf(press(key)), key).toBeUndefined();
});

test("a key that does something already is refused and says what, and none takes from Enter what has the focus", () => {
  expect(assign(presets.keyboard, "make", "r")).toEqual({ taken: "ready" });
  expect(assign(presets.keyboard, "make", "Enter")).toEqual({ always: "Enter" });
  expect(assign(presets.keyboard, "make", "m")).toEqual(presets.keyboard);
  const changed = assign(presets.keyboard, "make", "j");
  expect(isRefused(changed)).toBe(false);
  expect([actionOf(changed as KeyMap, "j"), actionOf(changed as KeyMap, "m")]).toEqual(["make", undefined]);
  expect(assign({ make: "j" }, "make", undefined)).toEqual({});
});

test("each preset gives every key one thing to do, and is known again after it was kept", () => {
  for (const name of presetNames) {
    const preset: KeyMap = presets[name];
    const keys = Object.values(preset);
    expect(new Set(keys).size, name).toBe(keys.length);
    const again = keysFrom(JSON.parse(JSON.stringify(preset)));
    expect(again).toEqual(preset);
    expect(presetOf(again ?? {})).toBe(name);
  }
  expect(actions.filter((action) => !(action in presets.keyboard))).toEqual([]);
  expect(presetOf({ make: "w" })).toBeUndefined();
});

test("whatever is kept on a device, the keys that are read from it are texts, and no key does two things", () => {
  const odd = fc.dictionary(
    fc.constantFrom<string>(...actions, "unknown"),
    fc.oneof(fc.constantFrom("a", "b", "Enter", "", "x".repeat(30)), fc.anything()),
  );
  fc.assert(
    fc.property(fc.oneof(odd, fc.anything()), (kept) => {
      const map = keysFrom(kept);
      if (map === undefined) return;
      const keys = Object.values(map);
      expect(keys.every((key) => typeof key === "string" && key !== "")).toBe(true);
      expect(new Set(keys).size).toBe(keys.length);
      for (const [action, key] of Object.entries(map)) expect(actionOf(map, key)).toBe(action);
    }),
  );
});
