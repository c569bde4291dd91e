import type { FaultRule, Harm } from "../../local/faults/rules.ts";
import { between, chanceFor, oneOf } from "../robots/chance.ts";
import { minute, second } from "../robots/habits.ts";
import type { Trouble } from "./fair.ts";

type Seam = Pick<FaultRule, "service" | "operation" | "name">;

const containers = ["orders", "codes", "identity", "insights", "catalog", "config"] as const;
const cosmos = (operations: string[], harms: Harm[], names: readonly string[] = containers): [Seam[], Harm[]] => [
  names.flatMap((name) =>
    operations.map((operation): Seam => ({ service: "cosmos", operation, name: `crema/${name}` })),
  ),
  harms,
];

/** Where things meet, and what can go wrong there. */
const seams: readonly [Seam[], Harm[]][] = [
  cosmos(["read", "query"], ["refuse", "lose-answer", "delay", "kill"]),
  cosmos(
    ["batch"],
    ["refuse", "lose-answer", "delay", "kill", "kill-after"],
    ["orders", "codes", "insights", "config"],
  ),
  cosmos(
    ["create", "replace", "patch", "upsert"],
    ["refuse", "lose-answer", "kill-after"],
    ["identity", "catalog", "codes"],
  ),
  cosmos(["feed-batch"], ["twice", "taken-over"], ["orders", "codes", "config", "identity"]),
  [[{ service: "eventgrid", operation: "publish" }], ["refuse", "lose-answer", "kill", "kill-after"]],
  [[{ service: "eventgrid", operation: "deliver" }], ["twice", "late"]],
  // A subscription that is down, and one whose acknowledgement is lost.
  [[{ service: "functions", operation: "http", name: "POST /runtime/webhooks/*" }], ["refuse", "lose-answer", "delay"]],
  [[{ service: "functions", operation: "http", name: "* /api/*" }], ["refuse", "lose-answer", "delay"]],
  // What is asked seldom, of all that is asked, and would hardly ever be struck.
  [
    ["POST /api/sign-in/challenges", "POST /api/sign-in/sessions", "POST /api/stores/*/stores"].map(
      (name): Seam => ({ service: "functions", operation: "http", name }),
    ),
    ["lose-answer"],
  ],
  [[{ service: "webpubsub" }], ["refuse", "lose-answer", "kill"]],
  [[{ service: "sms" }], ["refuse", "lose-answer", "delay"]],
  [[{ service: "durable", operation: "activity" }], ["fail", "delay"]],
  [[{ service: "durable", operation: "raise" }], ["lose"]],
];

const ofThem = (which: (harm: Harm) => boolean): [Seam[], Harm[]][] =>
  seams
    .map(([places, harms]): [Seam[], Harm[]] => [places, harms.filter(which)])
    .filter(([, harms]) => harms.length > 0);
const kills = (harm: Harm) => harm === "kill" || harm === "kill-after";
/** Where the application can end, and where something else can go wrong. */
const deadly = ofThem(kills);
const harmful = ofThem((harm) => !kills(harm));

/** So long (ms) the application is killed again and again. */
const dying = 5 * minute;

/** What is down for a while as a whole. */
const outages: readonly (Seam & Pick<FaultRule, "status">)[] = [
  { service: "eventgrid", operation: "publish", status: 503 },
  { service: "eventgrid", operation: "publish", status: 429 },
  { service: "webpubsub", operation: "call", status: 503 },
  { service: "sms", status: 503 },
  { service: "cosmos", name: "crema/orders", status: 429 },
  { service: "cosmos", name: "crema/codes", status: 503 },
  { service: "cosmos", name: "crema/identity", status: 503 },
  { service: "cosmos", name: "crema/catalog", status: 503 },
  { service: "cosmos", name: "crema/config", status: 429 },
  { service: "cosmos", name: "crema/insights", status: 503 },
  { service: "functions", operation: "http", name: "POST /runtime/webhooks/*", status: 503 },
];

/**
 * What goes wrong at a fair of so many ms, and when there are two instances. One in ten is calm; some have storms, when much goes wrong at once. Pure.
 *
 * Whatever strikes all stands at once (outages, the application's end, lost connections, the clock) is drawn for all of them; a fault, which strikes whoever comes first, is drawn for each stand:
 * so a day meets as much, however many stands there are.
 * @param stands the seeds of their days
 * @param comings when people come
 * @param share of the usual length; a short day has fewer faults, and as many things that strike all
 */
export function planTroubles(
  seed: number,
  closes: number,
  stands: readonly number[],
  comings: readonly number[],
  share = 1,
): Trouble[] {
  const harms = isCalmFair(seed)
    ? []
    : [
        ...planCommon(seed, closes, comings),
        ...stands.flatMap((stand) => planFaults(stand, closes, isStormy(seed), share)),
      ];
  return [...planInstances(seed, closes), ...harms].sort((a, b) => a.at - b.at);
}

const moodOf = (seed: number): number => chanceFor(seed, "trouble", "mood")();
const isCalmFair = (seed: number): boolean => moodOf(seed) < 0.1;
const isStormy = (seed: number): boolean => moodOf(seed) >= 0.75;

