import { actionType } from "./events.ts";
import type { KnownAction } from "./records.ts";

/** The texts of failed instances. Those of the real host are as recorded or from its sources. */

const list = (names: readonly string[]) => names.map((name) => `'${name}'`).join(", ");

/** A call or start of a function that the application does not have. `kind` as in "an orchestrator function". */
export function unknownFunction(
  name: string,
  kind: "orchestrator" | "activity" | "entity",
  known: readonly string[],
): string {
  const additional =
    known.length === 0
      ? `There are no ${kind} functions.`
      : `The following are the known ${kind} functions: ${list(known)}.`;
  return `The function '${name}' doesn't exist, is disabled, or is not an ${kind} function. Additional info: ${additional}`;
}

/** The output of an instance whose orchestrator threw, as recorded; `failureDetails` in `turn.ts` parses it. */
export const orchestratorFailed = (name: string, error: string) => `Orchestrator function '${name}' failed: ${error}`;
/** Two spaces: the host cuts its own text after "Exception:". */
export const activityFailed = (name: string, error: string) => `Activity function '${name}' failed:  ${error}`;

/** `Details` of a TaskFailed event, in the host's form: an exception with the worker's error. */
export function activityFailureDetails(message: string, stack = ""): string {
  return JSON.stringify({
    $type: "System.Exception, System.Private.CoreLib",
    ClassName: "System.Exception",
    Message: ` ${message}`,
    Data: null,
    InnerException: {
      $type: "Microsoft.Azure.WebJobs.Script.Workers.Rpc.RpcException, Microsoft.Azure.WebJobs.Script",
      IsUserException: false,
      RemoteStackTrace: stack,
      RemoteMessage: message,
      RemoteTypeName: null,
      Message: `Result: Failure\nException: ${message}\nStack: ${stack}`,
    },
    HelpURL: null,
    StackTraceString: null,
    HResult: -2146233088,
    Source: null,
  });
}

/** `Details` of a TaskFailed event when the worker ended during the activity. */
export const workerExitDetails = (message: string): string =>
  JSON.stringify({
    $type: "Microsoft.Azure.WebJobs.Script.Workers.WorkerProcessExitException, Microsoft.Azure.WebJobs.Script",
    Message: message,
  });

const words = new Map<number, string>([
  [actionType.CallActivity, "an activity task"],
  [actionType.CallSubOrchestrator, "a sub-orchestration task"],
  [actionType.CreateTimer, "a timer task"],
  [actionType.CallEntity, "an entity call"],
  [actionType.SignalEntity, "an entity signal"],
  [actionType.LockEntities, "an entity lock"],
  [actionType.ReleaseEntities, "a release of entity locks"],
]);

/** The text of a known action in messages: "an activity task with sequence ID 0 and name 'A' (version '')". */
function describe(action: KnownAction): string {
  const named = action.name === "" ? "" : ` and name '${action.name}' (version '')`;
  return `${words.get(action.type) ?? "a task"} with sequence ID ${action.id}${named}`;
}

/** The orchestrator does not repeat the actions of its history. `now` is its action instead, if any. */
export function nonDeterministic(before: KnownAction, now?: { type: number; name: string }): string {
  const difference =
    now === undefined
      ? "but the current replay execution hasn't (yet?) scheduled this task."
      : `but the current orchestration replay instead scheduled ${words.get(now.type) ?? "a task"}${now.name === "" ? "" : ` named '${now.name}'`} with this sequence number.`;
  return `Non-Deterministic workflow detected: A previous execution of this orchestration scheduled ${describe(before)}, ${difference} Was a change made to the orchestrator code after this instance had already started running?`;
}

/**
 * The application's worker ended during a turn, or what it gave cannot be read. As recorded with 3.19: the host takes that for a turn without any action, and does not run it again.
 * So the instance fails, and if it had done something before, because that is missing now.
 */
export function lostTurn(known: readonly KnownAction[], why: string): string {
  const [first] = known;
  return first === undefined ? `One or more errors occurred. (${why})` : nonDeterministic(first);
}

/** What follows a Task.any with a cancelled timer, in which a call was retried. Seen with 3.19. */
export function outrunRetry(name: string): string {
  return (
    `Non-Deterministic workflow detected: the call of '${name}' was retried in a Task.any beside a timer that is cancelled now, and this orchestration goes on. ` +
    "On Azure it fails in the same way: for the host, a Task.any with a cancelled timer ends at once, so the next action gets the sequence number that the retry has. " +
    "Instead, put the retried call into a sub-orchestration and race that against the timer, or let the timer fire."
  );
}

