import type { AppName } from "../../contracts/common.ts";
import type {
  CallerReply,
  CancelRequest,
  ChallengeReply,
  ChallengeRequest,
  CodeReply,
  HoldReply,
  LiveReply,
  OrderReply,
  OrdersReply,
  PageReply,
  QueueReply,
  ScanReply,
  SessionReply,
  SessionRequest,
  SubmitRequest,
} from "../../contracts/http.ts";
import type { OrderCommand } from "../../contracts/order-states.ts";
import type { Problem, ProblemCode } from "../../contracts/problem.ts";
import { randomKey } from "./random.ts";
import { speech } from "./speech.ts";

/** The API said no, and why. */
export class ApiError extends Error {
  readonly problem: Problem;
  /** Whether the host answered and not the API: so it does where a function is switched off. */
  readonly byHost: boolean;

  constructor(problem: Problem, byHost = false) {
    super(problem.detail);
    this.name = "ApiError";
    this.problem = problem;
    this.byHost = byHost;
  }
}

/** No answer was had: no network, or none in time. */
export class NetworkError extends Error {
  override readonly name = "NetworkError";
}

/** The reason of a refusal, or undefined when the error is something else. */
export function codeOf(error: unknown): ProblemCode | undefined {
  return error instanceof ApiError ? error.problem.code : undefined;
}

export interface ApiOptions {
  /** Address of the API, without a slash at its end. */
  base: string;
  store: string;
  /** The app that signs in, and whether its device has a touch screen. */
  app?: AppName;
  touch?: boolean;
  /** The session's token, if there is one. */
  token: () => string | undefined;
  /** Called with each `now` of a reply, and with the moments (ms, local) at which the request left and the reply came. */
  onNow?: (now: string, sent: number, received: number) => void;
  /** Called when the API no longer knows the session. */
  onSignedOut?: () => void;
  /** Called when the API refuses what this person may not do: they may have lost a role. */
  onForbidden?: () => void;
  fetch?: typeof fetch;
  /** Waits that many milliseconds before another try. */
  wait?: (milliseconds: number) => Promise<void>;
  /** Milliseconds that one try may take. */
  timeout?: number;
}

export interface Call {
  body?: unknown;
  headers?: Record<string, string>;
  /**
   * Sent without the token, to which it makes no difference: with it, a browser would ask before each call whether it may send that header to
   * another origin (on Azure such an answer cannot be kept: the platform's CORS has no `max-age`).
   */
  anonymous?: boolean;
  /** Told what came with an answer. */
  onHeaders?: (headers: Headers) => void;
  /** Whether it may be sent again when no answer came, or one that says so. GETs always may; commands carry a key that makes it safe. */
  repeatable?: boolean;
}

const tries = 3;

/** The HTTP API (`contracts/http.ts`) for one store. Every method throws {@link ApiError} or {@link NetworkError}. */
export class Api {
  readonly #options: ApiOptions;
  readonly #stores: string;
  /** A code that was asked for, and whether an answer said that it was sent. */
  #asked: { to: string; challenge: string; answered: boolean } | undefined;

  constructor(options: ApiOptions) {
    this.#options = options;
    this.#stores = `/stores/${encodeURIComponent(options.store)}`;
  }

