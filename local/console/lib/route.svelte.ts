/** Where the console is: a page, and what of it, both in the address. */
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

  get query(): URLSearchParams {
    return new URLSearchParams(this.#hash.split("?")[1] ?? "");
  }

  /** Changes values of the query; one that is undefined or empty is taken out. */
  set(values: Record<string, string | undefined>): void {
    const query = this.query;
    for (const [name, value] of Object.entries(values)) {
      if (value === undefined || value === "") query.delete(name);
      else query.set(name, value);
    }
    location.hash = hashOf(this.page, Object.fromEntries(query));
  }
}

/** The address of a page. */
export function hashOf(page: string, query: Record<string, string> = {}): string {
  const search = new URLSearchParams(query);
  return `#/${page}${search.size === 0 ? "" : `?${search}`}`;
}

export const route = new Route();
