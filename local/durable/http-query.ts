/** The parameters of a query as the real host reads them: names in any case, and of several with one name all, with commas between. */
export class Query {
  readonly #values = new Map<string, string>();

  constructor(parameters: URLSearchParams) {
    for (const [name, value] of parameters) {
      const before = this.#values.get(name.toLowerCase());
      this.#values.set(name.toLowerCase(), before === undefined ? value : `${before},${value}`);
    }
  }

  get(name: string): string | null {
    return this.#values.get(name.toLowerCase()) ?? null;
  }

  /** `true` or `false` in any case; `fallback` for anything else, `0` and `no` among it. */
  flag(name: string, fallback: boolean): boolean {
    const value = this.get(name)?.trim().toLowerCase();
    return value === "true" || (value !== "false" && fallback);
  }

  /** A number; `undefined` for what is none. */
  number(name: string): number | undefined {
    const value = this.get(name)?.trim();
    return value === undefined || value === "" || Number.isNaN(Number(value)) ? undefined : Number(value);
  }

  /** A moment in milliseconds since the epoch; `undefined` for what is none. */
  time(name: string): number | undefined {
    const value = Date.parse(this.get(name) ?? "");
    return Number.isNaN(value) ? undefined : value;
  }
}
