import type * as z from "zod";
import type { ProblemCode } from "./problem.ts";

/** Who may call an operation. `staff`: baristas and admins of the store. `display`: the same, and the store's displays. */
export type Access = "anyone" | "signed-in" | "display" | "staff" | "admin";

/** The contract of an operation of the HTTP API: its parameters, body and replies. */
export interface OperationContract {
  method: "get" | "post" | "put" | "delete";
  /** The path under /api. */
  path: `/${string}`;
  summary: string;
  access: Access;
  /** The parameters of the path, besides `storeId`. A parameter that is missing here may be any text. */
  params?: z.ZodObject;
  /** The parameters of the query string. */
  query?: z.ZodObject;
  /** The JSON body. If it is missing, a request must have no body. */
  request?: z.ZodType;
  /** The HTTP status of success. `reply` is its body. */
  success: number;
  reply?: z.ZodType;
  /** Problems that are specific to the operation. Every operation of its kind has others too. */
  problems?: readonly ProblemCode[];
}

/** All operations of an extension, by a name that is unique in it. `contract.ts` in its folder exports them as `operations`. */
export type Operations = Record<string, OperationContract>;
