import type { Service } from "../recorder/span.ts";

/**
 * What goes wrong: an answer comes late (`delay`), is a refusal (`refuse`: 429, 503 …), or never comes although the request took effect (`lose-answer`);
 * an event, or a batch of the change feed, is delivered twice (`twice`), an event after a while (`late`, so that others overtake it); an activity fails
 * without being called (`fail`); the lease of a change feed is taken over in the middle of a batch, which then runs twice at once (`taken-over`); an event that is raised for an orchestration is acknowledged and never arrives (`lose`); the application's thread ends as its
 * request comes, before that takes effect or after (`kill`, `kill-after`).
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
  /** What of the service, as what is recorded has it (`read`, `publish`, `deliver`, `activity`, `http`); left out, everything. */
  readonly operation?: string;
  /** To what: a container, a subscription, a function; `*` stands for anything in between. Left out, all. */
  readonly name?: string;
  readonly harm: Harm;
  /** Of a refusal; default 503. */
  readonly status?: number;
  /** With a refusal of 429 or 503: after how many ms the caller is told to try again; default 1000. */
  readonly retryAfter?: number;
  /** Of a delay, in ms of the machine's time, and of a late delivery, in ms of the local clock; default 1000. */
  readonly milliseconds?: number;
  /** How many more times; left out, until it is switched off. */
  readonly times?: number;
  /** How likely each time, above 0 and up to 1; default 1. */
  readonly chance?: number;
}

/** A rule that is switched on. */
export interface ActiveRule extends FaultRule {
  readonly id: number;
  /** How often it has struck. */
  readonly struck: number;
}

/** What each service can suffer. */
export const harms: Readonly<Record<Service, readonly Harm[]>> = {
  functions: ["delay", "refuse", "lose-answer"],
  durable: ["delay", "fail", "lose"],
  cosmos: ["delay", "refuse", "lose-answer", "kill", "kill-after", "twice", "taken-over"],
  eventgrid: ["delay", "refuse", "lose-answer", "kill", "kill-after", "twice", "late"],
  webpubsub: ["delay", "refuse", "lose-answer", "kill", "kill-after"],
  sms: ["delay", "refuse", "lose-answer", "kill", "kill-after"],
};

/** What strikes one kind of thing only: an answer can be refused or lost, a delivery cannot; an activity can fail, an answer cannot be delivered twice. */
const only: Readonly<Partial<Record<Service, Readonly<Partial<Record<Harm, string>>>>>> = {
  durable: { delay: "activity", fail: "activity", lose: "raise" },
  cosmos: { twice: "feed-batch", "taken-over": "feed-batch" },
  eventgrid: { twice: "deliver", late: "deliver" },
};
/** What is handed on, and has no answer that could be refused or lost. */
const handedOn = ["deliver", "feed-batch", "raise"];

type Draft = { -readonly [key in keyof ActiveRule]: ActiveRule[key] };

/** A rule with the names that it is for, as requests are held against it. */
interface Kept {
  readonly rule: Draft;
  readonly fits: ((name: string) => boolean) | undefined;
}

/** Faults that are switched on. Chance comes from a seed, so that a run can be had again. */
export class FaultRules {
  /** Ends the thread of the application that asks from this port, or the one that chance picks; missing while there is none. */
  kill: ((reason: string, asker?: number) => void) | undefined;
  #rules: Kept[] = [];
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

  /** False when there is none with this id. */
  remove(id: number): boolean {
    const before = this.#rules.length;
    this.#rules = this.#rules.filter(({ rule }) => rule.id !== id);
    return this.#rules.length < before;
  }

  /** Switches all off. The seed, and how far chance has come, stay. */
  clear(): void {
    this.#rules = [];
  }

  /** Those that are switched on, in the order in which they were. */
  list(): readonly ActiveRule[] {
    return this.#rules.map(({ rule }) => rule);
  }

  get seed(): number {
    return this.#seed;
  }

  /** Begins chance anew. */
  set seed(seed: number) {
    this.#seed = seed;
    this.#state = seed;
  }

  /** The rule that strikes here, if one does; that counts. */
  take(service: Service, operation: string, name: string): ActiveRule | undefined {
    // Nearly always there is none.
    if (this.#rules.length === 0) return undefined;
    for (const { rule, fits } of this.#rules) {
      if (rule.service !== service || !strikesAt(rule, service, operation)) continue;
      if (fits !== undefined && !fits(name)) continue;
      if (rule.chance !== undefined && this.#random() >= rule.chance) continue;
      rule.struck++;
      if (rule.times !== undefined) {
        rule.times--;
        if (rule.times <= 0) this.remove(rule.id);
      }
      return rule;
    }
    return undefined;
  }

  /** A generator of 32 bits (mulberry32): small, and the same everywhere. */
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

/** Says of a name whether it is as the pattern says. Linear: each part is looked for behind the one before. */
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
