import { timingSafeEqual } from "node:crypto";
import type { Parts } from "../kernel/parts.ts";

const table = "functions/keys";

/** The access that a key gives, as in the real host: to everything, to the functions (or one of them), or to the webhooks of one extension. */
export type KeyLevel = { level: "master" } | { level: "function" } | { level: "system"; name: string };

/** The scope of a key: one function, all functions, or the webhooks of extensions. */
export type KeyScope = `function/${string}` | "host" | "system";

/**
 * Access keys, stored under their names: `master`, `host/<key>`, `system/<extension>`, `function/<name>` for a function's default key and
 * `function/<name>/<key>` for its others. Names are compared without case.
 */
export class KeyRing {
  readonly #parts: Parts;
  /** A copy of all stored keys, since each request needs them. */
  readonly #keys: Map<string, string>;
  readonly #more: () => ReadonlyMap<string, string>;

  /** `more` are keys that another part keeps, under names of the same form. */
  constructor(parts: Parts, more: () => ReadonlyMap<string, string> = () => new Map()) {
    this.#parts = parts;
    this.#keys = new Map(parts.store.table<string>(table));
    this.#more = more;
  }

  /** Generates the missing keys of these names; resolves when they are stored. */
  async ensure(names: string[]): Promise<void> {
    const missing = names.filter((name) => !this.#keys.has(name.toLowerCase()));
    await this.#keep(missing.map((name) => [name.toLowerCase(), this.#newValue()]));
  }

  /** The key of this name, which must have been ensured before. */
  get(name: string): string {
    const key = this.#find(name);
    if (key === undefined) throw new Error(`There is no key "${name}".`);
    return key;
  }

  /** The keys of a scope: their names within it, and their values. */
  list(scope: KeyScope): { name: string; value: string }[] {
    const within = scope.toLowerCase();
    const found = [...this.#keys, ...this.#more()].flatMap(([key, value]) => {
      const name = nameWithin(within, key);
      return name === undefined ? [] : [{ name, value }];
    });
    return found.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Sets a key, and generates its value if none is given; resolves when it is stored. */
  async set(
    scope: KeyScope | "master",
    name: string,
    value = this.#newValue(),
  ): Promise<{ value: string; isNew: boolean }> {
    const key = stored(scope, name);
    const isNew = !this.#keys.has(key);
    await this.#keep([[key, value]]);
    return { value, isNew };
  }

  /** Deletes a key; returns whether it existed. */
  async delete(scope: KeyScope, name: string): Promise<boolean> {
    const key = stored(scope, name);
    if (!this.#keys.has(key)) return false;
    await this.#keep([[key, undefined]]);
    return true;
  }

  /** The access that a key gives; `functionName` is the requested function, if any. */
  levelOf(given: string | undefined, functionName?: string): KeyLevel | undefined {
    if (given === undefined || given === "") return undefined;
    if (same(given, this.#find("master"))) return { level: "master" };
    if (this.#opens("host", given) !== undefined) return { level: "function" };
    if (functionName !== undefined && this.#opens(`function/${functionName}`, given) !== undefined)
      return { level: "function" };
    const name = this.#opens("system", given);
    return name === undefined ? undefined : { level: "system", name };
  }

  /** The name of the key of a scope with this value. It runs for each request, so no list is allocated. */
  #opens(scope: KeyScope, given: string): string | undefined {
    const within = scope.toLowerCase();
    return opening(this.#keys, within, given) ?? opening(this.#more(), within, given);
  }

  #find(name: string): string | undefined {
    return this.#keys.get(name.toLowerCase()) ?? this.#more().get(name.toLowerCase());
  }

  /** Changes the keys at once; resolves when they are stored. */
  #keep(changes: readonly (readonly [key: string, value: string | undefined])[]): Promise<void> {
    for (const [key, value] of changes) {
      if (value === undefined) this.#keys.delete(key);
      else this.#keys.set(key, value);
    }
    return this.#parts.store.commit(changes.map(([key, value]) => ({ table, key, value })));
  }

  #newValue(): string {
    return this.#parts.ids.bytes(36).toString("base64url");
  }
}

/** The name, within a scope (in lower case), of the key with this value. */
function opening(keys: ReadonlyMap<string, string>, scope: string, given: string): string | undefined {
  for (const [name, value] of keys) {
    // As in `same`; this alone rules out most keys.
    if (value.length !== given.length) continue;
    const known = nameWithin(scope, name);
    if (known !== undefined && same(given, value)) return known;
  }
  return undefined;
}

/** The name of a stored key within a scope (in lower case), if it belongs to the scope. */
function nameWithin(scope: string, key: string): string | undefined {
  if (!key.startsWith(scope)) return undefined;
  if (key.length === scope.length) return scope.startsWith("function/") ? "default" : undefined;
  return key[scope.length] === "/" ? key.slice(scope.length + 1) : undefined;
}

function stored(scope: KeyScope | "master", name: string): string {
  if (scope === "master") return "master";
  const isDefault = scope.startsWith("function/") && name.toLowerCase() === "default";
  return (isDefault ? scope : `${scope}/${name}`).toLowerCase();
}

/** Compares in constant time. */
function same(given: string, key: string | undefined): boolean {
  // The length is no secret, and rules out most keys.
  if (key === undefined || given.length !== key.length) return false;
  const [left, right] = [Buffer.from(given), Buffer.from(key)];
  return left.length === right.length && timingSafeEqual(left, right);
}
