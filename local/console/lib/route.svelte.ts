import { readWritten, writtenOf } from "../../kernel/written.ts";

/** The current page and its query, both in the address. */
class Route {
  #hash = $state(location.hash);

  constructor() {
    addEventListener("hashchange", () => {
      this.#hash = location.hash;
    });
  }

  get page(): string {
    return this.#hash.slice(2).split("?")[0] || "timeline";
  }

  get #query(): URLSearchParams {
    return new URLSearchParams(this.#hash.split("?")[1] ?? "");
  }

  /** A value of the query; undefined if it is absent. */
  get(name: string): string | undefined {
    const written = this.#query.get(name);
    return written === null ? undefined : readWritten(written);
  }

  /** Changes values of the query; undefined or empty ones are removed. */
  set(values: Record<string, string | undefined>): void {
    const query = this.#query;
    for (const [name, value] of Object.entries(values)) {
      if (value === undefined || value === "") query.delete(name);
      else query.set(name, writtenOf(value));
    }
    location.hash = addressOf(this.page, query);
  }
}

/** The address of a page. */
export function hashOf(page: string, query: Record<string, string> = {}): string {
  return addressOf(page, new URLSearchParams(Object.entries(query).map(([name, value]) => [name, writtenOf(value)])));
}

const addressOf = (page: string, query: URLSearchParams) => `#/${page}${query.size === 0 ? "" : `?${query}`}`;

export const route = new Route();
