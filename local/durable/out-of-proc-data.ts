/**
 * The message of an orchestrator that failed, as the SDK throws it: the error's text, and behind a label the state with what the orchestrator decided, which is for the
 * engine alone (`OrchestrationFailureError` of `durable-functions`).
 */
const label = "\n\n$OutOfProcData$:";

/** Its two parts; `state` is the JSON, and missing where it is an error of another kind. */
export function splitFailure(message: string): { words: string; state?: string } {
  const at = message.indexOf(label);
  return at === -1 ? { words: message } : { words: message.slice(0, at), state: message.slice(at + label.length) };
}
