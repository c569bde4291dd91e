import { hearersIn } from "../../contracts/hearers.ts";
import { type Core, coreResources, type Extension, extensionsIn, resourcesWith } from "../../infra/extensions.ts";
import { type Declared, replayTargets } from "../../infra/replays.ts";
import { UsageError } from "../say-usage.ts";
import type { Stand } from "./stand.ts";

/** A subscription that replays can target, and its event types; all if none are named. */
export interface Target {
  name: string;
  types?: readonly string[] | undefined;
}

/** The subscriptions of the core, and of these extensions. */
export function subscriptionsWith(extensions: readonly Extension[]): readonly Declared[] {
  return resourcesWith(coreResources<Core>(), extensions).eventGrid.subscriptions;
}

/** The targets of these names. @throws UsageError that lists the targets, and why others are none */
export function targetsNamed(names: readonly string[]): Target[] {
  const declared = subscriptionsWith(extensionsIn());
  const known = replayTargets(declared);
  const can = [...known.keys()].join(", ");
  if (names.length === 0) throw new UsageError(`Name at least one subscription with --to: ${can}.`);
  return [...new Set(names)].map((name) => {
    if (known.has(name)) return { name, types: known.get(name) };
    const why = hearersIn(declared).some((each) => each.name === name)
      ? `${name} gets live events only, no replayed ones`
      : `There is no subscription ${name}`;
    throw new UsageError(`${why}; the names for --to are: ${can}.`);
  });
}

/** @throws Error for a target in an extension that the stand does not have: nobody would receive the events */
export async function checkThere(stand: Stand, targets: readonly Target[]): Promise<void> {
  const there = replayTargets(subscriptionsWith(await stand.extensions()));
  const missing = targets.find(({ name }) => !there.has(name));
  if (missing)
    throw new Error(`Nobody gets events of ${missing.name} at ${stand.name}: it runs without that extension.`);
}

/** Whether a target receives events of a type. */
export const hears = ({ types }: Target, type: string) => types === undefined || types.includes(type);
