import type { Parts } from "../kernel/parts.ts";
import type { DurableFunctions } from "./functions.ts";
import type { Limits } from "./limits.ts";
import type { Message } from "./records.ts";
import type { DurableTables } from "./tables.ts";

/** What the parts of the engine share. */
export interface Core {
  readonly parts: Parts;
  readonly tables: DurableTables;
  readonly defaultVersion: string | null;
  readonly limits: Limits;
  /** Whether shapes that hang on Azure hang here too, where they are refused otherwise. */
  readonly hangLikeAzure: boolean;
  /** Ids that episodes have given to sub-orchestrations and not committed yet: the tables do not know of them. */
  readonly starting: Set<string>;
  /** The application's functions; throws before the first `attach`. */
  functions(): DurableFunctions;
}

/** A message on its way to an instance; with the key of its row when it has one. */
export interface Queued {
  readonly message: Message;
  readonly key?: string;
}

/** What is to be done once a commit is on disk. */
export type Effect =
  | { readonly kind: "run"; readonly instance: string; readonly taskId: number }
  | {
      readonly kind: "arm";
      readonly instance: string;
      readonly taskId: number;
      readonly due: number;
      readonly executionId: string;
    }
  | { readonly kind: "disarm"; readonly instance: string; readonly taskId: number }
  | { readonly kind: "wake"; readonly instance: string }
  | { readonly kind: "deliver"; readonly instance: string; readonly queued: Queued }
  | { readonly kind: "entity"; readonly entity: string; readonly key: string }
  | { readonly kind: "ended"; readonly instance: string };

/** A GUID without dashes, as execution ids and generated instance ids are. */
export const compactGuid = (core: Core) => core.parts.ids.uuid().replaceAll("-", "");

/** Whether `name` is among `names`, whatever the case. */
export function hasName(names: readonly string[], name: string): boolean {
  const lower = name.toLowerCase();
  return names.some((candidate) => candidate.toLowerCase() === lower);
}
