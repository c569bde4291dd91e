import { Refused } from "./http-answers.ts";

/** The parameters of a query as the real host reads them: names in any case, and of several with one name all, with commas between. */
export class Query {
  readonly #values = new Map<string, string>();

  constructor(parameters: URLSearchParams) {
    for (const [name, value] of parameters) {
      const before = this.#values.get(name.toLowerCase());
      this.#values.set(name.toLowerCase(), before === undefined ? value : `${before},${value}`);
    }
  }

  /** The value of a parameter, `null` when there is none. The name may be in any case. */
  get(name: string): string | null {
    return this.#values.get(name.toLowerCase()) ?? null;
  }

  /** `true` or `false` in any case; `fallback` for anything else, `0` and `no` among it. */
  flag(name: string, fallback: boolean): boolean {
    const value = this.get(name)?.trim().toLowerCase();
    return value === "true" || (value !== "false" && fallback);
  }

  /** A whole number of 32 bits; `undefined` for what is none, `1e2`, `2.0` and `0x10` among it, as .NET's `int.TryParse` has it. */
  integer(name: string): number | undefined {
    const value = this.get(name)?.trim() ?? "";
    const number = /^[+-]?\d+$/.test(value) ? Number(value) : Number.NaN;
    return number === (number | 0) ? number : undefined;
  }

  /**
   * A length of time in seconds; `undefined` for what is no number. `NaN` and `Infinity` are some, and commas between digits count for
   * nothing, as .NET's `double.TryParse` has it.
   */
  seconds(name: string): number | undefined {
    const value = this.get(name)?.trim() ?? "";
    if (/^nan$/i.test(value)) return Number.NaN;
    const [, sign, digits] = /^([+-]?)(infinity|(?:\d[\d,]*(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?)$/i.exec(value) ?? [];
    if (digits === undefined) return undefined;
    const size = /^infinity$/i.test(digits) ? Number.POSITIVE_INFINITY : Number(digits.replaceAll(",", ""));
    return sign === "-" ? -size : size;
  }

  /**
   * A moment in milliseconds since the epoch, of which .NET reads ISO 8601 and the form of HTTP as they stand here; without a zone it is UTC, as
   * on Azure's hosts. `undefined` for words, which are no moment there either.
   * @throws Refused for other forms with digits, such as `24/11/2026`: what .NET makes of them is a matter of its culture.
   */
  time(name: string): number | undefined {
    const value = this.get(name)?.trim() ?? "";
    const [, day, time = "00:00", zone = "Z"] = isoForm.exec(value) ?? [];
    if (day === undefined && !httpForm.test(value)) {
      if (!/\d/.test(value)) return undefined;
      throw Refused.here(`'${name}' is '${value}'; only ISO 8601 is accepted here, such as 2026-11-30T08:00:00Z.`);
    }
    const read = Date.parse(day === undefined ? value : `${day}T${time}${zone.toUpperCase()}`);
    return Number.isNaN(read) ? undefined : read;
  }
}

const isoForm = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?) ?(Z|[+-]\d\d:\d\d)?)?$/i;
const httpForm = /^[a-z]{3}, \d\d [a-z]{3} \d{4} \d\d:\d\d:\d\d GMT$/i;
