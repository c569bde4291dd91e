/**
 * A copy of `value` as JSON would represent it (`toJSON` honoured, functions dropped, no class instances), in which an object that occurs twice is
 * still one object.
 * @throws TypeError for what JSON cannot represent: a cycle or a bigint.
 */
export function plain(value: unknown): unknown {
  return copy(value, "", new Map());
}

const underWay = Symbol("under way");

function copy(value: unknown, key: string, seen: Map<object, unknown>): unknown {
  if (typeof value === "number") return Number.isFinite(value) ? value + 0 : null; // No negative zero.
  if (typeof value === "bigint") throw new TypeError("Do not know how to serialize a BigInt");
  if (typeof value === "function" || typeof value === "symbol") return undefined;
  if (typeof value !== "object" || value === null) return value;
  const known = seen.get(value);
  if (known === underWay) throw new TypeError("Converting circular structure to JSON");
  if (known !== undefined) return known;
  seen.set(value, underWay);
  const made = copyObject(value, key, seen);
  seen.set(value, made);
  return made;
}

function copyObject(value: object, key: string, seen: Map<object, unknown>): unknown {
  const { toJSON } = value as { toJSON?: unknown };
  if (typeof toJSON === "function") return copy(toJSON.call(value, key), key, seen);
  if (Array.isArray(value)) return value.map((item, index) => copy(item, String(index), seen) ?? null);
  if (value instanceof String || value instanceof Number || value instanceof Boolean) return value.valueOf();
  const made: Record<string, unknown> = {};
  for (const name of Object.keys(value)) {
    const item = copy((value as Record<string, unknown>)[name], name, seen);
    if (item === undefined) continue;
    if (name === "__proto__") Object.defineProperty(made, name, { value: item, enumerable: true });
    else made[name] = item;
  }
  return made;
}

/**
 * JSON text of a plain value. If an object occurs twice, which a text would turn into two, or the value is too large for a text, the value itself.
 */
export function asText<T extends object>(value: T): T | string {
  try {
    return isTree(value, new Set()) ? JSON.stringify(value) : value;
  } catch {
    return value;
  }
}

function isTree(value: unknown, seen: Set<object>): boolean {
  if (typeof value !== "object" || value === null) return true;
  if (seen.has(value)) return false;
  seen.add(value);
  // The fastest loop for each: it walks all actions of an orchestrator so far.
  if (Array.isArray(value)) return value.every((item) => isTree(item, seen));
  for (const name in value) if (!isTree((value as Record<string, unknown>)[name], seen)) return false;
  return true;
}
