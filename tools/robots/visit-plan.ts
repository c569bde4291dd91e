import type { MenuDrink } from "../../contracts/catalog.ts";
import type { SubmitRequest } from "../../contracts/http.ts";
import { canBeOrdered, isOffered, usualChoice } from "../../contracts/offered.ts";
import { between, chanceFor, oneOf, waitOf } from "./chance.ts";
import { habits, hour, minute, second } from "./habits.ts";

/** All that is decided by chance of one visit, before it begins. Times in ms of the stand's clock. */
export interface VisitPlan {
  n: number;
  /** After the visit before. */
  gap: number;
  /** From 0 to 1: which of those who are free. */
  who: number;
  /** How long they wait for a code to scan. */
  patience: number;
  /** Then they scan nothing, and of all this only what they do at the counter is true. */
  noPhone?: true;
  /** A code that is none, or is over, is tried first. */
  wrongCode?: "old" | "mistyped";
  tapsTwice: boolean;
  /** They ask for an SMS once it is ready, where the stand sends any. */
  wantsText?: true;
  /** Where the display shows no code they try the last one that it had. */
  insists?: true;
  /** They know what they want at the first look at the menu, and what becomes of it meanwhile they do not see. */
  choosesEarly?: true;
  /** How long they look at the menu; missing when they never choose. */
  dawdles?: number;
  /** They change their mind: while they choose, or so long after they ordered. */
  cancels?: { when: "choosing" | "waiting"; after: number };
  /** No network for so long: while they choose, just as they order (the answer is lost), or while they wait. */
  loses?: { when: "choosing" | "ordering" | "waiting"; lasts: number };
  /** How long after they were called they stand at the counter; missing when they never come. */
  comes?: number;
}

/** The `n`-th visit of a crowd. Pure. @param haste how much of their usual time people take */
export function planVisit(seed: number, n: number, anHour: number, haste = 1): VisitPlan {
  const of = (what: string) => chanceFor(seed, "visit", n, what)();
  const does = (what: Exclude<keyof typeof habits, "takesBack">) => of(what) < habits[what];
  const span = (what: string, from: number, to: number) => haste * between(of(what), from, to);
  const wrongCode = does("scansOldCode") ? "old" : does("typesWrongCode") ? "mistyped" : undefined;
  // Of the three that end a visit early, one at most; each keeps its share.
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

/** Milky ones are liked most: how often the drinks of a menu are asked for falls with their place, gently. */
const liking = (place: number) => 1 / (place + 3);

/** What somebody orders; `undefined` when everything is sold out. Pure. @param round another try, when the first was sold out meanwhile */
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
    // Most take what is usual, while it is there.
    else if (chance() < 0.45 || usualChoice(group) === undefined) options[group.id] = [oneOf(chance(), ids)];
  }
  return { drinkId: drink.id, options };
}
