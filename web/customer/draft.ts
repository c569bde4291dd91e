import { keep, kept } from "../lib/browser.ts";
import type { Choices } from "../lib/options.ts";

/** What somebody has chosen so far. */
export interface Draft {
  /** The drink's id and its name, by which it is told that it is gone. */
  drink?: string | undefined;
  name?: string | undefined;
  choices: Choices;
  step: "drink" | "options";
}

const key = "crema.draft";

/** What was chosen for the order before the page was loaded anew, in this tab. Nothing for another order. */
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

/** Keeps nothing of what was chosen, for whichever order: whoever chose it has signed out. */
export function dropDrafts(): void {
  keep(key, undefined, "tab");
}

/** Keeps what was chosen for an order, in this tab; what was kept for another order is gone. */
export function keepDraft(orderId: string, draft: Draft): void {
  keep(key, { orderId, ...draft }, "tab");
}

/** Of an order that is not to be chosen any more nothing is kept. */
export function dropDraft(orderId: string): void {
  if ((kept(key, "tab") as { orderId?: unknown } | undefined)?.orderId === orderId) keep(key, undefined, "tab");
}
