import { badRequest } from "./errors.ts";
import { readJson } from "./exact-body.ts";
import { type PartitionKey, positive } from "./partition-key.ts";
import { isObject } from "./query/values.ts";

/** Reads the partition key header, `["s1"]`; `{}` stands for an absent property. @throws a 400 for anything else. */
export const readKey = (text: string): PartitionKey =>
  keyIn(readJson(text, `Partition key ${text} is invalid: it`), text);

/** Parses a key as `keyText` wrote it. It also accepts unpaired surrogates, which earlier versions stored and requests can no longer contain. */
export const storedKey = (text: string): PartitionKey => keyIn(JSON.parse(text), text);

function keyIn(parsed: unknown, text: string): PartitionKey {
  if (!Array.isArray(parsed))
    throw badRequest(`Partition key ${text} is invalid: it must be a JSON array such as ["s1"].`);
  return parsed.map((component: unknown) => {
    if (isObject(component) && Object.keys(component).length === 0) return undefined;
    if (typeof component === "number") return positive(component);
    if (component === null || typeof component === "string" || typeof component === "boolean") return component;
    throw badRequest(`Partition key ${text} is invalid: a component must be a string, number, Boolean, null or {}.`);
  });
}
