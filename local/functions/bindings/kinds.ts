import type { Ids } from "../../kernel/ids.ts";
import type { TypedData } from "../protocol.ts";
import type { ExpressionData } from "./expressions.ts";

/** The source of ids and time (milliseconds since the epoch) for system expressions. */
export interface BindingSystem {
  readonly ids: Ids;
  readonly now: number;
}

/** An input besides the trigger: read before each invocation. */
export interface InputBinding {
  /** @param trigger the data of the trigger */
  read(data: ExpressionData, system: BindingSystem, trigger: TypedData): Promise<TypedData>;
}

/** An output: written after each successful invocation that set its value, in the form that came from the worker. */
export interface OutputBinding {
  write(given: TypedData, data: ExpressionData, system: BindingSystem): Promise<void>;
}
