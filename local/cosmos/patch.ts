import { badRequest } from "./errors.ts";
import { refuseUnknown } from "./not-emulated.ts";
import { isObject, type Json } from "./query/values.ts";

export interface PatchOperation {
  op: string;
  path: string;
  value?: Json;
  from?: string;
}

const mostOperations = 10;
const systemNames = new Set(["id", "_rid", "_self", "_etag", "_attachments", "_ts"]);

/**
 * Applies the operations in order, and returns the new document; `document` itself is unchanged.
 * @throws a 400 for what the service refuses: more than 10 operations, an absent parent, a fixed property.
 */
export function patched(
  document: { [name: string]: Json },
  operations: unknown,
  fixedPaths: string[][],
): { [name: string]: Json } {
  if (!Array.isArray(operations) || operations.length === 0) {
    throw badRequest("A patch needs an array of at least one operation.");
  }
  if (operations.length > mostOperations) {
    throw badRequest(`A patch takes at most ${mostOperations} operations; this one has ${operations.length}.`);
  }
  const copy = structuredClone(document);
  for (const operation of operations) apply(copy, checked(operation), fixedPaths);
  return copy;
}

function checked(operation: unknown): PatchOperation {
  const candidate = operation as Partial<PatchOperation> | null;
  if (typeof candidate?.op !== "string" || typeof candidate.path !== "string" || !candidate.path.startsWith("/")) {
    throw badRequest(`A patch operation needs an op and a path such as /a/b; got ${JSON.stringify(operation)}.`);
  }
  const { op, path, value } = candidate;
  const members = op === "move" ? ["from"] : op === "remove" ? [] : ["value"];
  // The Java SDK writes a value with each operation. (PatchUtil)
  const unused = value === null ? ["value"] : [];
  refuseUnknown(
    operation as { [name: string]: Json },
    ["op", "path", ...members, ...unused],
    `The patch operation ${op}`,
  );
  return { ...candidate, op, path };
}

function apply(document: { [name: string]: Json }, operation: PatchOperation, fixedPaths: string[][]): void {
  const { op, path } = operation;
  const names = pointer(path, fixedPaths);
  if (op === "move") {
    const { from = "" } = operation;
    if (path === from || path.startsWith(`${from}/`))
      throw badRequest(`${from} cannot be moved into itself (${path}).`);
    const source = target(document, pointer(from, fixedPaths), from);
    const value = source.get();
    if (value === undefined) throw absent("move", from);
    source.remove();
    target(document, names, path).add(value);
    return;
  }
  const place = target(document, names, path);
  const current = place.get();
  if (op === "remove") {
    if (current === undefined) throw absent(op, path);
    place.remove();
    return;
  }
  const value = operation.value;
  if (value === undefined) throw badRequest(`The patch operation ${op} on ${path} needs a value.`);
  if (op === "add") place.add(value);
  else if (op === "set") place.put(value);
  else if (op === "replace") {
    if (current === undefined) throw absent(op, path);
    place.put(value);
  } else if (op === "incr") {
    place.put(increased(current, value, path));
  } else {
    throw badRequest(`'${op}' is not a patch operation; use add, set, replace, remove, incr or move.`);
  }
}

function increased(current: Json | undefined, by: Json, path: string): number {
  if (typeof by !== "number") throw badRequest(`incr on ${path} needs a number, not ${JSON.stringify(by)}.`);
  if (current === undefined) return by;
  if (typeof current !== "number") throw badRequest(`incr cannot change ${path}: it is not a number.`);
  if (!Number.isFinite(current + by)) throw badRequest(`incr cannot change ${path}: the result is not a number.`);
  if (!isExact(current, by))
    throw badRequest(
      `incr cannot change ${path}: the result is a 64-bit integer that a double cannot represent; Azure keeps every digit.`,
    );
  return current + by;
}

/** Whether the sum of whole numbers is exact. Beyond 64 bits they are doubles, like other numbers. */
function isExact(a: number, b: number): boolean {
  if (Number.isSafeInteger(a + b) || !Number.isInteger(a) || !Number.isInteger(b)) return true;
  const sum = BigInt(a) + BigInt(b);
  return BigInt.asIntN(64, sum) !== sum || sum === BigInt(a + b);
}

/** The parts of a JSON pointer (RFC 6901). @throws a 400 if the path is fixed. */
function pointer(path: string, fixedPaths: string[][]): string[] {
  const names = path
    .slice(1)
    .split("/")
    .map((name) => name.replaceAll("~1", "/").replaceAll("~0", "~"));
  const [first = ""] = names;
  const touchesKey = fixedPaths.some((fixed) => fixed.every((name, at) => at >= names.length || names[at] === name));
  if (/~(?![01])/.test(path)) throw badRequest(`${path} is not a JSON pointer: ~ must be followed by 0 or 1.`);
  if (!path.startsWith("/") || first === "" || touchesKey || (systemNames.has(first) && names.length === 1)) {
    throw badRequest(`${path} cannot be patched: the id, the partition key and system properties are fixed.`);
  }
  return names;
}

const absent = (op: string, path: string) => badRequest(`The patch operation ${op} needs ${path} to exist.`);

interface Target {
  get(): Json | undefined;
  put(value: Json): void;
  /** Like `put`, but inserts into an array. */
  add(value: Json): void;
  remove(): void;
}

/** The target of a path. @throws a 400 if its parent is absent: a patch does not create parents. */
function target(document: Json, names: string[], path: string): Target {
  let parent: Json | undefined = document;
  for (const name of names.slice(0, -1)) parent = step(parent, name);
  const name = names.at(-1) ?? "";
  if (Array.isArray(parent)) return inArray(parent, name, path);
  if (!isObject(parent)) throw badRequest(`${path} cannot be patched: its parent does not exist.`);
  const object = parent;
  const put = (value: Json): void => {
    Object.defineProperty(object, name, { value, writable: true, enumerable: true, configurable: true });
  };
  return { get: () => step(object, name), put, add: put, remove: () => void delete object[name] };
}

/** RFC 6901 allows no leading zeros. */
const isIndex = /^(0|[1-9]\d*)$/;

function step(parent: Json | undefined, name: string): Json | undefined {
  if (Array.isArray(parent)) return isIndex.test(name) ? parent[Number(name)] : undefined;
  return isObject(parent) && Object.hasOwn(parent, name) ? parent[name] : undefined;
}

function inArray(list: Json[], name: string, path: string): Target {
  const index = name === "-" ? list.length : isIndex.test(name) ? Number(name) : -1;
  if (index < 0 || index > list.length) {
    throw badRequest(`${path} cannot be patched: the index must be from 0 to ${list.length}, or '-' for the end.`);
  }
  return {
    get: () => list[index],
    put: (value) => void list.splice(index, 1, value),
    add: (value) => void list.splice(index, 0, value),
    remove: () => void list.splice(index, 1),
  };
}
