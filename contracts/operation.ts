import type * as z from "zod";
import type { ProblemCode } from "./problem.ts";

/** Who may call: staff are baristas and admins of the store, `display` has its displays too. */
export type Access = "anyone" | "signed-in" | "display" | "staff" | "admin";

/** What an operation of the HTTP API takes and answers: the contract of a route. */
export interface OperationContract {
  method: "get" | "post" | "put" | "delete";
  /** Under /api. */
  path: `/${string}`;
  summary: string;
  access: Access;
  /** The parameters of its path, beside `storeId`; one that is not in it is any text. */
  params?: z.ZodObject;
  /** The parameters of its query. */
  query?: z.ZodObject;
  /** The JSON body; without it there may be none. */
  request?: z.ZodType;
  /** Status of success, and what comes with it. */
  success: number;
  reply?: z.ZodType;
  /** Why it may be refused, beside what any request of its kind may be. */
  problems?: readonly ProblemCode[];
}

/** All operations of an extension, by a name that is unique in it: `contract.ts` in its folder exports them as `operations`. */
export type Operations = Record<string, OperationContract>;
