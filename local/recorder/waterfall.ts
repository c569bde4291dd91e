import type { Span } from "./span.ts";
import type { Step } from "./way.ts";

/**
 * A way through the services as text, a line per span: the start relative to the first, the operation, the duration, the outcome.
 * For failed tests and reports; starts are by the local clock, durations by the machine's.
 */
export function waterfall(steps: readonly Step[]): string {
  const [first] = steps;
  if (first === undefined) return "Nothing is recorded of it.";
  const lines: string[] = [];
  const draw = (step: Step, depth: number): void => {
    lines.push(`${since(step.span.at - first.span.at).padStart(9)}  ${"  ".repeat(depth)}${line(step.span)}`);
    for (const each of step.steps) draw(each, depth + 1);
  };
  for (const step of steps) draw(step, 0);
  return lines.join("\n");
}

const words = { running: "…", refused: "refused", failed: "FAILED" };

function line({ service, kind, name, took, outcome, status, causes }: Span): string {
  const end = outcome === "ok" ? "" : [words[outcome], status].filter(Boolean).join(" ");
  const others = causes.length > 1 ? ` (one of ${causes.length} causes)` : "";
  const duration = took === undefined ? "" : ` ${took < 10 ? took.toFixed(1) : Math.round(took)} ms`;
  return `${service} ${kind} ${name}${duration}${others}${end === "" ? "" : ` ${end}`}`;
}

function since(milliseconds: number): string {
  if (milliseconds < 10_000) return `+${milliseconds} ms`;
  if (milliseconds < 600_000) return `+${Math.round(milliseconds / 1000)} s`;
  return `+${Math.round(milliseconds / 60_000)} min`;
}
