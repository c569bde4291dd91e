import { quotable } from "../../contracts/bounded.ts";
import type { CremaEvent } from "../../contracts/events.ts";
import { shortType } from "./which.ts";

const typeWidth = 18;
const idWidth = 40;

export const heading = `${"TIME (UTC)".padEnd(23)}  ${"TYPE".padEnd(typeWidth)}  ${"ID".padEnd(idWidth)}  WHAT`;

/** An event on one line, in columns. User input cannot move the cursor. */
export function lineOf(event: CremaEvent): string {
  const time = event.time.replace("T", " ").replace(/Z$/, "");
  return `${time.padEnd(23)}  ${shortType(event.type).padEnd(typeWidth)}  ${quotable(event.id, 200).padEnd(idWidth)}  ${whatOf(event)}`.trimEnd();
}

/** A summary of an event, in a few words. */
function whatOf({ data }: CremaEvent): string {
  const parts: string[] = [];
  if ("order" in data) {
    const { number, drink, state, end } = data.order;
    parts.push(number === undefined ? "" : `#${number}`, drink?.name ?? "", state);
    if (end) parts.push(`(${[end.by, end.why ?? end.reason].filter(Boolean).join(", ")})`);
  } else if ("window" in data) parts.push(`${data.window.scansLeft} of ${data.window.scans} scans left`);
  else if ("queue" in data) parts.push(`${data.queue.active} in the queue`);
  else if ("page" in data) parts.push(`page ${data.page.version}, ${data.page.store.open ? "open" : "closed"}`);
  else if ("notice" in data) {
    const { audience, text, withdrawn } = data.notice;
    const whom = typeof audience === "string" ? audience : audience.customer;
    parts.push(`to ${whom}:`, withdrawn ? "withdrawn" : (text.en ?? ""));
  } else if ("epoch" in data) parts.push("somebody lost a role");
  else if ("documentId" in data) {
    const { documentId, problems } = data;
    parts.push(`${documentId}: ${problems.map(({ path, message }) => `${path} ${message}`.trim()).join("; ")}`);
  }
  return quotable(parts.filter((part) => part !== "").join(" "), 120);
}
