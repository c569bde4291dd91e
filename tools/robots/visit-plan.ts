import type { MenuDrink } from "../../contracts/catalog.ts";
import type { SubmitRequest } from "../../contracts/http.ts";
import { canBeOrdered, isOffered, usualChoice } from "../../contracts/offered.ts";
import { between, chanceFor, oneOf, waitOf } from "./chance.ts";
import { habits, hour, minute, second } from "./habits.ts";

/** All random decisions of a visit, made before it begins. Times in ms of the stand's clock. */
export interface VisitPlan {
  n: number;
  /** Since the previous visit. */
  gap: number;
  /** From 0 to 1: selects one of the free guests. */
  who: number;
  /** How long they wait for a code to scan. */
  patience: number;
  /** They scan nothing, and only what concerns the counter applies. */
  noPhone?: true;
  /** They try an invalid or expired code first. */
  wrongCode?: "old" | "mistyped";
  tapsTwice: boolean;
  /** They request a text message for when it is ready, if the stand sends any. */
  wantsText?: true;
  /** If the display shows no code, they try the last one. */
  insists?: true;
  /** They choose at the first look at the menu, and do not notice later changes. */
  choosesEarly?: true;
  /** How long they look at the menu; missing if they never choose. */
  dawdles?: number;
  /** They cancel: while they choose, or this long after they ordered. */
  cancels?: { when: "choosing" | "waiting"; after: number };
  /** No network for this long: while they choose, during the order request (the response is lost), or while they wait. */
  loses?: { when: "choosing" | "ordering" | "waiting"; lasts: number };
  /** How long after the call they are at the counter; missing if they never come. */
  comes?: number;
}

/** The `n`-th visit of a crowd. Pure. @param haste factor for the usual time of people */
export function planVisit(seed: number, n: number, anHour: number, haste = 1): VisitPlan {
  const of = (what: string) => chanceFor(seed, "visit", n, what)();
  const does = (what: Exclude<keyof typeof habits, "takesBack">) => of(what) < habits[what];
  const span = (what: string, from: number, to: number) => haste * between(of(what), from, to);
  const wrongCode = does("scansOldCode") ? "old" : does("typesWrongCode") ? "mistyped" : undefined;
  // At most one of the three that end a visit early; each keeps its share.
  const ends = of("ends");
  const { cancels, neverChooses, neverComes } = habits;
  const mind = ends < cancels;
  const chooses = mind || ends >= cancels + neverChooses;
  const comes = ends < cancels + neverChooses || ends >= cancels + neverChooses + neverComes;
  return {
    n,
    gap: waitOf(of("gap"), hour / anHour),
    who: of("who"),
    patience: between(of("patience"), 3 * minute, 10 * minute),
    tapsTwice: does("tapsTwice"),
    ...(does("hasNoPhone") && { noPhone: true }),
    ...(wrongCode && { wrongCode }),
    ...(chooses && { dawdles: span("dawdles", 5 * second, 80 * second) }),
    ...(mind && {
      cancels: {
        when: of("when cancelled") < 0.5 ? "choosing" : "waiting",
        after: span("cancels after", 2 * second, 40 * second),
      },
    }),
    ...(does("losesNetwork") && {
      loses: {
        when: oneOf(of("when lost"), ["choosing", "ordering", "waiting"] as const),
        lasts: between(of("lasts"), 2 * second, 50 * second),
      },
    }),
    ...(comes && { comes: span("comes", 4 * second, 60 * second) }),
  };
}

/** The demand for drinks decreases slowly with their position on the menu: milky drinks are the most popular. */
const liking = (place: number) => 1 / (place + 3);

/**
 * What a guest orders; `undefined` if everything is sold out. Pure. @param round number of the attempt, if the earlier choice was sold out meanwhile
 */
export function wishOf(seed: number, n: number, menu: readonly MenuDrink[], round = 0): SubmitRequest | undefined {
  const chance = chanceFor(seed, "wish", n, round);
  const offered = menu.filter(canBeOrdered).sort((a, b) => a.position - b.position);
  const weights = offered.map((_, place) => liking(place));
  const drawn = chance() * weights.reduce((sum, weight) => sum + weight, 0);
  const drink =
    offered.find((_, place) => drawn < weights.slice(0, place + 1).reduce((sum, weight) => sum + weight, 0)) ??
    offered.at(-1);
  if (drink === undefined) return undefined;
  const options: Record<string, string[]> = {};
  for (const group of drink.options) {
    const ids = group.choices.filter(isOffered).map(({ id }) => id);
    if (group.choose === "any") options[group.id] = ids.filter(() => chance() < 0.12);
    // Most guests take the default, while it is available.
    else if (chance() < 0.45 || usualChoice(group) === undefined) options[group.id] = [oneOf(chance(), ids)];
  }
  return { drinkId: drink.id, options };
}
