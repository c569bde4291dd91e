import { takesIds } from "./completions.ts";
import type { Queued } from "./core.ts";
import type { InstanceRecord } from "./records.ts";
import { terminal } from "./records.ts";
import type { DurableTables } from "./tables.ts";

/**
 * Takes out of `inbox` what the next episode delivers; `undefined` when there is nothing to do now. A termination comes first and alone, a
 * suspended instance sees only that and its resumption, an external event comes alone (what comes after it may belong to the next
 * generation), and a message that takes ids comes first.
 */
export function takeBatch(tables: DurableTables, record: InstanceRecord, inbox: Queued[]): Queued[] | undefined {
  const pull = (index: number) => (index === -1 ? undefined : inbox.splice(index, 1));
  const termination = pull(inbox.findIndex(({ message }) => message.kind === "terminate"));
  if (termination !== undefined) return termination;
  // One that hangs hears no more than what an operator does to it.
  if (record.stuck !== undefined && record.status !== "Suspended")
    return pull(inbox.findIndex(({ message }) => message.kind === "suspend"));
  if (record.status === "Suspended") return pull(inbox.findIndex(({ message }) => message.kind === "resume"));
  if (record.unstarted !== undefined) return [];

  // Once continue-as-new has been called, events are for the next generation.
  const keepEvents = record.ending?.kind === "again";
  const first = inbox.findIndex(({ message }) => !(keepEvents && message.kind === "event"));
  const kind = inbox[first]?.message.kind;
  if (first === -1 || kind === undefined) return undefined;
  if (kind === "event" || kind === "suspend" || kind === "resume") return pull(first);
  let end = first + 1;
  for (; end < inbox.length; end++) {
    const { message } = inbox[end] as Queued;
    if (message.kind === "event" || message.kind === "suspend" || message.kind === "resume") break;
    const task = "taskId" in message ? tables.task(record.id, message.taskId) : undefined;
    if (takesIds(message, task)) break;
  }
  return inbox.splice(first, end - first);
}

/** Whether an instance hears nothing any more: it has come to an end, or there is none. */
export const isOver = (record: InstanceRecord | undefined): boolean =>
  record === undefined || terminal.has(record.status);
