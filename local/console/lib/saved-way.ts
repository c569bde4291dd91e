import type { SpanDetail } from "../../recorder/span.ts";
import { services } from "./services.ts";

/** A span with its effects, from `GET /recording/ways`; with all details if it comes from a file. */
export interface Step extends SpanDetail {
  readonly steps: readonly Step[];
}

/** A way that was saved as a file. */
export interface SavedWay {
  readonly of: string;
  readonly steps: readonly Step[];
}

/** A step with its depth. */
export interface Row {
  readonly span: SpanDetail;
  readonly depth: number;
}

/** The steps of a way in drawing order. */
export function rowsOf(steps: readonly Step[]): Row[] {
  const rows: Row[] = [];
  const open = steps.map((step) => ({ step, depth: 0 })).reverse();
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { step, depth } = next;
    const { steps: below, ...span } = step;
    rows.push({ span, depth });
    open.push(...below.map((each) => ({ step: each, depth: depth + 1 })).reverse());
  }
  return rows;
}

/** Parses a file that "Save as JSON" wrote. @throws Error that says what is wrong with it */
export function savedWayIn(text: string): SavedWay {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Error(`The file is not JSON: ${(error as Error).message}`);
  }
  const { of, steps } = (value ?? {}) as Partial<SavedWay>;
  if (typeof of !== "string" || !Array.isArray(steps))
    throw new Error('The file is not a saved way: it must have "of" and "steps", as "Save as JSON" writes them.');
  for (const open: unknown[] = [...steps]; open.length > 0; ) {
    const step = open.pop();
    if (!isStep(step))
      throw new Error("A step of the file is incomplete: the file was changed, or is from another version.");
    open.push(...step.steps);
  }
  return { of, steps };
}

function isStep(value: unknown): value is Step {
  if (typeof value !== "object" || value === null) return false;
  const { id, at, began, service, kind, name, outcome, keys, causes, trace, details, logs, steps } = value as Step;
  return (
    [id, at, began].every((number) => Number.isFinite(number)) &&
    [kind, name, outcome, trace].every((word) => typeof word === "string") &&
    services.some((each) => each.id === service) &&
    [keys, causes, logs, steps].every((list) => Array.isArray(list)) &&
    typeof details === "object" &&
    details !== null
  );
}
