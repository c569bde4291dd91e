import { mostCustomers } from "../robots/options.ts";
import { optionsIn, UsageError, wholeNumber } from "../say-usage.ts";

export const usage = `npm run bench -- [options]
  --orders N    number of whole orders (default 500)
  --at-once N   number of orders at a time (default 50, at most ${mostCustomers}: a stand sends 300 sign-in codes an hour to one network)
  --growth      only this: start, memory, disk and queries after 1,000, 10,000 and 50,000 orders; then what takes minutes: the same with a million
                documents, queries among 100,000, and 9,500 clients that get a change (with some 10,000 open files in a process)
  --days        only this: 24 days of 1,000 orders in a row on one stand, each day's speed, memory and disk (with 50 at a time it takes a quarter of an hour)
  --peers       only this: durable cycles and starts beside Restate, DBOS, Miniflare and Azurite, which are installed into .cache/peers
  --recording   only this: the cost of recording
  --rounds N    with --peers: rounds, and starts of each (default 7); with --recording: how often both systems are opened in each order (default 7)
  --write       with --growth or --peers: keeps the figures in docs/figures, and writes docs/figures.md from them (for --growth those of the three stands)`;

const options = {
  orders: { type: "string" },
  "at-once": { type: "string" },
  growth: { type: "boolean" },
  days: { type: "boolean" },
  peers: { type: "boolean" },
  recording: { type: "boolean" },
  rounds: { type: "string" },
  write: { type: "boolean" },
} as const;
type Given = keyof typeof options;

/** The benches that run alone, and the options that each of them accepts. */
const alone = {
  growth: ["write"],
  days: [],
  peers: ["rounds", "write"],
  recording: ["rounds"],
} as const satisfies Partial<Record<Given, readonly Given[]>>;
/** The options for a run without any of these, which measures everything that takes minutes. */
const withoutThem: readonly Given[] = ["orders", "at-once"];

/** What is measured. */
export type Bench =
  | { what: "all"; orders: number; atOnce: number }
  | { what: "growth"; write: boolean }
  | { what: "days" }
  | { what: "peers"; rounds: number; write: boolean }
  | { what: "recording"; rounds: number };

/** Parses a command line. @throws UsageError also for an option that would have no effect */
export function benchOptions(args: string[]): Bench {
  const values = optionsIn(usage, args, options);
  const refuse = (why: string): never => {
    throw new UsageError(`${why}\n\n${usage}`);
  };
  const number = (name: "orders" | "at-once" | "rounds", fallback: number, most?: number): number => {
    const text = values[name];
    return text === undefined ? fallback : wholeNumber(`--${name}`, text, 1, most, usage);
  };

  const given = Object.keys(values) as Given[];
  const [what, another] = (Object.keys(alone) as (keyof typeof alone)[]).filter((each) => values[each]);
  if (what !== undefined && another !== undefined)
    return refuse(`--${what} and --${another} do not go together: each is measured alone.`);
  const taken: readonly Given[] = what === undefined ? withoutThem : alone[what];
  const left = given.find((name) => name !== what && !taken.includes(name));
  if (left !== undefined) return refuse(`--${left} is for ${placesOf(left)}${what ? `, not for --${what}` : ""}.`);

  const { write = false } = values;
  switch (what) {
    case "growth":
      return { what, write };
    case "days":
      return { what };
    case "peers":
      return { what, rounds: number("rounds", 7), write };
    case "recording":
      return { what, rounds: number("rounds", 7) };
    default:
      return { what: "all", orders: number("orders", 500), atOnce: number("at-once", 50, mostCustomers) };
  }
}

/** The benches that accept an option, as text. */
function placesOf(name: Given): string {
  if (withoutThem.includes(name)) return "the whole bench";
  const places = Object.entries(alone).filter(([, taken]) => (taken as readonly Given[]).includes(name));
  return places.map(([what]) => `--${what}`).join(" and ");
}