  /**
   * Has a code sent: one, however often it is asked for, until somebody signs in with it or it is over.
   * @param another where one was sent, and another is wanted
   */
  async challenge(phone: string, country?: string, another = false): Promise<ChallengeReply> {
    const to = `${country ?? ""} ${phone}`;
    const known = this.#asked;
    const asked =
      known?.to === to && !(another && known.answered) ? known : { to, challenge: randomKey(), answered: false };
    this.#asked = asked;
    const own = { challenge: asked.challenge, language: speech().language };
    const body: ChallengeRequest = { phone, ...own, ...(country !== undefined && { country }) };
    try {
      const reply = await this.#call<ChallengeReply>("POST", "/sign-in/challenges", { body, repeatable: true });
      asked.answered = true;
      return reply;
    } catch (error) {
      if (!isPassing(error)) this.#over(asked.challenge);
      throw error;
    }
  }
  /** Signs in with a code: one session, however often it is sent. */
  async session(challenge: string, code: string): Promise<SessionReply> {
    const { app, store, touch } = this.#options;
    const body: SessionRequest = { challenge, code, app, store, touch };
    try {
      const reply = await this.#call<SessionReply>("POST", "/sign-in/sessions", { body, repeatable: true });
      this.#over(challenge);
      return reply;
    } catch (error) {
      if (codeOf(error) === "challenge-over") this.#over(challenge);
      throw error;
    }
  }
  #over(challenge: string): void {
    if (this.#asked?.challenge === challenge) this.#asked = undefined;
  }
  /** Who the session belongs to, with their roles by store; `not-signed-in` when it is over. */
  me(): Promise<CallerReply> {
    return this.#call("GET", "/me");
  }
  /** Ends this session; `not-signed-in` when that has ended already. */
  signOut(): Promise<void> {
    return this.#call("DELETE", "/sign-in/sessions/current", { repeatable: true });
  }
  /** Ends all sessions of whoever is signed in, this one among them. */
  signOutEverywhere(): Promise<void> {
    return this.#call("DELETE", "/sign-in/sessions", { repeatable: true });
  }

  /** The store and its menu, as last published. */
  page(): Promise<PageReply> {
    return this.#call("GET", this.#stores, { anonymous: true });
  }
  /** How long the queue is and, where that can be said, until when what is ordered now is ready. */
  queue(): Promise<QueueReply> {
    return this.#call("GET", `${this.#stores}/queue`, { anonymous: true });
  }
  /** An address of Web PubSub for one new connection, with the groups of whoever asks. */
  live(): Promise<LiveReply> {
    return this.#call("GET", `${this.#stores}/live`);
  }
  /** The window of codes that holds now; for displays and staff, else `forbidden`. */
  code(): Promise<CodeReply> {
    return this.#call("GET", `${this.#stores}/code`);
  }
  /** Has a scan of the code kept while somebody signs in. `hold` is a secret that the scan then brings; the same one again is the same hold. */
  hold(code: string, hold: string): Promise<HoldReply> {
    return this.#call("POST", `${this.#stores}/holds`, { body: { code, hold }, repeatable: true, anonymous: true });
  }
  /** `after`: the order of an earlier scan of the same code, when it has ended and the customer wants another. */
  scan(code: string, after?: string, hold?: string): Promise<ScanReply> {
    return this.#command(`${this.#stores}/scans`, { code, ...(after && { after }), ...(hold && { hold }) });
  }
  /** The caller's own orders, newest first, and how many more they may have. */
  myOrders(): Promise<OrdersReply> {
    return this.#call("GET", `${this.#stores}/my-orders`);
  }
  /** Open orders, oldest first, then those ready; for staff, and for displays with less about each. */
  orders(): Promise<OrdersReply> {
    return this.#call("GET", `${this.#stores}/orders`);
  }
  /** One order; `not-found` until it is admitted, and for whoever may not see it. */
  order(orderId: string): Promise<OrderReply> {
    return this.#call("GET", this.#order(orderId));
  }
  /** Chooses the drink of one's own order: `drink-unavailable`, `choice-unavailable` or `bad-option` where it cannot be had, `order-state` once it is too late. */
  submit(orderId: string, request: SubmitRequest): Promise<OrderReply> {
    return this.#command(`${this.#order(orderId)}/submit`, request);
  }
  /** Cancels an order, as its customer or for the bar: `order-state` once it is too late, `order-version` where it is not as its giver saw it. */
  cancel(orderId: string, request: CancelRequest = {}): Promise<OrderReply> {
    return this.#command(`${this.#order(orderId)}/cancel`, request);
  }
  /** A command that needs no more than the version its giver saw. */
  command(orderId: string, command: Exclude<OrderCommand, "submit" | "cancel">, version?: number): Promise<OrderReply> {
    return this.#command(`${this.#order(orderId)}/${command}`, version === undefined ? {} : { version });
  }

  /** An address of the store that only few pages call; what most need has a method here. */
  inStore<T>(method: string, path: string, call?: Call): Promise<T> {
    return this.#call(method, this.#stores + path, call);
  }

