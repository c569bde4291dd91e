/**
 * The message of a failed orchestrator, as the SDK throws it: the error's text and, after this label, the state with the orchestrator's decisions,
 * which only the engine needs (`OrchestrationFailureError` of `durable-functions`).
 */
const label = "\n\n$OutOfProcData$:";

/** Splits the message; `state` is the JSON, and `undefined` for an error of another kind. */
export function splitFailure(message: string): { words: string; state?: string } {
  const at = message.indexOf(label);
  if (at === -1) return { words: message };
  const state = message.slice(at + label.length);
  // The SDK (3.0 to 3.5) writes whether the orchestrator had returned, "false", in place of the error's text; the state contains the text.
  return { words: errorOf(state) ?? message.slice(0, at), state };
}

/** Here the SDK appends the exception of .NET, which is in the history. */
const details = '\n {"$type":';

function errorOf(state: string): string | undefined {
  try {
    const { error } = JSON.parse(state) as { error?: unknown };
    if (typeof error !== "string") return undefined;
    const end = error.indexOf(details);
    return end === -1 ? error : error.slice(0, end).trimEnd();
  } catch {
    return undefined;
  }
}
