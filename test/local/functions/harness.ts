import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterEach } from "vitest";
import type { FaultRules } from "../../../local/faults/rules.ts";
import { type FunctionsHost, type FunctionsOptions, startFunctionsHost } from "../../../local/functions/index.ts";
import { ServiceClock } from "../../../local/kernel/clock.ts";
import { secureIds } from "../../../local/kernel/ids.ts";
import { createLog, type LogEntry } from "../../../local/kernel/log.ts";
import type { Parts } from "../../../local/kernel/parts.ts";
import { Work } from "../../../local/kernel/work.ts";
import { Recorder } from "../../../local/recorder/recorder.ts";
import { openMemoryStore } from "../../../local/store/memory-store.ts";
import type { Store } from "../../../local/store/store.ts";

/** Noon of a Wednesday, UTC. */
export const noon = Date.UTC(2026, 0, 14, 12);

const cleanups: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** Runs `cleanup` at the end of the test, the last registered first. */
export function atEnd(cleanup: () => Promise<void> | void): void {
  cleanups.push(cleanup);
}

/** Waits for what comes by itself, without moving the clock; a turn of the event loop between two looks. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}

export interface World {
  parts: Parts;
  clock: ServiceClock;
  work: Work;
  store: Store;
  logged: LogEntry[];
  /** Everything logged so far, as one text. */
  log(): string;
  advance(milliseconds: number): Promise<void>;
  /** @param its other parts than those of the world */
  start(app: string, options?: Partial<FunctionsOptions>, its?: Parts): Promise<FunctionsHost>;
}

/** Parts of a local Azure with its clock held at `noon`. The same `store` in two worlds is one before and after a restart. */
export function makeWorld({
  store = openMemoryStore(),
  at = noon,
  faults,
}: {
  store?: Store;
  at?: number;
  faults?: FaultRules;
} = {}): World {
  const clock = new ServiceClock({ heldAt: at });
  const work = new Work();
  const logged: LogEntry[] = [];
  const log = createLog((entry) => logged.push(entry), "debug");
  const recorder = new Recorder(clock);
  const parts: Parts = { clock, work, recorder, store, ids: secureIds, log, ...(faults && { faults }) };
  atEnd(() => clock.close());
  return {
    parts,
    clock,
    work,
    store,
    logged,
    log: () =>
      logged
        .map(({ level, part, message, fields }) =>
          [`${level} [${part}] ${message}`, fields.stack].filter(Boolean).join("\n"),
        )
        .join("\n"),
    advance: (milliseconds) => clock.advance(milliseconds, () => work.idle()),
    start: async (app, options = {}, its = parts) => {
      const root = app.startsWith("/") ? app : resolve(import.meta.dirname, "apps", app);
      const host = await startFunctionsHost(its, { root, settings: {}, clock, ...options });
      atEnd(() => host.close());
      return host;
    },
  };
}

/** Makes an application from file texts, for what must not lie about in a checked folder (such as code that does not load). */
export function makeApp(files: Record<string, string>, hostJson: object = {}): string {
  const root = mkdtempSync(join(tmpdir(), "crema-app-"));
  atEnd(() => rmSync(root, { recursive: true, force: true }));
  symlinkSync(resolve(import.meta.dirname, "../../../node_modules"), join(root, "node_modules"));
  const all = {
    "package.json": JSON.stringify({ type: "module", main: "src/*.js" }),
    "host.json": JSON.stringify({ version: "2.0", ...hostJson }),
    ...files,
  };
  for (const [name, text] of Object.entries(all)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  return root;
}

/** A copy of a fixture application that a test may change. */
export function copyApp(name: string): string {
  const root = makeApp({});
  cpSync(resolve(import.meta.dirname, "apps", name), root, { recursive: true });
  return root;
}
