import type { IncomingMessage, ServerResponse } from "node:http";
import { killed, passing } from "../faults/meet.ts";
import { readBody } from "../kernel/http-server.ts";
import type { Parts } from "../kernel/parts.ts";
import type { OpenSpan } from "../recorder/recorder.ts";
import { recordRequest } from "../recorder/requests.ts";
import { StoreFullError } from "../store/store.ts";
import type { Account } from "./account.ts";
import { smallCharge } from "./charge.ts";
import { badRequest, CosmosError, tooLarge } from "./errors.ts";
import { type Fault, type Faults, refusalOf } from "./faults.ts";
import { type AccessOptions, accessOf, checkAccess } from "./http/access.ts";
import { makeCall, type Reply } from "./http/call.ts";
import { HeaderCheck } from "./http/request-headers.ts";
import { type Operation, operationOf, route } from "./http/route.ts";
import { newMeters } from "./meters.ts";

/** Larger than the largest item or batch, so that those get their proper refusal. */
export const largestRequest = 8 * 1024 * 1024;

/** Serves the REST API: reads a request, checks its signature, responds. */
export class CosmosServer {
  readonly meters = newMeters();
  readonly #parts: Parts;
  readonly #account: Account;
  readonly #access: AccessOptions;
  readonly #faults: Faults;
  readonly #headers: HeaderCheck;

  constructor(parts: Parts, account: Account, access: AccessOptions, faults: Faults) {
    this.#parts = parts;
    this.#account = account;
    this.#access = access;
    this.#faults = faults;
    this.#headers = new HeaderCheck(parts.log, account.consistency);
  }

  /** Handles a request and records it. Refusals and errors become responses; a connection fault has no response. */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const end = this.#parts.work.begin("cosmos: request");
    try {
      await recordRequest(this.#parts.recorder, "cosmos", request, response, async (span) => {
        const reply = await this.#answer(request, span);
        if (reply === undefined) response.destroy();
        else this.#send(response, reply, span);
      });
    } finally {
      end();
    }
  }

  /** The response, or `undefined` if the connection is to be closed. */
  async #answer(request: IncomingMessage, span: OpenSpan): Promise<Reply | undefined> {
    let fault: Fault | undefined;
    try {
      const call = makeCall(request, await bodyOf(request));
      if (call.segments[0] === "addresses") throw onlyGateway();
      const access = accessOf(call, this.#access);
      this.#headers.check(call);
      const operation = operationOf(call);
      const [, database, , container, , id] = call.segments;
      span.is(operation, container === undefined ? (database ?? "account") : `${database}/${container}`);
      span.note({
        request: call.body.length > 0 ? call.body : undefined,
        by: access.by === "key" ? undefined : access.by,
        id,
        key: id === undefined ? undefined : call.header("x-ms-documentdb-partitionkey"),
      });
      checkAccess(access, call, operation, this.#account);
      fault = this.#faults.take({ operation, database, container, id });
      fault ??= await this.#switchedOn(operation, `${database}/${container}`, span);
      if (fault !== undefined) span.note({ fault: fault.kind });
      if (fault?.kind === "reset") return undefined;
      if (fault !== undefined && !fault.kind.endsWith("-after")) throw refusalOf(fault);
      if (call.method !== "GET" && operation !== "query" && operation !== "plan")
        this.#parts.store.makeRoom(call.body.length);
      const reply = await route(call, operation, this.#account, this.#parts);
      if (fault?.kind === "unavailable-after") throw refusalOf(fault);
      return fault === undefined ? reply : undefined;
    } catch (error) {
      if (fault?.kind === "reset-after") return undefined;
      return this.#refusal(error, request);
    } finally {
      if (fault?.kills) this.#parts.faults?.kill?.(killed, request.socket.remotePort);
    }
  }

  /** Applies a fault that is active for all services; resolves when its delay is over. */
  async #switchedOn(operation: Operation, name: string, span: OpenSpan): Promise<Fault | undefined> {
    const rule = this.#parts.faults?.take("cosmos", operation, name);
    if (rule === undefined) return undefined;
    const { harm, status, retryAfter } = rule;
    if (harm === "lose-answer" || harm === "kill-after") return { kind: "reset-after", kills: harm === "kill-after" };
    if (harm === "kill") return { kind: "reset", kills: true };
    if (harm === "refuse")
      return { kind: status === 429 ? "throttle" : "unavailable", ...(retryAfter !== undefined && { retryAfter }) };
    span.note({ fault: "delay" });
    await passing(this.#parts, rule);
    return undefined;
  }

  #refusal(error: unknown, request: IncomingMessage): Reply {
    if (error instanceof CosmosError) {
      const { status, code, message, substatus, extra, headers } = error;
      const more = substatus === undefined ? headers : { ...headers, "x-ms-substatus": String(substatus) };
      return { status, body: { code, message, ...extra }, headers: more };
    }
    if (error instanceof StoreFullError) {
      const { status, code, message } = error;
      return { status, body: { code, message } };
    }
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.#parts.log.error(`${request.method} ${request.url} failed.`, { error: message });
    return { status: 500, body: { code: "InternalServerError", message } };
  }

  #send(response: ServerResponse, { status, body, headers }: Reply, span: OpenSpan): void {
    const text = body === undefined ? "" : JSON.stringify(body);
    const all: Record<string, string | number> = {
      "x-ms-activity-id": this.#parts.ids.uuid(),
      "x-ms-request-charge": String(smallCharge),
      "x-ms-version": "2020-07-15",
      ...headers,
    };
    this.meters.requests++;
    this.meters.requestUnits += Number(all["x-ms-request-charge"]);
    // A successful batch returns its input, which is already recorded.
    const repeats = status === 200 && Array.isArray(body);
    span.note({ charge: Number(all["x-ms-request-charge"]), answer: text === "" || repeats ? undefined : text });
    if (text !== "") all["content-type"] = "application/json";
    if (status !== 204 && status !== 304) all["content-length"] = Buffer.byteLength(text);
    response.writeHead(status, all);
    response.end(text === "" ? undefined : text);
  }
}

/** In direct mode a client first asks for the addresses of replicas, with any signature. */
const onlyGateway = (): CosmosError =>
  badRequest(
    "The direct mode (TCP) is not emulated here: there are no replicas to connect to. Use the gateway mode (ConnectionMode.Gateway; in host.json extensions.cosmosDB.connectionMode).",
  );

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  try {
    return await readBody(request, largestRequest);
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge(`Request size is too large: ${error.message}`);
    throw error;
  }
}
