import { expect, test } from "vitest";
import { labelOf, pageSize, shortest } from "../../../web/barista/label.ts";
import { at, drink, oat, order, shot, whole } from "./orders.ts";

const menu = [drink("drink:latte", "Latte")];
const of = { menu, store: "Main stand" };

test("a label has what differs from the usual, and no more than was given", () => {
  const usual = order({ id: "a", number: 1234, options: [whole], submittedAt: at(60) });
  expect(labelOf(usual, of)).toMatchObject({ number: "1234", drink: "Latte", options: [], name: undefined });
  const other = order({ id: "b", number: 7, options: [oat, shot] });
  expect(labelOf(other, { ...of, name: "Mia" })).toMatchObject({ options: ["Oat milk", "Extra shot"], name: "Mia" });
  // Of a drink that is on the menu no more nobody knows the usual.
  expect(labelOf(other, { menu: [], store: "Main stand" }).options).toEqual(["Oat milk", "Extra shot"]);
});

test("a roll is as wide as it is and as long as the longest label needs, which is no shorter than printers feed", () => {
  expect(pageSize("62", 0)).toBe(`62mm ${shortest}mm`);
  // 300 CSS pixels are 79.4 mm.
  expect(pageSize("58", 300)).toBe("58mm 81mm");
  expect(pageSize("a4", 300)).toBe("A4");
});
