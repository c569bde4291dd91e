import type { Ids } from "../../kernel/ids.ts";
import type { TypedData } from "../protocol.ts";
import type { ExpressionData } from "./expressions.ts";

/** Where system expressions take ids and time (milliseconds since the epoch) from. */
export interface BindingSystem {
  readonly ids: Ids;
  readonly now: number;
}

/** An input besides the trigger: read before each invocation. */
export interface InputBinding {
  /** @param trigger what started the invocation. */
  read(data: ExpressionData, system: BindingSystem, trigger: TypedData): Promise<TypedData>;
}

/** An output: written after each invocation that has succeeded and given it a value, as it came from the worker. */
export interface OutputBinding {
  write(given: TypedData, data: ExpressionData, system: BindingSystem): Promise<void>;
}
