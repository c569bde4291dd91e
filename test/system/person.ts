import { WebPubSubClient } from "@azure/web-pubsub-client";
import type { AppName } from "../../contracts/common.ts";
import type { LiveReply } from "../../contracts/http.ts";
import type { Problem } from "../../contracts/problem.ts";
import { messagesIn, type Pushed, type PushMessage } from "../../contracts/push.ts";
import { isDescribed } from "./described.ts";

/** A reply that was a refusal. */
export class Refused extends Error {
  readonly problem: Problem;
  readonly status: number;
  constructor(status: number, problem: Problem) {
    super(`${status} ${problem.code}: ${problem.detail}`);
    this.status = status;
    this.problem = problem;
  }
}

/** What somebody signs in with. */
export interface SignedInWith {
  app?: AppName;
  /** The store that the app shows, where it tells. */
  store?: string;
  userAgent?: string;
}

/** Someone with a phone: signs in and talks to the API of one store. */
export class Person {
  readonly phone: string;
  /** What is sent with each request. */
  readonly token: string;
  readonly #api: string;
  readonly #store: string;

  private constructor(api: string, storeId: string, phone: string, token: string) {
    this.#api = api;
    this.#store = `${api}/stores/${storeId}`;
    this.phone = phone;
    this.token = token;
  }

  /** Whoever has this token, however they came by it. */
  static bearing(api: string, storeId: string, token: string): Person {
    return new Person(api, storeId, "", token);
  }

  /** Signs in with the code from the message that `message` waits for. */
  static async signIn(
    api: string,
    storeId: string,
    phone: string,
    message: () => Promise<string>,
    { app, store, userAgent }: SignedInWith = {},
  ): Promise<Person> {
    const { challenge } = await call<{ challenge: string }>("POST", `${api}/sign-in/challenges`, {}, { phone });
    const code = /\b(\d{6})\b/.exec(await message())?.[1];
    if (code === undefined) throw new Error(`No message with a code came to ${phone}.`);
    const headers: Record<string, string> = userAgent === undefined ? {} : { "user-agent": userAgent };
    const body = { challenge, code, app, store };
    const { token } = await call<{ token: string }>("POST", `${api}/sign-in/sessions`, headers, body);
    return new Person(api, storeId, phone, token);
  }

