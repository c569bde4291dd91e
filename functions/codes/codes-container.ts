import type { JSONValue } from "@azure/cosmos";
import type { EventType } from "../../contracts/events.ts";
import { container } from "../platform/clients.ts";
import { type EventDocument, eventDocument, type Fact } from "../platform/outbox-document.ts";
import { readStored } from "../platform/stored.ts";
import { type ScanDocument, scanId } from "./scan-document.ts";
import { type Code, codeId, isCode } from "./window.ts";

/** Reads a store's window by its opening time (ISO 8601); `undefined` if nobody has requested its code. */
export const readWindow = async (storeId: string, opensAt: string) =>
  (await readStored<Code>("codes", storeId, codeId(opensAt)))?.document;
/** Reads a customer's orders from the code of a window, with the ETag for a change; `undefined` if there are none. */
export const readScan = (storeId: string, opensAt: string, customerId: string) =>
  readStored<ScanDocument>("codes", storeId, scanId(opensAt, customerId));

/** When the last window with this code opened; `undefined` if there was none in the last hours. */
export async function latestWindowOf(storeId: string, code: string): Promise<string | undefined> {
  if (!isCode(code)) return undefined;
  const { items } = await container("codes");
  const query = "SELECT VALUE c.opensAt FROM c WHERE c.kind = 'code' AND c.code = @code";
  const parameters = [{ name: "@code", value: code as JSONValue }];
  const { resources } = await items.query<string>({ query, parameters }, { partitionKey: storeId }).fetchAll();
  return resources.sort().at(-1);
}

/** The event of a window's current version. */
export function windowEvent<T extends Extract<EventType, `crema.code.${string}`>>(
  type: T,
  window: { storeId: string; opensAt: string; version: number },
  data: Fact<T>["data"],
  more: { correlationid?: string; causationid?: string | undefined; traceparent?: string | undefined } = {},
): EventDocument {
  const { storeId, opensAt, version } = window;
  const id = `${storeId}:${opensAt}:${version}:${type.split(".")[2]}`;
  const about = `codes/${opensAt}`;
  return eventDocument<T>({ type, id, service: "codes", storeId, about, version, correlationid: id, ...more, data });
}
