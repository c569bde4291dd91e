import type { IncomingMessage, ServerResponse } from "node:http";
import type { GridEvent } from "../eventgrid/index.ts";
import { meet } from "../faults/meet.ts";
import { listen, readBody, type Secure, sendJson, urlOf } from "../kernel/http-server.ts";
import type { Parts } from "../kernel/parts.ts";
import { Refusal } from "../kernel/refusal.ts";
import { recordRequest } from "../recorder/requests.ts";
import { authorize } from "./authorization.ts";
import { deliveryReport, messageReceived } from "./events.ts";
import { Inbox } from "./inbox.ts";
import { hear } from "./keywords.ts";
import { Messages, type ReceivedSms, type SmsMessage } from "./messages.ts";
import { isPhoneNumber, isReachable } from "./numbers.ts";
import { type OptOut, OptOuts } from "./opt-outs.ts";
import { type OptOutRequest, readOptOut, readSend, type SendRequest, type Version, versions } from "./send.ts";

export { resourceId } from "./events.ts";
export type { ReceivedSms, SmsMessage } from "./messages.ts";
export type { OptOut } from "./opt-outs.ts";

export interface Sms {
  readonly endpoint: string;
  readonly connectionString: string;
  readonly port: number;
  /** The address of the page that shows the messages. */
  readonly inboxUrl: string;
  /** Delivered messages, newest first; all, or those to one number. */
  messages(to?: string): SmsMessage[];
  /** Sent messages, delivered or not, newest first. */
  sent(): SmsMessage[];
  /** Messages from phones, newest first. */
  received(): ReceivedSms[];
  /** All opt-outs. */
  optOuts(): OptOut[];
  /** Opts a phone out of a sender's messages, or in again. */
  setOptOut(sender: string, phone: string, optedOut: boolean): Promise<void>;
  /**
   * Sends a message from a phone to a sender. Resolves when it is on disk and was published to subscriptions.
   * @throws Refusal 400 if the number is invalid, or if this sender cannot receive
   */
  reply(phone: string, sender: string, message: string): Promise<ReceivedSms>;
  close(): Promise<void>;
}

export interface SmsOptions {
  host?: string;
  port?: number;
  /** Host names that requests may use, in addition to those of this machine. */
  names?: readonly string[];
  /** If given, the port also serves https. */
  secure?: Secure;
  /** The access key, base64; by default it is generated at the first start and stored. */
  key?: string;
  /** The numbers, short codes and names that the resource owns: others may not send. By default all may. */
  senders?: readonly string[];
  /** Publishes the resource's events, if there are subscriptions. */
  publish?: (events: readonly GridEvent[]) => Promise<void>;
}

/** The maximum size of a call, in bytes: many times a hundred recipients and their text. */
const bodyLimit = 1024 * 1024;

