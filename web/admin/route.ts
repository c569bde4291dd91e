export const sections = ["today", "days", "menu", "orders", "people", "devices", "stores"] as const;
export type Section = (typeof sections)[number];

/** By what past orders are found, as the API names it; days and not moments. */
const filterNames = ["from", "to", "state", "drink", "number", "barista"] as const;
export type Filters = Partial<Record<(typeof filterNames)[number], string>>;

/** Where in the admin app one is. */
export interface Route {
  section: Section;
  /** Id of what is edited, or `new`. */
  document?: string;
  /** Of orders, the past ones: which. */
  past?: Filters;
}

/** In the place of an id, in the section `menu`: a question to be shared that is not there yet. `new` is a drink. */
export const newOptions = "new-options";

/** Sections in which single documents are edited; of devices, a code is one by which a screen is paired. */
const editable: Section[] = ["menu", "people", "devices", "stores"];
const history = "history";

/** From the part of the address after `#`; whatever is not known leads to the first section. */
export function parseRoute(hash: string): Route {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split(/\?(.*)/s);
  const [section = "", document = ""] = path.split("/");
  const known = sections.find((one) => one === section) ?? "today";
  if (known === "orders" && document === history) return { section: known, past: filtersIn(query) };
  if (known !== section || document === "" || !editable.includes(known)) return { section: known };
  try {
    return { section: known, document: decodeURIComponent(document) };
  } catch {
    return { section: known };
  }
}

function filtersIn(query: string): Filters {
  const given = new URLSearchParams(query);
  return filled(Object.fromEntries(filterNames.map((name) => [name, given.get(name) ?? ""])));
}

/** The filters that are not empty, in their order. */
export function filled(filters: Filters): Filters {
  const entries = filterNames.map((name) => [name, filters[name]?.trim() ?? ""]);
  return Object.fromEntries(entries.filter(([, value]) => value !== ""));
}

/** Whether the days are the wrong way round. */
export function backwards({ from, to }: Filters): boolean {
  return from !== undefined && to !== undefined && from > to;
}

/** What `parseRoute` reads, with its `#`. */
export function formatRoute({ section, document, past }: Route): string {
  if (past === undefined) return document === undefined ? `#${section}` : `#${section}/${encodeURIComponent(document)}`;
  // Commas and colons mean nothing here, and read better as they are.
  const query = new URLSearchParams(past).toString().replaceAll("%2C", ",").replaceAll("%3A", ":");
  return `#${section}/${history}${query && "?"}${query}`;
}

/** Where a document is edited; undefined for one that no editor knows. */
export function editorOf(documentId: string): Route | undefined {
  if (documentId === "store" || /^(drink|options):/.test(documentId)) return { section: "menu", document: documentId };
  return documentId.startsWith("staff:") ? { section: "people", document: documentId } : undefined;
}
