import { takesIds } from "./completions.ts";
import type { Queued } from "./core.ts";
import type { InstanceRecord } from "./records.ts";
import { terminal } from "./records.ts";
import type { DurableTables } from "./tables.ts";

/**
 * Removes from `inbox` what the next episode delivers; returns `undefined` if there is nothing to do now. A termination comes first and alone. A
 * suspended instance sees only that and its resumption. An external event comes alone, since what follows it may belong to the next generation. A
 * message that takes sequence ids comes first.
 */
export function takeBatch(tables: DurableTables, record: InstanceRecord, inbox: Queued[]): Queued[] | undefined {
  const pull = (index: number) => (index === -1 ? undefined : inbox.splice(index, 1));
  const termination = pull(inbox.findIndex(({ message }) => message.kind === "terminate"));
  if (termination !== undefined) return termination;
  // A hanging instance receives only what an operator does to it.
  if (record.stuck !== undefined && record.status !== "Suspended")
    return pull(inbox.findIndex(({ message }) => message.kind === "suspend"));
  if (record.status === "Suspended") return pull(inbox.findIndex(({ message }) => message.kind === "resume"));
  if (record.unstarted !== undefined) return [];

  // After continue-as-new has been called, events are for the next generation.
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

/** Whether an instance receives nothing any more: it has ended, or does not exist. */
export const isOver = (record: InstanceRecord | undefined): boolean =>
  record === undefined || terminal.has(record.status);
