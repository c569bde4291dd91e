/**
 * The message of an orchestrator that failed, as the SDK throws it: the error's text, and behind a label the state with what the orchestrator decided, which is for the
 * engine alone (`OrchestrationFailureError` of `durable-functions`).
 */
const label = "\n\n$OutOfProcData$:";

/** Its two parts; `state` is the JSON, and missing where it is an error of another kind. */
export function splitFailure(message: string): { words: string; state?: string } {
  const at = message.indexOf(label);
  if (at === -1) return { words: message };
  const state = message.slice(at + label.length);
  // The SDK (3.0 to 3.5) puts whether the orchestrator had returned, "false", where its error's text belongs; the state has that.
  return { words: errorOf(state) ?? message.slice(0, at), state };
}

/** Where the SDK goes on with the exception of .NET, for which see the history. */
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