const refused = (shape: string, azure: string, instead: string) =>
  `The local Azure refuses this orchestrator: ${shape} On Azure ${azure} Instead, ${instead}`;

/** The SDK passes on the message of the error that was thrown, but there is none. */
export function threwWithoutWords(): string {
  return refused(
    "it threw something that is not an Error, or an Error without a message; durable-functions passes on only the message, so what it was is lost.",
    "the instance stays Running for ever up to version 3.14 of the extension (seen), and fails without a reason later (seen with 3.19).",
    'throw an Error with a message: throw new Error("The milk is out.").',
  );
}

/** One task object is in two waits (durable-js #574). */
export function reusedTask(what: string): string {
  return refused(
    `${what} was put into a second wait (Task.any, Task.all).`,
    "the host runs a task again each time it appears in a wait and from then on counts differently from the SDK, so the instance hangs or gets the wrong result (durable-js #574).",
    "make a new task for each wait: a new waitForExternalEvent, a new createTimer to the same absolute deadline with the old one cancelled; to await a call that lost a race, yield the task itself.",
  );
}

/** A name is awaited again while a waiter for it is left over from a Task.any over several names. */
export function leftoverWaiter(name: string): string {
  return refused(
    `the event '${name}' is awaited again, but a waiter for it is left over from an earlier Task.any that waited for several event names.`,
    "the waiter left over swallows the event when two of them arrive close together, and the instance does not receive it until something else wakes it; if nothing does, it waits for ever.",
    "wait for one event name at a time and put the kind of event into its payload.",
  );
}

/** A call with retries has exceeded its time (durable-js #629). */
export function retryTimeout(name: string): string {
  return refused(
    `'${name}' is called with retryTimeoutInMilliseconds, which has passed before the attempts were used up.`,
    "the host then stops without telling the SDK, and the instance stays Running for ever (durable-js #629).",
    "limit maxNumberOfAttempts, or race the call against a timer.",
  );
}

/** A sub-orchestration is to be started under the id of an instance that has not ended. */
export function childIsRunning(id: string): string {
  return refused(
    `a sub-orchestration is started with the instance id '${id}', which belongs to an instance that has not ended.`,
    "the start is dropped and the parent waits for ever.",
    "leave out the instance id or choose one that is not in use.",
  );
}

/**
 * This and the next are refused by `CallDurableTaskFunctionAsync` in `DurableOrchestrationContext.cs`, whose exceptions the replay of the SDK's
 * actions swallows.
 */
export function childLikeEntity(id: string): string {
  return refused(
    `a sub-orchestration is started with the instance id '${id}': ids that begin with @ are those of entities.`,
    "it is never started and the parent waits for ever.",
    "leave out the instance id or choose one that begins with something else.",
  );
}

/** The host compares without case. */
export function childLikeParent(id: string, above: string): string {
  return refused(
    `a sub-orchestration is started with the instance id '${id}', and ${id === above ? "that is" : `'${above}' is`} the instance that starts it, or the one above.`,
    "it is never started and the parent waits for ever; case makes no difference.",
    "leave out the instance id or choose one that is not in use.",
  );
}

/** Generation after generation begins with the same event (durable-extension #2606). */
export function endlessRedelivery(name: string, times: number): string {
  return refused(
    `continueAsNew was called ${times} times in a row for one and the same event '${name}'.`,
    "an event that wins a Task.any against a timer that is then cancelled is handed to the next generation once more, so this loop never ends (durable-extension #2606).",
    "let each generation recognize a repeated event by an id in its payload, or loop inside one generation.",
  );
}

/** The orchestrator waits although nothing is in progress. */
export function nothingToWaitFor(): string {
  return refused(
    "it waits, but nothing that could wake it is in progress.",
    "it stays Running for ever; the SDK does not wake for a Task.any or Task.all over tasks that have ended before, nor for a timer that was cancelled, and does not treat `throw undefined` as an error.",
    "check whether the tasks have ended (isCompleted) before waiting for them, and throw Errors only.",
  );
}

/** A custom status exceeds 16 KB, in the host's words. */
export function customStatusTooLarge(kilobytes: number): string {
  return `The UTF-16 size of the JSON-serialized payload must not exceed 16 KB. The current payload size is ${kilobytes} KB.`;
}
