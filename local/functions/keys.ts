import { timingSafeEqual } from "node:crypto";
import type { Parts } from "../kernel/parts.ts";
import type { Table } from "../store/store.ts";

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
  readonly #keys: Table<string>;
  readonly #more: () => ReadonlyMap<string, string>;

  /** `more` are keys that another part keeps, by such names. */
  constructor(parts: Parts, more: () => ReadonlyMap<string, string> = () => new Map()) {
    this.#parts = parts;
    this.#keys = parts.store.table<string>(table);
    this.#more = more;
  }

  /** Makes the keys of these names that do not exist yet; resolves when they are durable. */
  async ensure(names: string[]): Promise<void> {
    const missing = names.filter((name) => !this.#keys.has(name.toLowerCase()));
    await this.#parts.store.commit(
      missing.map((name) => ({ table, key: name.toLowerCase(), value: this.#newValue() })),
    );
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
    const found = [...this.#keys, ...this.#more()].flatMap(([name, value]) => {
      if (name === within && within.startsWith("function/")) return [{ name: "default", value }];
      return name.startsWith(`${within}/`) ? [{ name: name.slice(within.length + 1), value }] : [];
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
    await this.#parts.store.commit([{ table, key, value }]);
    return { value, isNew };
  }

  /** Whether there was such a key to delete. */
  async delete(scope: KeyScope, name: string): Promise<boolean> {
    const key = stored(scope, name);
    if (!this.#keys.has(key)) return false;
    await this.#parts.store.commit([{ table, key, value: undefined }]);
    return true;
  }

  /** What a key opens; `functionName` is the function that was asked for, if it was one. */
  levelOf(given: string | undefined, functionName?: string): KeyLevel | undefined {
    if (given === undefined || given === "") return undefined;
    if (same(given, this.#find("master"))) return { level: "master" };
    const scopes: KeyScope[] = functionName === undefined ? ["host"] : ["host", `function/${functionName}`];
    if (scopes.some((scope) => this.list(scope).some(({ value }) => same(given, value)))) return { level: "function" };
    const system = this.list("system").find(({ value }) => same(given, value));
    return system === undefined ? undefined : { level: "system", name: system.name };
  }

  #find(name: string): string | undefined {
    return this.#keys.get(name.toLowerCase()) ?? this.#more().get(name.toLowerCase());
  }

  #newValue(): string {
    return this.#parts.ids.bytes(36).toString("base64url");
  }
}

function stored(scope: KeyScope | "master", name: string): string {
  if (scope === "master") return "master";
  const isDefault = scope.startsWith("function/") && name.toLowerCase() === "default";
  return (isDefault ? scope : `${scope}/${name}`).toLowerCase();
}

/** Compared without telling by the time it takes how much of it was right. */
function same(given: string, key: string | undefined): boolean {
  if (key === undefined) return false;
  const [left, right] = [Buffer.from(given), Buffer.from(key)];
  return left.length === right.length && timingSafeEqual(left, right);
}
