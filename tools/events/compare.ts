import type { CremaEvent } from "../../contracts/events.ts";
import { isActive, type OrderState } from "../../contracts/order-states.ts";
import { startOfScan } from "../../contracts/start-of-scan.ts";
import type { OrderResumption, OrderSignal, OrderStart } from "../../contracts/workflow.ts";
import type { Order } from "../../functions/orders/order.ts";
import { numberedWithin, signalOf, startOf } from "../../functions/orders/workflow.ts";
import { archivedFor } from "../../functions/platform/outbox-document.ts";
import type { WorkflowStatus } from "./workflows.ts";

/** The facts about an order, from the three places that have them. */
export interface Facts {
  /** ms since the epoch */
  now: number;
  order?: Order | undefined;
  /** The scan that it began with, if it is still archived. */
  scan?: CremaEvent<"crema.code.scanned.v1"> | undefined;
  /** The order's archived events. */
  events: readonly CremaEvent[];
  workflow?: WorkflowStatus | undefined;
}

export type Remedy = { start: OrderStart | OrderResumption } | { raise: OrderSignal } | { resume: true };

export interface Verdict {
  /** How the three disagree, in words. Empty if all is well. */
  disagreements: string[];
  /** What would correct the workflow; missing if it is right, or if no such remedy would help. */
  remedy?: Remedy;
}

/** How long, in ms, a change may take from one of them to the others. */
const onItsWay = numberedWithin;
/** After this time, in ms, a task that runs once a minute counts as missed. */
const clockWithin = 3 * 60_000;
/** How long histories of workflows are kept, in ms, from their beginning (functions/orders/forget.ts). */
const historyKept = 7 * 24 * 60 * 60_000;
const over = ["Completed", "Failed", "Terminated", "Canceled"];
/** An order that ended like this without a number has to give its scan back, in the workflow's last step. */
const cameToNothing: OrderState[] = ["refused", "cancelled", "expired"];

/** Finds disagreements between an order's document, events and workflow. Pure. */
export function compare(facts: Facts): Verdict {
  const { order, scan } = facts;
  const disagreements = order ? [...betweenOrderAndEvents(order, facts), ...clockMissed(order, facts.now)] : [];
  const { said, remedy } = order
    ? ofWorkflow(order, facts)
    : scan
      ? beforeTheOrder(scan, facts)
      : { said: undefined, remedy: undefined };
  if (said !== undefined) disagreements.push(said);
  return { disagreements, ...(remedy && { remedy }) };
}

/** Tasks of the minutely sweep that a ready order has missed: no workflow waits for them. */
function clockMissed({ state, callAt, waitsUntil }: Order, now: number): string[] {
  if (state !== "ready") return [];
  const late = (at: string | undefined) => (at === undefined ? 0 : now - Date.parse(at) - clockWithin);
  if (late(waitsUntil) > 0) return [`It should have been given up as not fetched since ${waitsUntil}.`];
  return late(callAt) > 0 ? [`Its customer should have been called once more since ${callAt}.`] : [];
}

function betweenOrderAndEvents({ state, version, createdAt }: Order, { now, events }: Facts): string[] {
  const views = new Map(
    events.flatMap(({ data }) => ("order" in data ? [[data.order.version, data.order.state] as const] : [])),
  );
  const newest = Math.max(0, ...views.keys());
  if (newest > version) return [`There is an event of version ${newest}; the document is at version ${version}.`];
  const told = views.get(version);
  if (told !== undefined && told !== state)
    return [`The event of version ${version} says ${told}; the document says ${state}.`];
  if (Date.parse(createdAt) < now - archivedFor * 1000) return [];
  const missing = Array.from({ length: version }, (_, at) => at + 1).filter((each) => !views.has(each));
  if (missing.length === 0) return [];
  return [`The archive has no event of version ${missing.join(", ")}; the document is at version ${version}.`];
}

interface Finding {
  said?: string | undefined;
  remedy?: Remedy | undefined;
}

function ofWorkflow(order: Order, { now, workflow }: Facts): Finding {
  const { state, number, deadline, changedAt, createdAt } = order;
  const status = workflow?.runtimeStatus;
  const since = now - Date.parse(changedAt);
  if (status === "Suspended") return { said: "Its workflow is suspended.", remedy: { resume: true } };
  const anew: Remedy = { start: startOf(order) };
  const word: Remedy = { raise: signalOf(order) };
  if (status === undefined || over.includes(status)) {
    const is = status === undefined ? "it has no workflow" : `its workflow is ${status}`;
    if (isActive(state)) return { said: `The order is ${state}, but ${is}.`, remedy: anew };
    // Deleted long ago, as all histories are.
    if (status === "Completed" || (status === undefined && Date.parse(createdAt) < now - historyKept)) return {};
    // An order at the counter was never scanned.
    if (cameToNothing.includes(state) && number === undefined && !order.counter) {
      return {
        said: `The order was ${state} without a number, and its scan may not have been given back: ${is}.`,
        remedy: anew,
      };
    }
    return {};
  }
  if (since < onItsWay) return {};
  if (!isActive(state))
    return { said: `The order has been ${state} for ${seconds(since)}, and its workflow still waits.`, remedy: word };
  if (state === "submitted")
    return { said: `The order has been submitted for ${seconds(since)} and has no number.`, remedy: word };
  const late = deadline === undefined ? 0 : now - Date.parse(deadline);
  return late < onItsWay
    ? {}
    : { said: `The order is ${state}, and its time was over ${seconds(late)} ago.`, remedy: word };
}

function beforeTheOrder(scan: CremaEvent<"crema.code.scanned.v1">, { now, workflow }: Facts): Finding {
  const since = now - Date.parse(scan.time);
  if (since < onItsWay) return {};
  const status = workflow?.runtimeStatus;
  const scanned = `Its code was scanned ${seconds(since)} ago, and there is no order`;
  if (status === undefined && since > historyKept) return {};
  // That there is no such store is a result too.
  if (status === "Completed") return {};
  if (status === undefined) return { said: `${scanned} and no workflow.`, remedy: { start: startOfScan(scan) } };
  if (over.includes(status))
    return { said: `${scanned}: its workflow is ${status}.`, remedy: { start: startOfScan(scan) } };
  if (status === "Suspended") return { said: `${scanned}: its workflow is suspended.`, remedy: { resume: true } };
  return { said: `${scanned} yet; its workflow is ${status} and retries by itself.` };
}

function seconds(ms: number): string {
  const s = Math.round(ms / 1000);
  return s < 120 ? `${s} s` : s < 7200 ? `${Math.round(s / 60)} min` : `${Math.round(s / 3600)} h`;
}
