import { replayTargets } from "../../infra/replays.ts";
import { resources } from "../stand-options.ts";
import { UsageError } from "./command.ts";

/** A subscription that can be told again, and the types that it hears; all where none are named. */
export interface Target {
  name: string;
  types?: readonly string[] | undefined;
}

/** The targets of these names. @throws UsageError that says which there are, and why others are none */
export function targetsNamed(names: readonly string[], declared = resources.eventGrid?.subscriptions ?? []): Target[] {
  const known = replayTargets(declared);
  const can = [...known.keys()].join(", ");
  if (names.length === 0) throw new UsageError(`Name who is to hear it, with --to: ${can}.`);
  return [...new Set(names)].map((name) => {
    if (known.has(name)) return { name, types: known.get(name) };
    const why = declared.some((each) => each.name === name)
      ? `${name} hears what happens, and nothing that is told again`
      : `There is no subscription ${name}`;
    throw new UsageError(`${why}; those that can be named are: ${can}.`);
  });
}

export const hears = ({ types }: Target, type: string) => types === undefined || types.includes(type);
