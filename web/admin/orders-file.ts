import type { Api } from "../lib/api.ts";
import { asked } from "./history.svelte.ts";
import type { Filters } from "./route.ts";

/**
 * Past orders as CSV, page by page, so that the browser holds the parts and not one large text.
 * @param onCount called with the number of orders so far; false aborts
 * @returns undefined if it was aborted
 */
export async function ordersCsv(
  api: Api,
  filters: Filters,
  onCount: (orders: number) => boolean,
): Promise<Blob[] | undefined> {
  const parts: Blob[] = [];
  let orders = -1;
  for (let next: string | undefined = ""; next !== undefined; ) {
    const query = new URLSearchParams({ ...asked(filters), ...(next !== "" && { continuation: next }) });
    let type = "";
    const text: string = await api.inStore("GET", `/orders?${query}`, {
      headers: { accept: "text/csv" },
      onHeaders: (headers) => {
        type = headers.get("content-type") ?? "";
      },
    });
    parts.push(new Blob([text]));
    // No value contains a line break; the first line is the header.
    orders += text.split("\r\n").length - 1;
    if (!onCount(orders)) return undefined;
    next = /;\s*continuation=([\w-]+)/.exec(type)?.[1];
  }
  return parts;
}
