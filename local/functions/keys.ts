import type { Parts } from "../kernel/parts.ts";

const table = "functions/keys";

/** Access keys, each made once and kept in the store under its name: `master`, `host/default`, `system/<extension>`, `function/<name>`. */
export class KeyRing {
  readonly #parts: Parts;
  readonly #keys: ReadonlyMap<string, string>;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#keys = parts.store.table<string>(table);
  }

  /** Makes the keys of these names that do not exist yet; resolves when they are durable. */
  async ensure(names: string[]): Promise<void> {
    const missing = names.filter((name) => !this.#keys.has(name.toLowerCase()));
    await this.#parts.store.commit(
      missing.map((name) => ({
        table,
        key: name.toLowerCase(),
        value: this.#parts.ids.bytes(36).toString("base64url"),
      })),
    );
  }

  /** The key of this name; it must have been ensured before. */
  get(name: string): string {
    const key = this.#keys.get(name.toLowerCase());
    if (key === undefined) throw new Error(`There is no key "${name}".`);
    return key;
  }

  /** Whether `given` is one of the keys of these names. */
  accepts(given: string | undefined, ...names: string[]): boolean {
    return given !== undefined && names.some((name) => this.#keys.get(name.toLowerCase()) === given);
  }
}