  /** The same for one that belongs to no store. */
  anywhere<T>(method: string, path: string, call?: Call): Promise<T> {
    return this.#call(method, path, call);
  }

  #order(orderId: string): string {
    return `${this.#stores}/orders/${encodeURIComponent(orderId)}`;
  }

  #command<T>(path: string, body: unknown): Promise<T> {
    return this.#call("POST", path, { body, headers: { "idempotency-key": randomKey() }, repeatable: true });
  }

  /**
   * Whoever asked may have signed out before the answer, and somebody else come. What was asked in their name is not sent again in another's, and its answer is
   * none of theirs: it is as if the session were over. Nobody's is the business of whoever asked still, who may have signed out by it.
   */
  async #call<T>(method: string, path: string, call: Call = {}): Promise<T> {
    const token = call.anonymous ? undefined : this.#options.token();
    const wait = this.#options.wait ?? ((ms) => new Promise<void>((resolve) => setTimeout(resolve, ms)));
    const repeatable = method === "GET" || call.repeatable === true;
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#once<T>(method, path, call, token);
      } catch (error) {
        if (!repeatable || !isPassing(error) || attempt === tries) throw error;
      }
      await wait(250 * 3 ** (attempt - 1) * (0.75 + Math.random() / 2));
    }
  }

  async #once<T>(method: string, path: string, call: Call, token: string | undefined): Promise<T> {
    const { base, token: tokenNow, onNow, onSignedOut, onForbidden } = this.#options;
    const stillHere = () => {
      if (token !== undefined && token !== (tokenNow() ?? token))
        throw new ApiError(problemFrom(undefined, { status: 401, statusText: "" }));
    };
    stillHere();
    const headers: Record<string, string> = { accept: "application/json", ...call.headers };
    if (token !== undefined) headers.authorization = `Bearer ${token}`;
    if (call.body !== undefined) headers["content-type"] = "application/json";
    const sent = Date.now();
    const impatience = new AbortController();
    const timer = setTimeout(() => impatience.abort(), this.#options.timeout ?? 10_000);
    let response: Response;
    let text: string;
    try {
      response = await (this.#options.fetch ?? fetch)(base + path, {
        method,
        headers,
        cache: "no-store",
        credentials: "omit",
        signal: impatience.signal,
        ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
      });
      text = await response.text();
    } catch (error) {
      throw new NetworkError(`${method} ${path} got no answer`, { cause: error });
    } finally {
      clearTimeout(timer);
    }
    stillHere();
    const body = response.headers.get("content-type")?.startsWith("text/csv") ? text : parse(text);
    if (!response.ok) {
      if (response.status === 401 && token !== undefined) onSignedOut?.();
      const problem = problemFrom(body, response);
      if (problem.code === "forbidden") onForbidden?.();
      throw new ApiError(problem, problem !== body);
    }
    call.onHeaders?.(response.headers);
    const now = (body as { now?: unknown } | undefined)?.now;
    if (typeof now === "string") onNow?.(now, sent, Date.now());
    return body as T;
  }
}

function parse(text: string): unknown {
  try {
    return text === "" ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whether no answer came, or one that says that there may be another soon: of the API, or of what stands before it, and where that has no room for a request it was not begun. */
function isPassing(error: unknown): boolean {
  if (!(error instanceof ApiError)) return error instanceof NetworkError;
  const { status, code } = error.problem;
  return error.byHost ? status >= 502 || status === 429 : code === "try-again";
}

/** By the status of an answer that is not the API's. */
function codeFor(status: number): ProblemCode {
  if (status >= 500) return "internal";
  if (status === 429) return "try-again";
  if (status === 401) return "not-signed-in";
  return status === 404 ? "not-found" : "bad-request";
}

/** The problem in a reply's body; when something on the way answered instead of the API, one made from the status. */
function problemFrom(body: unknown, response: Pick<Response, "status" | "statusText">): Problem {
  if (typeof body === "object" && body !== null && "code" in body && "status" in body) return body as Problem;
  const code = codeFor(response.status);
  const title = response.statusText || `HTTP ${response.status}`;
  return { type: `urn:crema:problem:${code}`, title, status: response.status, detail: title, code };
}
