export const sections = ["today", "days", "menu", "orders", "people"] as const;
export type Section = (typeof sections)[number];

/** Where in the admin app one is. `document`: the id of what is edited, or `new`. */
export interface Route {
  section: Section;
  document?: string;
}

/** Sections in which single documents are edited. */
const editable: Section[] = ["menu", "people"];

/** From the part of the address after `#`; whatever is not known leads to the first section. */
export function parseRoute(hash: string): Route {
  const [section = "", document = ""] = hash.replace(/^#\/?/, "").split("/");
  const known = sections.find((one) => one === section) ?? "today";
  if (known !== section || document === "" || !editable.includes(known)) return { section: known };
  try {
    return { section: known, document: decodeURIComponent(document) };
  } catch {
    return { section: known };
  }
}

export function formatRoute({ section, document }: Route): string {
  return document === undefined ? `#${section}` : `#${section}/${encodeURIComponent(document)}`;
}

/** Where a document is edited; undefined for one that no editor knows. */
export function editorOf(documentId: string): Route | undefined {
  if (documentId === "store" || documentId.startsWith("drink:")) return { section: "menu", document: documentId };
  return documentId.startsWith("staff:") ? { section: "people", document: documentId } : undefined;
}
