import type { Service } from "../recorder/span.ts";
import { Delays, delayOf } from "./delays.ts";

/**
 * A fault:
 *
 * - `delay`: a response, delivery or activity is delayed.
 * - `refuse`: a request is refused (429, 503 …).
 * - `lose-answer`: a request takes effect, but its response is lost.
 * - `twice`: an event, or a batch of the change feed, is delivered twice.
 * - `late`: an event is delivered later, so that others overtake it.
 * - `fail`: an activity fails without being called.
 * - `taken-over`: another instance takes over a change feed lease in the middle of a batch, which then runs twice at once.
 * - `lose`: an event raised for an orchestration is acknowledged, but never arrives.
 * - `kill`, `kill-after`: the application's thread ends before its request takes effect, or after.
 */
export type Harm =
  | "delay"
  | "refuse"
  | "lose-answer"
  | "twice"
  | "taken-over"
  | "late"
  | "fail"
  | "lose"
  | "kill"
  | "kill-after";

export interface FaultRule {
  readonly service: Service;
  /** The operation, as the kind of a recorded span (`read`, `publish`, `deliver`, `activity`, `http`); if undefined, all operations. */
  readonly operation?: string;
  /** The name of the target: a container, a subscription, a function; `*` is a wildcard. If undefined, all. */
  readonly name?: string;
  readonly harm: Harm;
  /** The status of a refusal; 503 by default. */
  readonly status?: number;
  /** For a refusal with 429 or 503: the time in ms after which the caller should retry; 1000 by default. */
  readonly retryAfter?: number;
  /** The duration of a delay, in ms of the machine's time, or of a late delivery, in ms of the local clock; 1000 by default. */
  readonly milliseconds?: number;
  /** The remaining number of times; if undefined, until it is switched off. */
  readonly times?: number;
  /** The probability of each time, above 0 and at most 1; 1 by default. */
  readonly chance?: number;
}

/** A rule that is switched on. */
export interface ActiveRule extends FaultRule {
  readonly id: number;
  /** How often it has struck. */
  readonly struck: number;
}

/** The faults of each service. */
export const harms: Readonly<Record<Service, readonly Harm[]>> = {
  functions: ["delay", "refuse", "lose-answer"],
  durable: ["delay", "fail", "lose"],
  cosmos: ["delay", "refuse", "lose-answer", "kill", "kill-after", "twice", "taken-over"],
  eventgrid: ["delay", "refuse", "lose-answer", "kill", "kill-after", "twice", "late"],
  webpubsub: ["delay", "refuse", "lose-answer", "kill", "kill-after"],
  sms: ["delay", "refuse", "lose-answer", "kill", "kill-after"],
};

/** Faults that apply to one operation only. */
const only: Readonly<Partial<Record<Service, Readonly<Partial<Record<Harm, string>>>>>> = {
  durable: { delay: "activity", fail: "activity", lose: "raise" },
  cosmos: { twice: "feed-batch", "taken-over": "feed-batch" },
  eventgrid: { twice: "deliver", late: "deliver" },
};
/** Operations without a caller, whose response could be refused or lost. */
const handedOn = ["deliver", "feed-batch", "raise"];

type Draft = { -readonly [key in keyof ActiveRule]: ActiveRule[key] };

/** A rule with its compiled name pattern. */
interface Kept {
  readonly rule: Draft;
  readonly fits: ((name: string) => boolean) | undefined;
}

/** The faults that are switched on. Chance comes from a seed, so that a run can be repeated. */
export class FaultRules {
  /** Ends the application thread that made a request from the port `asker`, or without it one by chance; undefined while there is none. */
  kill: ((reason: string, asker?: number) => void) | undefined;
  #rules: Kept[] = [];
  readonly #delays = new Delays();
  #last = 0;
  #state = 1;
  #seed = 1;

