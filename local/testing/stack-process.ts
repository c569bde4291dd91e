import { readApplication } from "../application.ts";
import { type LocalAzure, startLocalAzure } from "../index.ts";
import { createLog, type LogEntry } from "../kernel/log.ts";
import { explain } from "./explain.ts";
import { Failures } from "./failures.ts";
import type { FromStack, StackReady, StackStart, ToStack } from "./protocol.ts";
import { WaitRecorder } from "./wait-recorder.ts";

/** The process of a test stack: a local Azure with the application, controlled by the test's process. */

const start = JSON.parse(process.argv[2] ?? "{}") as StackStart;
const failures = new Failures();
const waits = new WaitRecorder();
let activities: readonly string[] = [];
const logged: string[] = [];
const keep = 8;
const errors: string[] = [];
const mostErrors = 1000;

function write({ level, part, message, fields }: LogEntry): void {
  if (level === "warn" || level === "error") {
    logged.push(`${level} [${part}] ${message}`);
    if (logged.length > keep) logged.shift();
  }
  if (level === "error" && errors.length < mostErrors)
    errors.push([`[${part}] ${message}`, ...(typeof fields.stack === "string" ? [fields.stack] : [])].join("\n"));
  if (start.verbose) console[level](part, message, fields);
}

/** Resolves once the message is sent. */
const say = (message: FromStack) => new Promise<void>((resolve) => process.send?.(message, () => resolve()));

async function run(azure: LocalAzure, command: ToStack): Promise<string | undefined> {
  const { clock, durable } = azure;
  switch (command.kind) {
    case "settle":
      await azure.settle();
      return undefined;
    case "advance":
      await azure.advance(command.by);
      return undefined;
    case "step": {
      await azure.settle();
      const next = Math.min(clock.nextDue ?? command.until, command.until);
      await azure.advance(Math.max(0, next - clock.now()));
      return undefined;
    }
    case "fail":
      failures.add(command.failure, activities);
      return undefined;
    case "explain":
      return explain({
        id: command.id,
        instance: durable.instance(command.id),
        others: [...durable.instances()].map(({ id }) => id),
        history: durable.history(command.id),
        actions: waits.actions(command.id),
        now: clock.now(),
        log: logged,
      });
    case "errors":
      return JSON.stringify(errors);
    case "close":
      await azure.stop();
      return undefined;
  }
}

function readyOf(azure: LocalAzure): StackReady {
  const { functions, durable, endpoints } = azure;
  if (functions === undefined) throw new Error("The stack was started without an application.");
  const { baseUrl, requiredQueryStringParameters } = JSON.parse(durable.clientBinding(functions.origin)) as {
    baseUrl: string;
    requiredQueryStringParameters: string;
  };
  return {
    origin: functions.origin,
    masterKey: functions.masterKey,
    durableUrl: baseUrl,
    durableKey: new URLSearchParams(requiredQueryStringParameters).get("code") ?? "",
    controlUrl: azure.controlUrl,
    inboxUrl: azure.sms.inboxUrl,
    endpoints: {
      cosmos: picked(endpoints.cosmos),
      eventGrid: { endpoint: endpoints.eventGrid.endpoint, key: endpoints.eventGrid.key },
      topics: Object.fromEntries(
        Object.entries(azure.endpoints.topics ?? {}).map(([name, { endpoint, key }]) => [name, { endpoint, key }]),
      ),
      webPubSub: { connectionString: endpoints.webPubSub.connectionString },
      sms: { connectionString: endpoints.sms.connectionString },
    },
    functions: functions.functions.map(({ name, trigger }) => ({ name, trigger })),
  };
}

/** The account without the members that cannot be sent to another process. */
const picked = ({ connectionString, endpoint, httpsEndpoint, key }: LocalAzure["endpoints"]["cosmos"]) => ({
  ...{ connectionString, endpoint, httpsEndpoint, key },
});

// Ends this process if the test ends without closing its stack.
process.on("disconnect", () => process.exit(0));

try {
  const application = readApplication(start.app, start.settings);
  // As on Azure: relative paths are resolved in the application's folder.
  process.chdir(application.application.root);
  const { hangLikeAzure } = start;
  const azure = await startLocalAzure({
    ...application,
    durable: { ...application.durable, ...(hangLikeAzure === undefined ? {} : { hangLikeAzure }) },
    data: start.data,
    heldAt: start.heldAt,
    log: createLog(write, start.verbose ? "info" : "warn"),
    wrapFunctions: (functions) => {
      ({ activities } = functions);
      return waits.wrap(failures.wrap(functions));
    },
  });
  process.on("message", (message) => {
    const command = message as ToStack;
    const { call } = command;
    run(azure, command).then(
      (value) => {
        void say({ kind: "done", call, now: azure.clock.now(), ...(value === undefined ? {} : { value }) }).then(() => {
          if (command.kind === "close") process.disconnect();
        });
      },
      (error: Error) => void say({ kind: "refused", call, now: azure.clock.now(), message: error.message }),
    );
  });
  void say({ kind: "ready", ready: readyOf(azure), now: azure.clock.now() });
} catch (error) {
  await say({ kind: "failed", message: (error as Error).message });
  process.exit(1);
}
