import { Refused } from "./http-answers.ts";

/** The parameters of a query as the real host reads them: names in any case, and several values of one name joined by commas. */
export class Query {
  readonly #values = new Map<string, string>();

  constructor(parameters: URLSearchParams) {
    for (const [name, value] of parameters) {
      const before = this.#values.get(name.toLowerCase());
      this.#values.set(name.toLowerCase(), before === undefined ? value : `${before},${value}`);
    }
  }

  /** The value of a parameter, or `null` if there is none. The name may be in any case. */
  get(name: string): string | null {
    return this.#values.get(name.toLowerCase()) ?? null;
  }

  /** `true` or `false` in any case; `fallback` for anything else, including `0` and `no`. */
  flag(name: string, fallback: boolean): boolean {
    const value = this.get(name)?.trim().toLowerCase();
    return value === "true" || (value !== "false" && fallback);
  }

  /** A 32-bit integer; `undefined` for anything else, including `1e2`, `2.0` and `0x10`, as in .NET's `int.TryParse`. */
  integer(name: string): number | undefined {
    const value = this.get(name)?.trim() ?? "";
    const number = /^[+-]?\d+$/.test(value) ? Number(value) : Number.NaN;
    return number === (number | 0) ? number : undefined;
  }

  /**
   * A duration in seconds; `undefined` for anything but a number. `NaN` and `Infinity` are numbers, and commas between digits are ignored, as in
   * .NET's `double.TryParse`.
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
   * A time in milliseconds since the epoch, in the forms of ISO 8601 and HTTP that .NET reads; without a time zone it is UTC, as on Azure's hosts.
   * `undefined` for words, which .NET does not read as a time either.
   * @throws Refused for other forms with digits, such as `24/11/2026`: how .NET reads them depends on its culture.
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
