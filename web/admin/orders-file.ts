import type { Api } from "../lib/api.ts";
import { asked } from "./history.svelte.ts";
import type { Filters } from "./route.ts";

/**
 * Past orders as CSV, part after part: what has come is the browser's to keep, and in no text of ours.
 * @param onCount told how many orders there are so far; false ends it
 * @returns undefined when it was ended
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
    // No text in it has an end of a line; the first line is the head.
    orders += text.split("\r\n").length - 1;
    if (!onCount(orders)) return undefined;
    next = /;\s*continuation=([\w-]+)/.exec(type)?.[1];
  }
  return parts;
}
