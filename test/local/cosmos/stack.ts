import { createHmac } from "node:crypto";
import { type Container, CosmosClient, type PartitionKeyDefinition } from "@azure/cosmos";
import { onTestFinished } from "vitest";
import {
  type ContainerDeclaration,
  type Cosmos,
  type CosmosOptions,
  startCosmos,
} from "../../../local/cosmos/index.ts";
import { ServiceClock } from "../../../local/kernel/clock.ts";
import { secureIds } from "../../../local/kernel/ids.ts";
import { type Log, silentLog } from "../../../local/kernel/log.ts";
import { Work } from "../../../local/kernel/work.ts";
import { Recorder } from "../../../local/recorder/recorder.ts";
import { openMemoryStore } from "../../../local/store/memory-store.ts";
import type { Store } from "../../../local/store/store.ts";

export const noon = Date.UTC(2026, 0, 15, 12, 0, 0);

export interface Stack {
  cosmos: Cosmos;
  client: CosmosClient;
  clock: ServiceClock;
  work: Work;
  /** A container `orders`, partitioned by /storeId unless told otherwise. */
  container: Container;
  advance(milliseconds: number): Promise<void>;
  /** Ends client and server, not the store. */
  stop(): Promise<void>;
}

export interface StackOptions extends CosmosOptions {
  store?: Store;
  clock?: ServiceClock;
  declaration?: Partial<ContainerDeclaration>;
  log?: Log;
}

/** A running Cosmos DB with a clock that stands still, an SDK client, and one container; ended with the test. */
export async function startStack(given: StackOptions = {}): Promise<Stack> {
  const { store, clock, declaration, log = silentLog, ...options } = given;
  const time = clock ?? new ServiceClock({ heldAt: noon });
  const work = new Work();
  const recorder = new Recorder(time);
  const parts = { clock: time, recorder, ids: secureIds, log, work, store: store ?? openMemoryStore() };
  const cosmos = await startCosmos(parts, options);
  await cosmos.declare("crema", [{ id: "orders", partitionKey: "/storeId", ...declaration }]);
  const client = new CosmosClient({ endpoint: cosmos.endpoint, key: cosmos.key });
  let stopped = false;
  const stop = async (): Promise<void> => {
    if (stopped) return;
    stopped = true;
    client.dispose();
    await cosmos.close();
  };
  onTestFinished(stop);
  return {
    cosmos,
    client,
    clock: time,
    work,
    container: client.database("crema").container("orders"),
    advance: (milliseconds) => time.advance(milliseconds, () => work.idle()),
    stop,
  };
}

export const hashed = (path: string): PartitionKeyDefinition =>
  ({ paths: [path], version: 2, kind: "Hash" }) as PartitionKeyDefinition;

/** The `code` (and substatus) with which a promise is refused, or a message when it is not. */
export async function refusal(
  promise: Promise<unknown>,
): Promise<{ code: unknown; substatus: unknown; message: string }> {
  try {
    await promise;
  } catch (error) {
    const { code, substatus, message } = error as { code: unknown; substatus?: unknown; message: string };
    return { code, substatus, message };
  }
  return { code: "none", substatus: undefined, message: "It was not refused." };
}

/** A signed request as no SDK would send it, to see the server's own refusals. */
export async function request(
  cosmos: Cosmos,
  method: string,
  path: string,
  body?: string | Buffer<ArrayBuffer>,
  given: Record<string, string | undefined> = {},
): Promise<{ status: number; body: { code?: string; message?: string }; headers: Headers }> {
  const segments = path.split("/").slice(1);
  const even = segments.length % 2 === 0;
  const type = segments.at(even ? -2 : -1) ?? "";
  const resource = (even ? segments : segments.slice(0, -1)).join("/");
  const { "x-ms-date": date = "", date: instead = "" } = { "x-ms-date": new Date(0).toUTCString(), ...given };
  // `Date` is signed where `x-ms-date` is not there, and in a line of its own.
  const dated = date === "" ? `\n${instead.toLowerCase()}` : `${date.toLowerCase()}\n`;
  const text = `${method.toLowerCase()}\n${type}\n${resource}\n${dated}\n`;
  const signature = createHmac("sha256", Buffer.from(cosmos.key, "base64")).update(text).digest("base64");
  const authorization = encodeURIComponent(`type=master&ver=1.0&sig=${signature}`);
  const all = { authorization, "x-ms-date": date, "x-ms-version": "2020-07-15", ...given };
  // Those that are `undefined` are left out.
  const headers = Object.fromEntries(
    Object.entries(all).filter((each): each is [string, string] => each[1] !== undefined),
  );
  const answer = await fetch(new URL(path, cosmos.endpoint), {
    method,
    headers,
    ...(body === undefined ? {} : { body }),
  });
  const answered = await answer.text();
  return { status: answer.status, body: answered === "" ? {} : JSON.parse(answered), headers: answer.headers };
}
