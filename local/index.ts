import { startControlOf } from "./controls.ts";
import { FaultRules } from "./faults/rules.ts";
import { startHosting } from "./hosting.ts";
import { milliseconds } from "./kernel/duration.ts";
import { secureIds } from "./kernel/ids.ts";
import { LockStep } from "./kernel/lock-step.ts";
import { consoleLog, type Log } from "./kernel/log.ts";
import { Pace } from "./kernel/pace.ts";
import type { Parts } from "./kernel/parts.ts";
import { openClock, saveClock } from "./kernel/stored-clock.ts";
import { Work } from "./kernel/work.ts";
import { withLittleYoungSpace } from "./kernel/young-space.ts";
import type { LocalAzure, LocalAzureOptions } from "./options.ts";
import { Recorder } from "./recorder/recorder.ts";
import { type Starting, startServices } from "./services.ts";
import { openLogStore } from "./store/log-store.ts";
import { openMemoryStore } from "./store/memory-store.ts";

export { certificateFile, type Endpoints, type LocalAzure, type LocalAzureOptions, type Ports } from "./options.ts";

/** Starts the local Azure: all services that the application needs, and the application itself. */
export async function startLocalAzure(options: LocalAzureOptions): Promise<LocalAzure> {
  const log = options.log ?? consoleLog();
  const closers: (() => Promise<void> | void)[] = [];
  const stop = async () => {
    for (const close of closers.splice(0).reverse()) await close();
  };
  try {
    return await withLittleYoungSpace(() => start(options, log, closers, stop));
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(
  options: LocalAzureOptions,
  log: Log,
  closers: (() => Promise<void> | void)[],
  stop: () => Promise<void>,
): Promise<LocalAzure> {
  const store = options.data === undefined ? openMemoryStore() : await openLogStore(options.data);
  closers.push(() => store.close());
  const clock = openClock(store, options.heldAt);
  closers.push(async () => {
    clock.close();
    // If the disk refuses, the last writer has already had the error; the store still has to be closed.
    await saveClock(store, clock).catch(() => undefined);
  });
  await saveClock(store, clock);
  const work = new Work();
  const recorder = new Recorder(clock, options.recording);
  const faults = new FaultRules();
  const lockStep = options.byTurns === true ? new LockStep(work, () => (options.ids ?? secureIds).random()) : undefined;
  const parts = (name: string): Parts => ({
    clock,
    store,
    work,
    recorder,
    faults,
    connections: options.connections ?? "handed-over",
    ...(lockStep && { lockStep }),
    ids: options.ids ?? secureIds,
    log: log.named(name),
  });
  const opened = async <T extends { close(): Promise<void> }>(starting: Promise<T>): Promise<T> => {
    const part = await starting;
    closers.push(() => part.close());
    return part;
  };

  const starting: Starting = { parts, opened };

  const services = await startServices(starting, options);
  await options.prepare?.(services.endpoints);
  const hosting = await startHosting(starting, services, clock, options, (close) => closers.push(close));
  const { functions } = hosting;
  if (functions) faults.kill = (reason, asker) => functions.kill(reason, asker);

  const settle = () => work.idle();
  const advance = async (duration: number | string, signal?: AbortSignal) => {
    await clock.advance(milliseconds(duration), settle, signal);
    await saveClock(store, clock);
  };
  const pace = new Pace(clock, { settle, save: (time) => saveClock(store, clock, time) });
  closers.push(() => pace.stop());
  const control = await opened(
    startControlOf(services, hosting, faults, {
      clock,
      pace,
      work,
      store,
      recorder,
      port: options.ports?.control ?? 0,
      names: options.names ?? [],
      advance,
      ...(options.notes ? { notes: options.notes } : {}),
    }),
  );
  return {
    endpoints: services.endpoints,
    clock,
    cosmos: services.cosmos,
    eventGrid: services.eventGrid,
    topics: services.topics,
    webPubSub: services.webPubSub,
    sms: services.sms,
    durable: hosting.durable,
    recorder,
    faults,
    functions: hosting.functions,
    configureHubs: hosting.configureHubs,
    controlUrl: control.url,
    advance,
    settle,
    during: (promise) => work.track("others", promise),
    get speed() {
      return pace.speed;
    },
    setSpeed: (times) => pace.set(times),
    stop,
  };
}
