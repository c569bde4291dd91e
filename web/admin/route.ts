import { plainDigits } from "../lib/format.ts";

export const sections = ["today", "days", "menu", "orders", "people", "devices", "stores"] as const;
export type Section = (typeof sections)[number];

/** The filters of past orders, as in the API; days instead of moments. */
const filterNames = ["from", "to", "state", "drink", "number", "barista"] as const;
export type Filters = Partial<Record<(typeof filterNames)[number], string>>;

/** A place in the admin app. */
export interface Route {
  section: Section;
  /** Id of the edited document, or `new`. */
  document?: string;
  /** The filters, if past orders are shown. */
  past?: Filters;
}

/** In place of an id, in the section `menu`: a new shared question. `new` is a drink. */
export const newOptions = "new-options";

/** Sections in which single documents are edited. In `devices` it is the code with which a screen is paired. */
const editable: Section[] = ["menu", "people", "devices", "stores"];
const history = "history";

/** Parses the fragment of the address; an unknown one leads to the first section. */
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

/** The filters that are not empty, in a fixed order; the number in the API's digits. */
export function filled({ number = "", ...others }: Filters): Filters {
  const filters: Filters = { ...others, number: plainDigits(number) };
  const entries = filterNames.map((name) => [name, filters[name]?.trim() ?? ""]);
  return Object.fromEntries(entries.filter(([, value]) => value !== ""));
}

/** Whether the first day is after the last. */
export function backwards({ from, to }: Filters): boolean {
  return from !== undefined && to !== undefined && from > to;
}

/** The inverse of `parseRoute`, with the `#`. */
export function formatRoute({ section, document, past }: Route): string {
  if (past === undefined) return document === undefined ? `#${section}` : `#${section}/${encodeURIComponent(document)}`;
  // Commas and colons have no special meaning here, and are more readable unescaped.
  const query = new URLSearchParams(past).toString().replaceAll("%2C", ",").replaceAll("%3A", ":");
  return `#${section}/${history}${query && "?"}${query}`;
}

/** The route of a document's editor; undefined if there is none. */
export function editorOf(documentId: string): Route | undefined {
  if (documentId === "store" || /^(drink|options):/.test(documentId)) return { section: "menu", document: documentId };
  return documentId.startsWith("staff:") ? { section: "people", document: documentId } : undefined;
}
