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

/** The operations of services at which faults can occur, and which faults. */
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
  // Rare requests, which a fault would hardly ever hit otherwise.
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
/** The operations at which the application can be killed, and those with other faults. */
const deadly = ofThem(kills);
const harmful = ofThem((harm) => !kills(harm));

/** How long (ms) the application is killed again and again. */
const dying = 5 * minute;

/** Outages of a whole service. */
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
 * The faults of a fair that lasts `closes` ms, and when there are two instances. One in ten is calm; some have storms of many faults at once. Pure.
 * What hits all stands at once (outages, kills, lost connections, clock jumps) is drawn once. A fault hits whoever comes first, so it is drawn for
 * each stand: a day has as many, however many stands there are.
 * @param stands the seeds of their days
 * @param comings when people come
 * @param share factor for the usual length; a short day has fewer faults, but as many that hit all stands
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
 * At one fair in six the application restarts: it is killed again and again, and mostly there are two instances for a while. Each restart compiles
 * everything and slows down a day, so several close together cost hardly more than one.
 */
const comesAndGoes = (seed: number): boolean => chanceFor(seed, "comes and goes")() < 1 / 6;

/** For a while at most of these fairs, all the time at one in five. */
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

/** Faults that hit all stands. */
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

/** Faults of one stand, or of another in its place. */
function planFaults(seed: number, closes: number, stormy: boolean, share: number): Trouble[] {
  const single = Math.floor(share * between(chanceFor(seed, "trouble", "how many")(), 2, 13));
  const planned = Array.from({ length: single }, (_, n) => trouble(chanceFor(seed, "trouble", n), closes));
  if (!stormy) return planned;
  // In one place for a while, so that retries are hit too.
  const storm = chanceFor(seed, "storm");
  const at = storm() * closes;
  const begun = Array.from({ length: Math.floor(share * between(storm(), 6, 20)) }, (_, n) => ({
    ...trouble(chanceFor(seed, "storm", n), closes),
    at: Math.round(at + n * between(storm(), 0.1 * second, 20 * second)),
  }));
  return [...planned, ...begun];
}

/**
 * An outage soon after somebody came, since nobody would notice it otherwise. Most are over within a minute and a half; some last longer than the
 * immediate retries.
 */
function outage(chance: () => number, comings: readonly number[]): Trouble {
  const rule = { ...oneOf(chance(), outages), harm: "refuse", retryAfter: 1 } as const;
  const at = Math.round(oneOf(chance(), [0, ...comings]) + chance() * minute);
  const lasts =
    chance() < 0.75 ? between(chance(), 5 * second, 90 * second) : between(chance(), 2 * minute, 10 * minute);
  return { at, does: "outage", rule, lasts: Math.round(lasts) };
}

/** Sometimes all connections are lost, or the clock jumps. */
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

/**
 * Kills the application, within some minutes: at any moment, or just before or after a request of its own takes effect. One time in ten only its process ends,
 * and the host goes on; one time in ten it is deployed again instead.
 */
function death(chance: () => number, from: number): Trouble {
  const at = Math.round(from + chance() * dying);
  const kind = chance();
  if (kind < 0.15) return { at, does: "kill" };
  if (kind < 0.25) return { at, does: "exit", every: 1 + Math.floor(chance() * 4) };
  if (kind < 0.35) return { at, does: "deploy" };
  const [places, harms] = oneOf(chance(), deadly);
  return { at, does: "fault", rule: { ...oneOf(chance(), places), harm: oneOf(chance(), harms), times: 1 } };
}

function fault(chance: () => number): FaultRule {
  const [places, harms] = oneOf(chance(), harmful);
  const seam = oneOf(chance(), places);
  const harm = oneOf(chance(), harms);
  const times = 1 + Math.floor(chance() ** 2 * 6);
  // Most delays are seconds, so that later messages overtake; some are hours.
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
