import { expect, test } from "vitest";
import { fitsPattern } from "../../../local/webpubsub/role-patterns.ts";

test.each([
  // From the documentation.
  ["chat-*", ["chat-1", "chat-room", "chat-"], ["chat.1", "xchat-1", "chat"]],
  ["clientA.*", ["clientA.alpha", "clientA.1"], ["clientA.alpha.room1", "clientB.alpha"]],
  ["clientA.**", ["clientA.alpha", "clientA.alpha.room1"], ["clientB.anything", "clientA"]],
  ["clientA.rooms.?1", ["clientA.rooms.a1", "clientA.rooms.11"], ["clientA.rooms.1", "clientA.rooms.a.1"]],
  [String.raw`literal\*star`, ["literal*star"], ["literalXstar", String.raw`literal\*star`]],
  [String.raw`a\?b\\c`, [String.raw`a?b\c`], [String.raw`axb\c`]],
  [String.raw`a\b`, [], [String.raw`a\b`, "ab"]],
  ["a\\", [], ["a", "a\\"]],
  ["a".repeat(1025), [], ["a".repeat(1025)]],
  ["**.end", ["a.b.end", ".end"], ["end", "a.b"]],
  ["Case", ["Case"], ["case"]],
  ["", [""], ["a"]],
  ["?", ["ä", "𝄞"], ["", ".", "ab"]],
  ["*a*b*c*d*", ["abcd", "xaxbxcxdx"], ["abc", "a.b.c.d"]],
  ["*a*b*c*d*e*", [], ["abcde"]],
])("%s", (pattern, fitting, others) => {
  for (const group of fitting) expect([group, fitsPattern(pattern, group)]).toEqual([group, true]);
  for (const group of others) expect([group, fitsPattern(pattern, group)]).toEqual([group, false]);
});

test("a long name is judged in one walk, whatever the pattern", () => {
  expect(fitsPattern("*a*a*a*a*b", "a".repeat(200_000))).toBe(false);
});
