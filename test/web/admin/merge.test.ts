import { expect, test } from "vitest";
import { drinkDraft } from "../../../web/admin/drink-draft.ts";
import { changedFields, merge } from "../../../web/admin/merge.ts";
import { drink } from "./documents.ts";

test("two drafts of one document do not differ", () => {
  expect(changedFields(drinkDraft(drink), drinkDraft(structuredClone(drink)))).toEqual([]);
});

test("keeping mine undoes nothing that only they changed", () => {
  const base = drinkDraft(drink);
  const mine = { ...drinkDraft(drink), name: "Caffè latte", position: "5" };
  const theirs = { ...drinkDraft(drink), available: false, position: "90" };
  expect(changedFields(base, theirs)).toEqual(["available", "position"]);
  expect(merge(base, mine, theirs)).toEqual({ ...base, name: "Caffè latte", position: "5", available: false });
});