/**
 * At one fair of six the application comes and goes: it is killed again and again, and mostly two instances are at work for a while. Each begins with nothing compiled and is slow
 * for a day, so one soon after the other costs hardly more than one alone.
 */
const comesAndGoes = (seed: number): boolean => chanceFor(seed, "comes and goes")() < 1 / 6;

/** For a while at most of these fairs, at one of five all the time. */
function planInstances(seed: number, closes: number): Trouble[] {
  const chance = chanceFor(seed, "instances");
  const many = chance();
  if (!comesAndGoes(seed) || many >= 0.8) return [];
  if (many < 0.2) return [{ at: 0, does: "scale", to: 2 }];
  const at = Math.round(chance() * 0.9 * closes);
  const lasts = Math.round(between(chance(), 1, 30) * minute);
  return [
    { at, does: "scale", to: 2 },
    { at: at + lasts, does: "scale", to: 1 },
  ];
}

/** What all suffer together. */
function planCommon(seed: number, closes: number, comings: readonly number[]): Trouble[] {
  const of = (what: string) => chanceFor(seed, "trouble", what)();
  const deaths = comesAndGoes(seed) ? 4 + Math.floor(of("deaths") * 8) : 0;
  const dyingFrom = oneOf(of("dying"), [0, ...comings]);
  return [
    ...Array.from({ length: deaths }, (_, n) => death(chanceFor(seed, "death", n), dyingFrom)),
    ...Array.from({ length: 1 + Math.floor(of("outages") * 3) }, (_, n) =>
      outage(chanceFor(seed, "outage", n), comings),
    ),
    ...Array.from({ length: 8 }, (_, n) => interruption(chanceFor(seed, "interruption", n), closes)).flat(),
  ];
}

/** What one stand suffers, or another in its place. */
function planFaults(seed: number, closes: number, stormy: boolean, share: number): Trouble[] {
  const single = Math.floor(share * between(chanceFor(seed, "trouble", "how many")(), 2, 13));
  const planned = Array.from({ length: single }, (_, n) => trouble(chanceFor(seed, "trouble", n), closes));
  if (!stormy) return planned;
  // At one place for a while, so that retries meet it again.
  const storm = chanceFor(seed, "storm");
  const at = storm() * closes;
  const begun = Array.from({ length: Math.floor(share * between(storm(), 6, 20)) }, (_, n) => ({
    ...trouble(chanceFor(seed, "storm", n), closes),
    at: Math.round(at + n * between(storm(), 0.1 * second, 20 * second)),
  }));
  return [...planned, ...begun];
}

/** Nobody would notice it while nobody is there: soon after somebody came. Most are over within a minute and a half, some last longer than those who try again at once have patience. */
function outage(chance: () => number, comings: readonly number[]): Trouble {
  const rule = { ...oneOf(chance(), outages), harm: "refuse", retryAfter: 1 } as const;
  const at = Math.round(oneOf(chance(), [0, ...comings]) + chance() * minute);
  const lasts =
    chance() < 0.75 ? between(chance(), 5 * second, 90 * second) : between(chance(), 2 * minute, 10 * minute);
  return { at, does: "outage", rule, lasts: Math.round(lasts) };
}

/** Now and then every connection is lost, or the clock jumps. */
function interruption(chance: () => number, closes: number): Trouble[] {
  const at = Math.round(chance() * closes);
  const kind = chance();
  if (kind < 0.05) return [{ at, does: "drop" }];
  if (kind < 0.08) return [{ at, does: "jump", by: Math.round(between(chance(), 30 * second, 20 * minute)) }];
  return [];
}

const trouble = (chance: () => number, closes: number): Trouble => ({
  at: Math.round(chance() * closes),
  does: "fault",
  rule: fault(chance),
});

/** The application ends, within some minutes: at any moment, or just before or after what it asks takes effect; one of ten times it is deployed anew. */
function death(chance: () => number, from: number): Trouble {
  const at = Math.round(from + chance() * dying);
  const kind = chance();
  if (kind < 0.25) return { at, does: "kill" };
  if (kind < 0.35) return { at, does: "deploy" };
  const [places, harms] = oneOf(chance(), deadly);
  return { at, does: "fault", rule: { ...oneOf(chance(), places), harm: oneOf(chance(), harms), times: 1 } };
}

function fault(chance: () => number): FaultRule {
  const [places, harms] = oneOf(chance(), harmful);
  const seam = oneOf(chance(), places);
  const harm = oneOf(chance(), harms);
  const times = 1 + Math.floor(chance() ** 2 * 6);
  // Most late ones by some seconds, so that others overtake them; some by hours.
  const late = Math.round(second * (chance() < 0.8 ? between(chance(), 1, 90) : between(chance(), 600, 5_000)));
  return {
    ...seam,
    harm,
    times,
    ...(harm === "refuse" && { status: chance() < 0.5 ? 429 : 503, retryAfter: 1 }),
    ...(harm === "delay" && { milliseconds: Math.ceil(chance() * 20) }),
    ...(harm === "late" && { milliseconds: late }),
  };
}
