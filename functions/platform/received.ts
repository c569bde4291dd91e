import { type CremaEvent, type EventType, parseEvent } from "../../contracts/events.ts";
import { asFirstTold } from "../../contracts/replay.ts";

/** Thrown for an invalid event (poison message). Event Grid retries as its subscription says, and then dead-letters it. */
export class InvalidEventError extends Error {
  constructor(id: string, problems: { path: string; message: string }[]) {
    super(`Event ${id} is not valid: ${problems.map(({ path, message }) => `${path} ${message}`.trim()).join("; ")}`);
    this.name = "InvalidEventError";
  }
}

/** Validates what Event Grid delivered, live or replayed. @throws InvalidEventError if it is not a valid event, or not of these types and versions */
export function readReceived<T extends EventType>(received: unknown, types: readonly T[]): CremaEvent<T> {
  const { id, type } = (received ?? {}) as { id?: unknown; type?: unknown };
  if (!types.includes(type as T)) {
    const message = `"${type}" is not read here; what is read is ${types.join(", ")}`;
    throw new InvalidEventError(String(id), [{ path: "type", message }]);
  }
  const parsed = parseEvent(asFirstTold(received));
  if ("problems" in parsed) throw new InvalidEventError(String(id), parsed.problems);
  return parsed.event as CremaEvent<T>;
}
