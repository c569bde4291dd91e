import { keep, kept } from "../lib/browser.ts";
import type { Choices } from "../lib/options.ts";

/** What the customer has chosen so far. */
export interface Draft {
  /** The drink's id and its name, which is needed for the message that the drink is gone. */
  drink?: string | undefined;
  name?: string | undefined;
  choices: Choices;
  step: "drink" | "options";
}

const key = "crema.draft";

/** The choice for the order from before a reload of this tab. Empty for another order. */
export function draftOf(orderId: string): Draft {
  const known = kept(key, "tab") as Partial<Draft & { orderId: string }> | undefined;
  const drink = known?.orderId === orderId && typeof known.drink === "string" ? known.drink : undefined;
  if (drink === undefined) return { choices: {}, step: "drink" };
  const choices = Object.entries(known?.choices ?? {}).filter(([, ids]) => Array.isArray(ids));
  return {
    drink,
    name: typeof known?.name === "string" ? known.name : "",
    choices: Object.fromEntries(choices),
    step: known?.step === "options" ? "options" : "drink",
  };
}

/** Deletes the stored choice, for whichever order: the customer has signed out. */
export function dropDrafts(): void {
  keep(key, undefined, "tab");
}

/** Stores the choice for an order, in this tab, in place of any other order's. */
export function keepDraft(orderId: string, draft: Draft): void {
  keep(key, { orderId, ...draft }, "tab");
}

/** Deletes the stored choice of an order that is past choosing. */
export function dropDraft(orderId: string): void {
  if ((kept(key, "tab") as { orderId?: unknown } | undefined)?.orderId === orderId) keep(key, undefined, "tab");
}
