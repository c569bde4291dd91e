import type { JSONObject } from "@azure/cosmos";

/** A document as the operations of a batch want it typed: they know of no interfaces and no optional fields. */
export function json(document: object): JSONObject {
  return document as JSONObject;
}
