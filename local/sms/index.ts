import type { IncomingMessage, ServerResponse } from "node:http";
import { meet } from "../faults/meet.ts";
import { listen, readBody, sendJson, urlOf } from "../kernel/http-server.ts";
import type { Parts } from "../kernel/parts.ts";
import { Refusal } from "../kernel/refusal.ts";
import { recordRequest } from "../recorder/requests.ts";
import { authorize } from "./authorization.ts";
import { Inbox } from "./inbox.ts";
import { Messages, type SmsMessage } from "./messages.ts";
import { readSend, type SendRequest } from "./send.ts";

export type { SmsMessage } from "./messages.ts";

export interface Sms {
  readonly endpoint: string;
  readonly connectionString: string;
  readonly port: number;
  /** The page that shows the messages. */
  readonly inboxUrl: string;
  /** Newest first; all, or those to one number. */
  messages(to?: string): SmsMessage[];
  close(): Promise<void>;
}

export interface SmsOptions {
  host?: string;
  port?: number;
  /** Names that requests may ask for, beside those of this machine. */
  names?: readonly string[];
  /** The access key, base64; by default one that is made at the first start and kept. */
  key?: string;
  /** Numbers, short codes and names that the resource owns: others may not send. Default: any may. */
  senders?: readonly string[];
}

/** The longest call: a hundred recipients and their text, many times over. */
const bodyLimit = 1024 * 1024;

/** Starts Communication Services SMS, with an inbox instead of a network. @throws PortTakenError */
export async function startSms(parts: Parts, options: SmsOptions = {}): Promise<Sms> {
  const { host = "127.0.0.1" } = options;
  const log = parts.log.named("sms");
  const key = options.key ?? (await keptKey(parts));
  const messages = new Messages(parts);
  const inbox = new Inbox(messages);
  let toldOfReports = false;

  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const url = urlOf(request);
    if ((request.method === "GET" || request.method === "HEAD") && inbox.serve(request, response, url)) return;
    if (url.pathname !== "/sms")
      throw new Refusal(404, "NotFound", `There is nothing at ${url.pathname}; messages go to /sms.`);
    if (request.method !== "POST")
      throw new Refusal(405, "MethodNotAllowed", `Messages are sent by POST, not ${request.method}.`);
    const body = await readBody(request);
    authorize(request, body, key, parts.clock.now());
    const version = url.searchParams.get("api-version");
    if (version !== "2021-03-07")
      throw new Refusal(400, "BadRequest", `There is no api-version '${version}'; it is 2021-03-07.`);
    const other = [...url.searchParams.keys()].find((name) => name !== "api-version");
    if (other !== undefined)
      throw new Refusal(400, "BadRequest", `There is no query parameter '${other}'; there is api-version.`);
    const call = readSend(body, options.senders);
    if (call.enableDeliveryReport && !toldOfReports) {
      toldOfReports = true;
      log.warn("enableDeliveryReport is true, and no delivery report will come: they are not emulated here.");
    }
    const span = parts.recorder.running;
    span?.is("send", call.recipients.map(({ to }) => to).join(", "));
    span?.about(...call.recipients.map(({ to }) => `number:${to}`));
    span?.note({ message: call.message });
    await meet(parts, "sms", "send", call.recipients.map(({ to }) => to).join(", "), response, () =>
      take(call, body.length, response),
    );
  };

  const take = async (call: SendRequest, length: number, response: ServerResponse): Promise<void> => {
    parts.store.makeRoom(length * call.recipients.length);
    const { results, sent } = await messages.send(call);
    // Never the text: a code belongs into the inbox and nowhere else.
    for (const { to, errorMessage } of results) {
      if (!errorMessage) continue;
      const right = "right would be E.164 with as many digits as numbers of the country have, such as +4915112345678";
      log.warn(`A message to '${to}' was refused: ${errorMessage} Here ${right}.`);
    }
    sendJson(response, 202, { value: results });
    if (sent > 0) inbox.changed();
  };

  /** What reads the inbox is nothing that an application does. */
  const answered = (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const answer = () =>
      handle(request, response).catch((error: unknown) => {
        if (!(error instanceof Refusal)) throw error;
        log.warn(`A call was answered ${error.status}: ${error.message}`);
        parts.recorder.running?.note({ refused: error.message });
        request.resume();
        sendJson(response, error.status, error.body);
      });
    return request.method === "POST" ? recordRequest(parts.recorder, "sms", request, response, answer) : answer();
  };
  const server = await listen({
    part: "SMS",
    host,
    port: options.port ?? 0,
    names: options.names ?? [],
    bodyLimit,
    handle: (request, response) => parts.work.track("sms request", answered(request, response)),
    failed: (error) => log.error("A call failed.", { error: String(error) }),
  });
  const endpoint = `http://${host === "0.0.0.0" ? "127.0.0.1" : host}:${server.port}/`;

  return {
    endpoint,
    connectionString: `endpoint=${endpoint};accesskey=${key}`,
    port: server.port,
    inboxUrl: endpoint,
    messages: (to) => messages.list(to),
    close: () => server.close(),
  };
}

async function keptKey({ store, ids }: Parts): Promise<string> {
  const table = "sms/settings";
  const kept = store.table<string>(table).get("key");
  if (kept !== undefined) return kept;
  const key = ids.bytes(64).toString("base64");
  await store.commit([{ table, key: "key", value: key }]);
  return key;
}