  /** The same session at another address of the system. */
  at(api: string): Person {
    return new Person(api, this.#store.split("/").at(-1) ?? "", this.phone, this.token);
  }

  /** The same session at another store. */
  inStore(storeId: string): Person {
    return new Person(this.#api, storeId, this.phone, this.token);
  }

  get<T>(path: string): Promise<T> {
    return call("GET", this.#store + path, this.#headers());
  }

  /** What can be had as CSV. */
  async csv(path: string): Promise<string> {
    const response = await fetch(this.#store + path, { headers: this.#headers({ accept: "text/csv" }) });
    if (!response.headers.get("content-type")?.startsWith("text/csv")) throw new Error(`${path}: ${response.status}`);
    return response.text();
  }

  post<T>(path: string, body: unknown = {}, headers: Record<string, string> = {}): Promise<T> {
    return call("POST", this.#store + path, this.#headers(headers), body);
  }

  put<T>(path: string, body: unknown, headers: Record<string, string> = {}): Promise<T> {
    return call("PUT", this.#store + path, this.#headers(headers), body);
  }

  delete<T>(path: string, headers: Record<string, string> = {}): Promise<T> {
    return call("DELETE", this.#store + path, this.#headers(headers));
  }

  /** A request outside the store's part of the API: who they are, or what is theirs. */
  me<T>(path = "", method = "GET", body?: unknown): Promise<T> {
    return call(method, `${this.#api}/me${path}`, this.#headers(), body);
  }

  /** Ends this session, or all that the person has. */
  signOut(where: "here" | "everywhere" = "here"): Promise<void> {
    const path = where === "here" ? "sessions/current" : "sessions";
    return call("DELETE", `${this.#api}/sign-in/${path}`, this.#headers());
  }

  /** Gives an order a command and returns the order after it. */
  async command<T>(
    orderId: string,
    command: string,
    body: unknown = {},
    headers: Record<string, string> = {},
  ): Promise<T> {
    return (await this.post<{ order: T }>(`/orders/${orderId}/${command}`, body, headers)).order;
  }

  /** Listens as the screens do. */
  async listen(): Promise<Listener> {
    return Listener.open(async () => (await this.get<LiveReply>("/live")).url);
  }

  #headers(more: Record<string, string> = {}): Record<string, string> {
    return { authorization: `Bearer ${this.token}`, ...more };
  }
}

/** What a screen hears, in order. */
export class Listener {
  readonly heard: PushMessage[] = [];
  readonly #client: WebPubSubClient;
  #waiting: (() => void)[] = [];
  #connections = 0;

  private constructor(client: WebPubSubClient) {
    this.#client = client;
    client.on("connected", () => {
      this.#connections++;
      this.#wake();
    });
    const hear = ({ message }: { message: { data: unknown } }) => {
      this.heard.push(...messagesIn(message.data as Pushed));
      this.#wake();
    };
    client.on("group-message", hear);
    // What is for several groups goes to all whom a filter lets through.
    client.on("server-message", hear);
  }

  static async open(url: () => Promise<string>): Promise<Listener> {
    const client = new WebPubSubClient({ getClientAccessUrl: url });
    const listener = new Listener(client);
    await client.start();
    return listener;
  }

  /** The first message, heard already or yet to come, that fits. */
  async hears<T extends PushMessage["kind"]>(
    kind: T,
    fits: (message: Extract<PushMessage, { kind: T }>) => boolean = () => true,
  ): Promise<Extract<PushMessage, { kind: T }>> {
    return this.#until(
      () =>
        this.heard.find((message) => message.kind === kind && fits(message as Extract<PushMessage, { kind: T }>)) as
          | Extract<PushMessage, { kind: T }>
          | undefined,
      () => `No such ${kind} message came. Heard: ${JSON.stringify(this.heard.map(summary))}`,
    );
  }

  /**
   * Until it is connected for the second time: its connection was closed, and it has come back by itself. What is told before that, it does not hear.
   */
  async comesBack(): Promise<void> {
    await this.#until(
      () => this.#connections > 1 || undefined,
      () => "It did not come back.",
    );
  }

  /** What `find` finds, now or after anything has come; fails after a minute of real time, which is for busy machines. */
  async #until<T>(find: () => T | undefined, problem: () => string): Promise<T> {
    const deadline = AbortSignal.timeout(60_000);
    for (;;) {
      const found = find();
      if (found !== undefined) return found;
      await new Promise<void>((resolve, reject) => {
        this.#waiting.push(resolve);
        deadline.addEventListener("abort", () => reject(new Error(problem())));
      });
    }
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }

  /** The states of an order in the order in which they were heard. */
  states(orderId: string): string[] {
    return this.heard.flatMap((message) =>
      message.kind === "order" && message.order.id === orderId ? [message.order.state] : [],
    );
  }

  close(): void {
    this.#client.stop();
  }
}

const summary = (message: PushMessage) =>
  message.kind === "order"
    ? `order ${message.order.id.slice(0, 8)} v${message.order.version} ${message.order.state}`
    : message.kind;

async function call<T>(method: string, url: string, headers: Record<string, string>, body?: unknown): Promise<T> {
  const response = await fetch(url, {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { "content-type": "application/json" }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) {
    if (!response.headers.get("content-type")?.includes("problem+json"))
      throw new Error(`${method} ${url}: ${response.status} ${text}`);
    const problem = JSON.parse(text) as Problem;
    isDescribed(method, url, response.status, problem.code);
    throw new Refused(response.status, problem);
  }
  isDescribed(method, url, response.status);
  return (text === "" ? undefined : JSON.parse(text)) as T;
}
