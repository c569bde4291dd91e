/** The entry of the application's worker thread. Only this thread has the application's own `Date`, `process.env` and `console`. */
import { AsyncLocalStorage } from "node:async_hooks";
import { parentPort, workerData } from "node:worker_threads";
import { calm } from "../../kernel/calm.ts";
import { compileCache } from "../../kernel/compile-cache.ts";
import { goWithoutSockets } from "../../kernel/near/agents.ts";
import { askingEnd } from "../../kernel/near/between-threads.ts";
import { sayCauses } from "../../kernel/near/say-causes.ts";
import { UnderWay } from "../../kernel/under-way.ts";
import {
  type FromWorker,
  type LogLevelName,
  type Posted,
  readPosted,
  type ToWorker,
  type WorkerStart,
} from "../protocol.ts";
import { installConsole } from "./console.ts";
import { installCoreApi, Registry } from "./core-api.ts";
import { flushCompileCache } from "./hooks.ts";
import { type LogSource, runInvocation, thrown } from "./invoke.ts";
import { keepKeys } from "./kept-keys.ts";
import { hookError, loadApp, NeedsTranspiler } from "./load-app.ts";
import { recordLoadedFiles } from "./loaded-files.ts";
import { installLocalDate } from "./local-date.ts";
import { onLoopback } from "./on-loopback.ts";
import { Outbox } from "./outbox.ts";
import { asText } from "./plain.ts";
import { trustCertificates } from "./trust.ts";
import { installTurnChance } from "./turn-chance.ts";
import { TurnTimers } from "./turn-timers.ts";

/** How long the stopping host waits for invocations in progress, in ms of machine time. */
const drainTime = 3_000;
/** The minimum time between two checks whether invocations only wait, in ms of machine time. */
const roundTime = 100;
/** A thread that runs by turns is idle after this number of turns of the event loop without a message. */
const calmTurns = 3;

const port = parentPort;
if (port === null) throw new Error("This file runs in a worker thread of the functions host only.");
const { root, main, clock, hostVersion, tellFiles, transpile, services, near, trusted, byTurns } =
  workerData as WorkerStart;
const outbox = new Outbox(port);
const registry = new Registry();
const hookData = { app: {}, lifetime: {} };
const current = new AsyncLocalStorage<LogSource>();
const underWay = new UnderWay<Promise<void>>();
/** The machine's timer, whatever the application's timers are. */
const { setTimeout: later } = globalThis;
const timers = new TurnTimers();

// For this thread only, which has already read it; it is no setting of the application.
delete process.env[compileCache];
const files = tellFiles ? recordLoadedFiles(root, tellLater) : undefined;
installLocalDate(clock);
if (byTurns !== undefined) {
  timers.install();
  installTurnChance(byTurns);
}
process.cwd = () => root;
process.setSourceMapsEnabled(true);
const asking = askingEnd((message) => outbox.send({ kind: "near", message }));
if (near.length > 0) goWithoutSockets(near, asking.carry);
keepKeys();
const ours = new Set(services);
sayCauses(
  (host) => ours.has(host),
  () => current.getStore()?.span,
);
trustCertificates(trusted);
installConsole((level, message) => write(level, "console", message, current.getStore()));
installCoreApi(registry, hostVersion, write);
// The last lines before a crash explain it.
process.on("uncaughtExceptionMonitor", () => outbox.flush());
process.on("exit", () => outbox.flush());

port.on("message", (messages: Posted<ToWorker>[]) => {
  if (byTurns !== undefined) outbox.hold();
  for (const posted of messages) {
    const message = readPosted(posted);
    if (message.kind === "invoke") void track(invoke(message));
    else if (message.kind === "near") asking.receive(message.message);
    else if (message.kind === "goRound") later(() => outbox.send({ kind: "wentRound" }), roundTime).unref();
    else if (message.kind === "turn") void endTurn(message.now);
    else void stop();
  }
});

await start();

async function start(): Promise<void> {
  try {
    await loadApp(root, transpile, files, main);
    const context = appContext();
    try {
      for (const hook of registry.hooks.appStart) await hook(context);
    } catch (error) {
      throw await hookError(root, "appStart", error);
    }
    const capabilities = (await onLoopback(async () => registry.model?.getCapabilities({}))) ?? {};
    registry.locked = true;
    const functions = [...registry.functions].map(([id, { metadata }]) => ({ ...metadata, id }));
    outbox.send({ kind: "loaded", functions: JSON.parse(JSON.stringify(functions)), capabilities, ...loadedFiles() });
  } catch (error) {
    const needsTranspiler = error instanceof NeedsTranspiler;
    outbox.send({ kind: "loadFailed", error: thrown(error), needsTranspiler, ...loadedFiles() });
  }
  outbox.flush();
  // The next thread may start before this one ends.
  flushCompileCache();
}

async function invoke({ sequence, invocation }: Extract<ToWorker, { kind: "invoke" }>): Promise<void> {
  const functionName = registry.functions.get(invocation.functionId)?.metadata.name ?? invocation.functionId;
  const source = { functionName, invocationId: invocation.invocationId, span: invocation.span };
  const reply = await current.run(source, () => runInvocation(registry, hookData, invocation, write));
  const done = { kind: "done" as const, sequence, reply };
  outbox.send(invocation.direct === undefined || invocation.outputs ? done : asText(done));
}

/** Waits until this thread has nothing more to do, and then sends all its messages. */
async function endTurn(now: number): Promise<void> {
  await timers.goOnTo(now);
  await calm(calmTurns, () => outbox.sent);
  outbox.send({ kind: "turnOver", nextDue: timers.nextDue });
  outbox.flush();
}

function loadedFiles(): { files?: string[] } {
  return files === undefined ? {} : { files: [...files] };
}

/** Reports files that a function loads only when it runs. */
function tellLater(file: string): void {
  if (registry.locked) outbox.send({ kind: "loadedMore", files: [file] });
}

async function track(run: Promise<void>): Promise<void> {
  const number = underWay.add(run);
  await run;
  underWay.take(number);
}

/** Lets work in progress complete, runs the hooks of termination, and ends the thread. */
async function stop(): Promise<void> {
  const late = new Promise<void>((resolve) => later(resolve, drainTime));
  await Promise.race([Promise.all(underWay.pieces()), late]);
  try {
    const context = appContext();
    for (const hook of registry.hooks.appTerminate) await hook(context);
  } catch (error) {
    write("error", "system", `An appTerminate hook failed: ${thrown(error).stack ?? thrown(error).message}`);
  }
  outbox.flush();
  process.exit(0);
}

function appContext(): object {
  return { functionAppDirectory: root, hookData: hookData.lifetime, appHookData: hookData.app };
}

function write(level: LogLevelName, category: string, message: string, source?: LogSource): void {
  const entry: FromWorker = { kind: "log", level, category, message };
  // Without its span: the host knows that by the invocation.
  const from = source && { functionName: source.functionName, invocationId: source.invocationId };
  outbox.send({ ...entry, ...from });
}