  /** @throws RangeError that says what is wrong with the rule */
  add(rule: FaultRule): ActiveRule {
    check(rule);
    const active = { ...rule, id: ++this.#last, struck: 0 };
    this.#rules.push({ rule: active, fits: rule.name === undefined ? undefined : pattern(rule.name) });
    return active;
  }

  /** Switches a rule off and ends its delays. False if no rule has this id and nothing is being delayed by it. */
  remove(id: number): boolean {
    const switchedOff = this.#switchOff(id);
    return this.#delays.end(id) || switchedOff;
  }

  /** Switches all off and ends all delays. The seed and the state of the random generator stay. */
  clear(): void {
    this.#rules = [];
    this.#delays.end();
  }

  /** Resolves after the delay of a rule that has struck, or when the rule is switched off. The time is the machine's. */
  delay(rule: ActiveRule): Promise<void> {
    return this.#delays.begin(rule.id, delayOf(rule));
  }

  #switchOff(id: number): boolean {
    const before = this.#rules.length;
    this.#rules = this.#rules.filter(({ rule }) => rule.id !== id);
    return this.#rules.length < before;
  }

  /** The rules that are switched on, in the order in which they were added. */
  list(): readonly ActiveRule[] {
    return this.#rules.map(({ rule }) => rule);
  }

  get seed(): number {
    return this.#seed;
  }

  /** Restarts the random generator from the seed. */
  set seed(seed: number) {
    this.#seed = seed;
    this.#state = seed;
  }

  /** Returns the rule that strikes, if any, and counts that. */
  take(service: Service, operation: string, name: string): ActiveRule | undefined {
    // Usually there are no rules.
    if (this.#rules.length === 0) return undefined;
    for (const { rule, fits } of this.#rules) {
      if (rule.service !== service || !strikesAt(rule, service, operation)) continue;
      if (fits !== undefined && !fits(name)) continue;
      if (rule.chance !== undefined && this.#random() >= rule.chance) continue;
      rule.struck++;
      if (rule.times !== undefined) {
        rule.times--;
        // It has struck for the last time: what it delays is not let go by that.
        if (rule.times <= 0) this.#switchOff(rule.id);
      }
      return rule;
    }
    return undefined;
  }

  /** A random number from 0 to 1, by a 32-bit generator (mulberry32) that is the same on every machine. */
  #random(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
}

function strikesAt({ operation: wanted, harm }: FaultRule, service: Service, operation: string): boolean {
  if (wanted !== undefined && wanted !== operation) return false;
  const where = only[service]?.[harm];
  return where === undefined
    ? !handedOn.includes(operation) || (harm === "delay" && operation === "deliver")
    : where === operation;
}

/** Tests names against a pattern. Linear: each part is searched after the previous one. */
function pattern(wanted: string): (name: string) => boolean {
  const [first = "", ...between] = wanted.toLowerCase().split("*");
  const last = between.pop();
  if (last === undefined) return (name) => name.toLowerCase() === first;
  return (name) => {
    const text = name.toLowerCase();
    if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length) return false;
    let at = first.length;
    for (const part of between) {
      const found = text.indexOf(part, at);
      if (found === -1) return false;
      at = found + part.length;
    }
    return at <= text.length - last.length;
  };
}

function check({ service, harm, status, retryAfter, milliseconds, times, chance }: FaultRule): void {
  const known: readonly Harm[] | undefined = Object.hasOwn(harms, service) ? harms[service] : undefined;
  if (known === undefined)
    throw new RangeError(`There is no service "${service}"; the services are ${Object.keys(harms).join(", ")}.`);
  if (!known.includes(harm))
    throw new RangeError(`"${harm}" is not a fault of ${service}; its faults are ${known.join(", ")}.`);
  const whole = (what: string, value: number | undefined, least: number, most: number) => {
    if (value !== undefined && !(Number.isInteger(value) && value >= least && value <= most))
      throw new RangeError(`${what} must be a whole number from ${least} to ${most}.`);
  };
  whole("status", status, 400, 599);
  whole("retryAfter", retryAfter, 0, 86_400_000);
  whole("milliseconds", milliseconds, 1, 86_400_000);
  whole("times", times, 1, 1_000_000);
  if (chance !== undefined && !(chance > 0 && chance <= 1))
    throw new RangeError("chance must be above 0 and at most 1.");
}
