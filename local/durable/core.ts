import type { Parts } from "../kernel/parts.ts";
import type { DurableFunctions } from "./functions.ts";
import type { Limits } from "./limits.ts";
import type { Message } from "./records.ts";
import type { DurableTables } from "./tables.ts";

/** State shared by the parts of the engine. */
export interface Core {
  readonly parts: Parts;
  readonly tables: DurableTables;
  readonly defaultVersion: string | null;
  readonly limits: Limits;
  /** Whether orchestrations that hang on Azure hang here too; otherwise they are refused. */
  readonly hangLikeAzure: boolean;
  /** Ids that episodes have given to sub-orchestrations and not committed yet, so that the tables do not contain them. */
  readonly starting: Set<string>;
  /** The application's functions; throws before the first `attach`. */
  functions(): DurableFunctions;
}

/** A message on its way to an instance, with the key of its row if it has one. */
export interface Queued {
  readonly message: Message;
  readonly key?: string;
}

/** What is to be done after a commit. */
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

/** A GUID without dashes, the form of execution ids and generated instance ids. */
export const compactGuid = (core: Core) => core.parts.ids.uuid().replaceAll("-", "");

/** Whether `name` is among `names`, compared without case. */
export function hasName(names: readonly string[], name: string): boolean {
  const lower = name.toLowerCase();
  return names.some((candidate) => candidate.toLowerCase() === lower);
}