/** Starts Communication Services SMS, with an inbox instead of a network. @throws PortTakenError */
export async function startSms(parts: Parts, options: SmsOptions = {}): Promise<Sms> {
  const { host = "127.0.0.1" } = options;
  const log = parts.log.named("sms");
  const key = options.key ?? (await keptKey(parts));
  const optOuts = new OptOuts(parts);
  const messages = new Messages(parts, optOuts);
  const { publish, senders } = options;
  let toldOfReports = false;

  const reply = async (phone: string, sender: string, message: string): Promise<ReceivedSms> => {
    checkReply(phone, sender, message, senders);
    const { optedOut, answer } = hear(sender, message);
    if (optedOut !== undefined) await optOuts.set(sender, [phone], optedOut);
    const received = await messages.receive(phone, sender, message);
    if (answer !== undefined) await messages.answer(sender, phone, answer);
    inbox.changed();
    await publish?.([messageReceived(received)]);
    return received;
  };
  const inbox = new Inbox(messages, (phone, sender, message) =>
    recordedReply(parts, phone, sender, () => reply(phone, sender, message)),
  );

  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const url = urlOf(request);
    if (await inbox.serve(request, response, url)) return;
    const [, action] = /^\/sms(?:\/optouts:(add|remove|check))?$/.exec(url.pathname) ?? ["", "none"];
    if (action === "none")
      throw new Refusal(404, "NotFound", `There is nothing at ${url.pathname}; send messages to /sms.`);
    if (request.method !== "POST")
      throw new Refusal(405, "MethodNotAllowed", `Send messages with POST, not ${request.method}.`);
    const body = await readBody(request);
    authorize(request, body, key, parts.clock.now());
    const media = request.headers["content-type"]?.split(";", 1)[0]?.trim().toLowerCase() ?? "";
    if (media !== "application/json")
      throw new Refusal(415, "UnsupportedMediaType", `The content type is '${media}'; it must be application/json.`);
    const version = versionOf(url, action === undefined ? versions : versions.slice(1));
    if (action !== undefined) return ofOptOuts(action, readOptOut(body, version, senders), body.length, response);
    const call = readSend(body, version, senders);
    if (call.enableDeliveryReport && publish === undefined && !toldOfReports) {
      toldOfReports = true;
      log.warn(
        "enableDeliveryReport is true, but nothing receives the report: no subscription is declared under sms of local-azure.json.",
      );
    }
    const numbers = call.recipients.map(({ to }) => to);
    const span = parts.recorder.running;
    span?.is("send", numbers.join(", "));
    span?.about(...numbers.map((number) => `number:${number}`));
    span?.note({ message: call.message });
    await meet(parts, "sms", "send", numbers.join(", "), response, () => take(call, body.length, response));
  };

  const take = async (call: SendRequest, length: number, response: ServerResponse): Promise<void> => {
    parts.store.makeRoom(length * call.recipients.length);
    const { results, sent } = await messages.send(call);
    // The text is never logged: a code belongs in the inbox and nowhere else.
    for (const { to, errorMessage, repeatabilityResult } of results) {
      if (!errorMessage) continue;
      const right = "Write it in E.164, with as many digits as the country's numbers have, such as +4915112345678";
      const more = repeatabilityResult === "rejected" ? "" : ` ${right}.`;
      log.warn(`A message to '${to}' was refused: ${errorMessage}${more}`);
    }
    for (const { to, from, delivery } of sent) {
      if (delivery?.status === "Failed")
        log.warn(`A message to ${to} is not delivered: the number has opted out of ${from}.`);
    }
    sendJson(response, 202, { value: results });
    if (sent.length > 0) inbox.changed();
    if (call.enableDeliveryReport && sent.length > 0) await publish?.(sent.map(deliveryReport));
  };

  /** Answers as the API's preview versions do: a status for each number. */
  const ofOptOuts = async (
    action: string,
    { from, numbers }: OptOutRequest,
    length: number,
    response: ServerResponse,
  ) => {
    parts.recorder.running?.is(`opt-outs: ${action}`, numbers.join(", "));
    parts.recorder.running?.about(...numbers.map((number) => `number:${number}`));
    const good = numbers.filter(isPhoneNumber);
    if (action !== "check") {
      parts.store.makeRoom(length);
      await optOuts.set(from, good, action === "add");
    }
    const value = numbers.map((to) => {
      if (!good.includes(to)) return { to, httpStatusCode: 400, errorMessage: "Invalid To phone number format." };
      return { to, httpStatusCode: 200, ...(action === "check" ? { isOptedOut: optOuts.has(from, to) } : {}) };
    });
    sendJson(response, 200, { value });
  };

  /** Requests that read the inbox are not the application's and are not recorded. */
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
    secure: options.secure,
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
    sent: () => messages.sent(),
    received: () => messages.received(),
    optOuts: () => optOuts.list(),
    setOptOut: (sender, phone, optedOut) => optOuts.set(sender, [phone], optedOut),
    reply: (phone, sender, message) =>
      parts.work.track(
        "sms reply",
        recordedReply(parts, phone, sender, () => reply(phone, sender, message)),
      ),
    close: () => server.close(),
  };
}

/** @throws Refusal 400 */
function versionOf(url: URL, of: readonly Version[]): Version {
  const [given = "", ...more] = url.searchParams.getAll("api-version");
  if (given === "") throw new Refusal(400, "BadRequest", `The query has no api-version; supported: ${of.join(", ")}.`);
  if (more.length > 0) throw new Refusal(400, "BadRequest", "The query has more than one api-version.");
  const version = of.find((each) => each === given);
  if (version === undefined)
    throw new Refusal(400, "BadRequest", `The api-version '${given}' is not supported; supported: ${of.join(", ")}.`);
  const other = [...url.searchParams.keys()].find((name) => name !== "api-version");
  if (other === undefined) return version;
  throw new Refusal(400, "BadRequest", `The query parameter '${other}' is not supported; only api-version is.`);
}

/** @throws Refusal 400 */
function checkReply(phone: string, sender: string, message: string, senders: readonly string[] | undefined): void {
  const refuse = (why: string) => new Refusal(400, "BadRequest", why);
  if (!isPhoneNumber(phone)) throw refuse(`'${phone}' is not a phone number; write it like +4915112345678.`);
  if (!isReachable(sender)) throw refuse(`Nobody can reply to '${sender}': it is neither a number nor a short code.`);
  if (senders !== undefined && !senders.includes(sender))
    throw refuse(`'${sender}' is not a number of this resource; those are ${senders.join(", ") || "none"}.`);
  if (message.trim() === "") throw refuse("The message is empty.");
}

/** A received message is recorded as a cause, like a request. */
async function recordedReply<T>({ recorder }: Parts, phone: string, sender: string, run: () => Promise<T>): Promise<T> {
  const span = recorder.begin("sms", "receive", `${phone} to ${sender}`, { keys: [`number:${phone}`] });
  try {
    const result = await recorder.within(span, run);
    span.end("ok");
    return result;
  } catch (error) {
    span.end(error instanceof Refusal ? "refused" : "failed");
    throw error;
  }
}

async function keptKey({ store, ids }: Parts): Promise<string> {
  const table = "sms/settings";
  const kept = store.table<string>(table).get("key");
  if (kept !== undefined) return kept;
  const key = ids.bytes(64).toString("base64");
  await store.commit([{ table, key: "key", value: key }]);
  return key;
}
