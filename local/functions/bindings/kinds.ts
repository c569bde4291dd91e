import type { TypedData } from "../protocol.ts";
import type { ExpressionData, ExpressionSystem } from "./expressions.ts";

/** An input besides the trigger: read before each invocation. */
export interface InputBinding {
  /** @param trigger the data of the trigger */
  read(data: ExpressionData, system: ExpressionSystem, trigger: TypedData): Promise<TypedData>;
}

/** An output: written after each successful invocation that set its value, in the form that came from the worker. */
export interface OutputBinding {
  write(given: TypedData, data: ExpressionData, system: ExpressionSystem): Promise<void>;
}
