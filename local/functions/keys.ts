import { timingSafeEqual } from "node:crypto";
import type { Parts } from "../kernel/parts.ts";

const table = "functions/keys";

/** What a key opens, as the real host judges it: everything, the functions (or one of them), or the webhooks of one extension. */
export type KeyLevel = { level: "master" } | { level: "function" } | { level: "system"; name: string };

/** Where keys are kept apart: those of one function, of all functions, or of the webhooks of extensions. */
export type KeyScope = `function/${string}` | "host" | "system";

/**
 * Access keys, kept in the store under their names: `master`, `host/<key>`, `system/<extension>`, `function/<name>` for a function's default key and
 * `function/<name>/<key>` for its others. Names are without case.
 */
export class KeyRing {
  readonly #parts: Parts;
  /** All of them, as the store has them: each request asks. */
  readonly #keys: Map<string, string>;
  readonly #more: () => ReadonlyMap<string, string>;

  /** `more` are keys that another part keeps, by such names. */
  constructor(parts: Parts, more: () => ReadonlyMap<string, string> = () => new Map()) {
    this.#parts = parts;
    this.#keys = new Map(parts.store.table<string>(table));
    this.#more = more;
  }

  /** Makes the keys of these names that do not exist yet; resolves when they are durable. */
  async ensure(names: string[]): Promise<void> {
    const missing = names.filter((name) => !this.#keys.has(name.toLowerCase()));
    await this.#keep(missing.map((name) => [name.toLowerCase(), this.#newValue()]));
  }

  /** The key of this name; it must have been ensured before. */
  get(name: string): string {
    const key = this.#find(name);
    if (key === undefined) throw new Error(`There is no key "${name}".`);
    return key;
  }

  /** Keys of a scope as they are told of: their names within it, and values. */
  list(scope: KeyScope): { name: string; value: string }[] {
    const within = scope.toLowerCase();
    const found = [...this.#keys, ...this.#more()].flatMap(([key, value]) => {
      const name = nameWithin(within, key);
      return name === undefined ? [] : [{ name, value }];
    });
    return found.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Sets a key, a new one when no value is given; resolves when it is durable. */
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

  /** Whether there was such a key to delete. */
  async delete(scope: KeyScope, name: string): Promise<boolean> {
    const key = stored(scope, name);
    if (!this.#keys.has(key)) return false;
    await this.#keep([[key, undefined]]);
    return true;
  }

  /** What a key opens; `functionName` is the function that was asked for, if it was one. */
  levelOf(given: string | undefined, functionName?: string): KeyLevel | undefined {
    if (given === undefined || given === "") return undefined;
    if (same(given, this.#find("master"))) return { level: "master" };
    if (this.#opens("host", given) !== undefined) return { level: "function" };
    if (functionName !== undefined && this.#opens(`function/${functionName}`, given) !== undefined)
      return { level: "function" };
    const name = this.#opens("system", given);
    return name === undefined ? undefined : { level: "system", name };
  }

  /** The name of the key of a scope that has this value. Each request asks, so no list is made for it. */
  #opens(scope: KeyScope, given: string): string | undefined {
    const within = scope.toLowerCase();
    return opening(this.#keys, within, given) ?? opening(this.#more(), within, given);
  }

  #find(name: string): string | undefined {
    return this.#keys.get(name.toLowerCase()) ?? this.#more().get(name.toLowerCase());
  }

  /** Holds from now on; resolves when it is durable. */
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

/** The name within a scope (in small letters) of the key that has this value. */
function opening(keys: ReadonlyMap<string, string>, scope: string, given: string): string | undefined {
  for (const [name, value] of keys) {
    // As `same` has it; most are passed over by that alone.
    if (value.length !== given.length) continue;
    const known = nameWithin(scope, name);
    if (known !== undefined && same(given, value)) return known;
  }
  return undefined;
}

/** What a key that is kept under `key` is called in a scope (in small letters), if it belongs there. */
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

/** Compared without telling by the time it takes how much of it was right. */
function same(given: string, key: string | undefined): boolean {
  // How long it is does not matter to anybody, and most are told apart by it.
  if (key === undefined || given.length !== key.length) return false;
  const [left, right] = [Buffer.from(given), Buffer.from(key)];
  return left.length === right.length && timingSafeEqual(left, right);
}
