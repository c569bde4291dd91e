import { describe, expect, test } from "vitest";
import { choose, holds } from "../../../functions/orders/choice.ts";
import { latte, pageOf } from "./shop.ts";

const { menu } = pageOf();
const refusalOf = (options: Record<string, string[]>, drinkId = "drink:latte") => {
  const choice = choose(menu, { drinkId, options });
  return "refused" in choice ? choice : expect.unreachable("was not refused");
};

test("fills in the defaults, and keeps the names that the menu has now", () => {
  const choice = choose(menu, { drinkId: "drink:latte", options: { extras: ["decaf", "shot"] } });
  expect(choice).toEqual({
    drink: { id: "drink:latte", name: "Latte", icon: "cup" },
    options: [
      { group: "milk", groupName: "Milk", choice: "whole", choiceName: "Whole" },
      { group: "extras", groupName: "Extras", choice: "shot", choiceName: "Extra shot" },
      { group: "extras", groupName: "Extras", choice: "decaf", choiceName: "Decaf" },
    ],
  });
});

test.each([
  ["an unknown group", { syrup: ["vanilla"] }, "options.syrup"],
  ["an unknown choice", { milk: ["almond"] }, "options.milk[0]"],
  ["two of one", { milk: ["oat", "whole"] }, "options.milk"],
  ["none of one", { milk: [] }, "options.milk"],
  ["the same twice", { extras: ["shot", "shot"] }, "options.extras[1]"],
  ["the name of something every object has", { constructor: ["x"] }, "options.constructor"],
])("names what is wrong: %s", (_what, options, path) => {
  const { refused, errors = [], detail } = refusalOf(options as Record<string, string[]>);
  expect(refused).toBe("bad-option");
  expect(errors.map((error) => error.path)).toContain(path);
  expect(detail).toContain(path);
});

test("what is sold out or not on the menu cannot be had", () => {
  expect(refusalOf({}, "drink:cortado")).toMatchObject({
    refused: "drink-unavailable",
    detail: "Cortado is sold out.",
  });
  expect(refusalOf({}, "drink:tea").refused).toBe("drink-unavailable");
});

describe("a choice that is sold out", () => {
  const soldOut = (...ids: string[]) =>
    menu.map((drink) => ({
      ...drink,
      options: drink.options.map((group) => ({
        ...group,
        choices: group.choices.map((choice) => (ids.includes(choice.id) ? { ...choice, available: false } : choice)),
      })),
    }));

  test("cannot be had, and is named", () => {
    expect(
      choose(soldOut("oat", "decaf"), { drinkId: "drink:latte", options: { milk: ["oat"], extras: ["decaf"] } }),
    ).toEqual({
      refused: "choice-unavailable",
      detail: "Sold out: Oat, Decaf.",
      errors: [
        { path: "options.milk", message: "Oat is sold out" },
        { path: "options.extras", message: "Decaf is sold out" },
      ],
    });
    expect(choose(soldOut("oat"), { drinkId: "drink:latte", options: { milk: ["whole"] } })).toHaveProperty("options");
  });

  test("is not replaced by another where it was the default: the customer is asked", () => {
    expect(choose(soldOut("whole"), { drinkId: "drink:latte", options: {} })).toMatchObject({
      refused: "choice-unavailable",
    });
    expect(choose(soldOut("whole"), { drinkId: "drink:latte", options: { milk: ["oat"] } })).toHaveProperty("options");
  });

  test("makes the drink sold out where one must be chosen and none is left", () => {
    expect(choose(soldOut("whole", "oat"), { drinkId: "drink:latte", options: {} })).toMatchObject({
      refused: "drink-unavailable",
      detail: "Latte is sold out.",
    });
    expect(choose(soldOut("shot", "decaf"), { drinkId: "drink:latte", options: {} })).toHaveProperty("options");
  });
});

test("the same wish is known again whatever the order of its options", () => {
  const wish = { drinkId: "drink:latte", options: { milk: ["oat"], extras: ["decaf", "shot"] } };
  const choice = choose(menu, wish);
  if ("refused" in choice) return expect.unreachable(choice.detail);
  expect(holds(choice, wish)).toBe(true);
  expect(holds(choice, { ...wish, options: { extras: ["shot", "decaf"] } })).toBe(true);
  expect(holds(choice, { ...wish, options: { extras: ["shot"] } })).toBe(false);
  expect(holds(choice, { drinkId: "drink:latte", options: { milk: ["whole"] } })).toBe(false);
  expect(holds(choice, { drinkId: "drink:espresso", options: {} })).toBe(false);
  expect(holds({}, latte)).toBe(false);
});
