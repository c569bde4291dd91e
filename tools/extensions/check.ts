import { isOfCore } from "../../infra/extension-names.ts";
import { coreNames, type Extension } from "../../infra/extensions.ts";
import { apiOf } from "./operations.ts";

/** A function that an application registers. */
export interface Registered {
  name: string;
  /** `http`, `eventGrid` and so on, in any case. */
  trigger: string;
}

/**
 * Compares the functions that extensions register with their declarations.
 * @throws Error with each trigger without a subscription, each route without a contract, and each undeclared workflow, activity, entity or timer;
 * with each declared one that is not registered; and with each trigger of a kind that extensions may not use
 */
export async function checkExtensions(
  extensions: readonly Extension[],
  functions: readonly Registered[],
): Promise<void> {
  const problems = (
    await Promise.all(extensions.map((each) => problemsOf(each, ownedBy(each, extensions, functions))))
  ).flat();
  problems.push(...nobodys(extensions, functions));
  if (problems.length === 0) return;
  throw new Error(`Extensions do not fit what they declare:\n${problems.map((problem) => `- ${problem}`).join("\n")}`);
}

/** Functions whose names have no owner, and names that are registered more than once. */
function nobodys(extensions: readonly Extension[], functions: readonly Registered[]): string[] {
  const [names, core] = [functions.map((each) => each.name), coreNames()];
  const owned = new Set(extensions.flatMap((each) => ownedBy(each, extensions, functions)).map((each) => each.name));
  return [
    ...names
      .filter((each) => !owned.has(each) && !isOfCore(each, core))
      .map((each) => `A function "${each}" is registered; those of an extension have names that begin with its own.`),
    ...twice(names).map((each) => `A function "${each}" is registered more than once.`),
  ];
}

async function problemsOf(extension: Extension, own: readonly Registered[]): Promise<string[]> {
  const { folder, name, subscriptions, orchestrations, activities, entities, timers } = extension;
  const named = (kind: string) => own.filter(({ trigger }) => trigger.toLowerCase() === kind).map((each) => each.name);
  const api = await apiOf(extension);
  const [triggers, targets] = [named("eventgrid"), subscriptions.map((each) => each.function)];
  const [routes, contracts] = [named("http"), api.keys.map((key) => `${name}-${key}`)];
  const declaredAs = (kind: string, list: string, declared: readonly string[]) => [
    ...without(named(kind), declared).map(
      (each) =>
        `${folder}: index.ts registers the ${kind} "${each}", which is not among the ${list} of extension.json.`,
    ),
    ...without(declared, named(kind)).map(
      (each) => `${folder}: "${each}" is among the ${list} of extension.json, and index.ts does not register it.`,
    ),
  ];
  return [
    ...without(triggers, targets).map(
      (each) => `${folder}: the function "${each}" waits for events, and no subscription of extension.json goes to it.`,
    ),
    ...without(targets, triggers).map(
      (each) =>
        `${folder}: a subscription goes to the function "${each}", which index.ts does not register for events.`,
    ),
    ...without(routes, contracts).map(
      (each) => `${folder}: the route of the function "${each}" has no contract among the operations of contract.ts.`,
    ),
    ...without(contracts, routes).map(
      (each) => `${folder}: contract.ts describes "${each}", for which there is no route.`,
    ),
    ...twice(api.operations.map(addressOf)).map(
      (each) =>
        `${folder}: contract.ts has more than one operation for ${each}; only one of them would ever be called.`,
    ),
    ...declaredAs("orchestration", "orchestrations", orchestrations),
    ...declaredAs("activity", "activities", activities),
    ...declaredAs("entity", "entities", entities),
    ...declaredAs("timer", "timers", timers),
    ...own
      .filter(({ trigger }) => !kinds.includes(trigger.toLowerCase()))
      .map(
        (each) =>
          `${folder}: the function "${each.name}" has a ${each.trigger} trigger; an extension hears events, answers requests, and has workflows, activities, entities and timers.`,
      ),
  ];
}

/** The kinds of triggers that extensions may use. */
const kinds = ["http", "eventgrid", "orchestration", "activity", "entity", "timer"];
/** Addresses are equal as for the host: parameter names and case do not matter. */
const addressOf = ({ method, path }: { method: string; path: string }) =>
  `${method} ${path.toLowerCase().replace(/\{[^}]*\}/g, "{}")}`;
const twice = (names: readonly string[]) => [...new Set(names.filter((name, n) => names.indexOf(name) !== n))];
const without = (some: readonly string[], others: readonly string[]) => some.filter((each) => !others.includes(each));

/** The functions of an extension: those with its name as prefix, but not with the longer name of another extension. */
function ownedBy({ name }: Extension, all: readonly Extension[], functions: readonly Registered[]): Registered[] {
  const begins = (of: string, with_: string) => of === with_ || of.startsWith(`${with_}-`);
  const longer = all.filter((each) => each.name !== name && begins(each.name, name));
  return functions.filter((each) => begins(each.name, name) && !longer.some((other) => begins(each.name, other.name)));
}
