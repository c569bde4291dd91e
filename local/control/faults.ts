import { type FaultRule, type FaultRules, harms } from "../faults/rules.ts";
import type { FunctionsHost } from "../functions/index.ts";
import { Refusal } from "../kernel/refusal.ts";
import type { Service } from "../recorder/span.ts";
import type { Actions } from "./actions.ts";

const texts = ["service", "operation", "name", "harm"] as const;
const numbers = ["status", "retryAfter", "milliseconds", "times", "chance"] as const;

/**
 * Injected faults.
 *
 * | request | does |
 * | --- | --- |
 * | GET /faults | which faults are on and how often each struck, which faults there are, the seed |
 * | POST /faults | switches one on: `service`, `harm`, and optionally `operation`, `name`, `status`, `retryAfter`, `milliseconds`, `times`, `chance` |
 * | DELETE /faults, /faults/ID | switches all or one off |
 * | PUT /faults/seed | restarts chance from `seed` |
 * | POST /faults/kill | ends the application's thread at once; another is started |
 */
export function faultsActions(faults: FaultRules, functions: FunctionsHost | undefined): Actions {
  const told = () => ({ seed: faults.seed, harms, rules: faults.list() });
  return {
    "GET /faults": told,
    "POST /faults": async ({ body }) => faults.add(ruleOf(await body())),
    "DELETE /faults": () => {
      faults.clear();
      return told();
    },
    "DELETE /faults/*": ({ names: [id = ""] }) => {
      if (!faults.remove(Number(id))) throw new Refusal(404, "NotFound", `No fault with the id ${id} is switched on.`);
      return told();
    },
    "PUT /faults/seed": async ({ body }) => {
      const { seed } = await body();
      if (!Number.isSafeInteger(seed)) throw new RangeError("seed must be a whole number.");
      faults.seed = seed as number;
      return told();
    },
    "POST /faults/kill": () => {
      if (functions === undefined) throw new RangeError("There is no application.");
      functions.kill("it was killed on purpose");
    },
  };
}

function ruleOf(body: Record<string, unknown>): FaultRule {
  const other = Object.keys(body).find((name) => ![...texts, ...numbers].includes(name as never));
  if (other !== undefined)
    throw new RangeError(`A fault has no "${other}"; it has ${[...texts, ...numbers].join(", ")}.`);
  const given = Object.entries(body).filter(([, value]) => value !== undefined && value !== null && value !== "");
  for (const [name, value] of given) {
    const wanted = (texts as readonly string[]).includes(name) ? "string" : "number";
    if (typeof value !== wanted)
      throw new RangeError(`${name} must be a ${wanted === "string" ? "string" : "number"}.`);
  }
  const rule = Object.fromEntries(given) as unknown as FaultRule;
  return { ...rule, service: String(rule.service ?? "") as Service };
}
