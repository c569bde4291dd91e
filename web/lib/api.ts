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

/** The API refused a request, with the reason. */
export class ApiError extends Error {
  readonly problem: Problem;
  /** Whether the response came from the host and not from the API, for example because a function is disabled. */
  readonly byHost: boolean;

  constructor(problem: Problem, byHost = false) {
    super(problem.detail);
    this.name = "ApiError";
    this.problem = problem;
    this.byHost = byHost;
  }
}

/** No response: no network, or a timeout. */
export class NetworkError extends Error {
  override readonly name = "NetworkError";
}

/** The problem code of a refusal, or undefined for any other error. */
export function codeOf(error: unknown): ProblemCode | undefined {
  return error instanceof ApiError ? error.problem.code : undefined;
}

export interface ApiOptions {
  /** Base URL of the API, without a trailing slash. */
  base: string;
  store: string;
  /** The app that signs in, and whether its device has a touch screen. */
  app?: AppName;
  touch?: boolean;
  /** The session's token, if there is one. */
  token: () => string | undefined;
  /** Called with each `now` of a response, and with the times (ms, local) of the request and of the response. */
  onNow?: (now: string, sent: number, received: number) => void;
  /** Called when the session is no longer valid. */
  onSignedOut?: () => void;
  /** Called when the API forbids something: the user may have lost a role. */
  onForbidden?: () => void;
  fetch?: typeof fetch;
  /** Waits this many milliseconds before a retry. */
  wait?: (milliseconds: number) => Promise<void>;
  /** Timeout of one attempt, in milliseconds. */
  timeout?: number;
}

export interface Call {
  body?: unknown;
  headers?: Record<string, string>;
  /**
   * Sent without the token, for endpoints that ignore it. With it, a browser would send a preflight request before each call to another origin (on
   * Azure that response cannot be cached: the platform's CORS has no `max-age`).
   */
  anonymous?: boolean;
  /** Called with the response headers. */
  onHeaders?: (headers: Headers) => void;
  /**
   * Whether the request may be retried after no response or a response that allows it. GETs always may. Commands carry an idempotency key that makes
   * it safe.
   */
  repeatable?: boolean;
}

const tries = 3;

/** The HTTP API (`contracts/http.ts`) for one store. Every method throws {@link ApiError} or {@link NetworkError}. */
export class Api {
  readonly #options: ApiOptions;
  readonly #stores: string;
  /** The code that was requested last, and whether a response has confirmed it. */
  #asked: { to: string; challenge: string; answered: boolean } | undefined;

  constructor(options: ApiOptions) {
    this.#options = options;
    this.#stores = `/stores/${encodeURIComponent(options.store)}`;
  }

  /**
   * Requests a code. Repeated calls request the same one until somebody signs in with it or it has expired.
   * @param another whether to request another code after one was sent
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
      // An error of the API itself may have come after the message was sent: repeated, the request sends no second one.
      if (!isPassing(error) && codeOf(error) !== "internal") this.#over(asked.challenge);
      throw error;
    }
  }
  /** Signs in with a code. Repeated calls return the same session. */
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
  /** The session's user, with their roles by store; `not-signed-in` when the session has ended. */
  me(): Promise<CallerReply> {
    return this.#call("GET", "/me");
  }
  /** Ends this session; `not-signed-in` if it has ended already. */
  signOut(): Promise<void> {
    return this.#call("DELETE", "/sign-in/sessions/current", { repeatable: true });
  }
  /** Ends all sessions of the signed-in user, including this one. */
  signOutEverywhere(): Promise<void> {
    return this.#call("DELETE", "/sign-in/sessions", { repeatable: true });
  }

  /** The store and its menu, as last published. */
  page(): Promise<PageReply> {
    return this.#call("GET", this.#stores, { anonymous: true });
  }
  /** The length of the queue and, if it can be estimated, the waiting time of an order placed now. */
  queue(): Promise<QueueReply> {
    return this.#call("GET", `${this.#stores}/queue`, { anonymous: true });
  }
  /** A Web PubSub URL for one new connection, with the groups of the caller. */
  live(): Promise<LiveReply> {
    return this.#call("GET", `${this.#stores}/live`);
  }
  /** The current code window; for displays and staff, else `forbidden`. */
  code(): Promise<CodeReply> {
    return this.#call("GET", `${this.#stores}/code`);
  }
  /**
   * Holds a scan of the code while the user signs in. `hold` is a secret that the scan has to present later; the same secret again is the same hold.
   */
  hold(code: string, hold: string): Promise<HoldReply> {
    return this.#call("POST", `${this.#stores}/holds`, { body: { code, hold }, repeatable: true, anonymous: true });
  }
  /** `after`: the order of an earlier scan of the same code, if it has ended and the customer wants another. */
  scan(code: string, after?: string, hold?: string): Promise<ScanReply> {
    return this.#command(`${this.#stores}/scans`, { code, ...(after && { after }), ...(hold && { hold }) });
  }
  /** The caller's own orders, newest first, and how many more they may place. */
  myOrders(): Promise<OrdersReply> {
    return this.#call("GET", `${this.#stores}/my-orders`);
  }
  /** Open orders, oldest first, then ready ones; for staff, and for displays with fewer details. */
  orders(): Promise<OrdersReply> {
    return this.#call("GET", `${this.#stores}/orders`);
  }
  /** One order; `not-found` until it is admitted, and for callers who may not see it. */
  order(orderId: string): Promise<OrderReply> {
    return this.#call("GET", this.#order(orderId));
  }
  /**
   * Chooses the drink of the caller's own order: `drink-unavailable`, `choice-unavailable` or `bad-option` if it cannot be ordered, `order-state` if
   * it is too late.
   */
  submit(orderId: string, request: SubmitRequest): Promise<OrderReply> {
    return this.#command(`${this.#order(orderId)}/submit`, request);
  }
  /**
   * Cancels an order, as its customer or for the bar: `order-state` if it is too late, `order-version` if the order is not in the version that the
   * caller saw.
   */
  cancel(orderId: string, request: CancelRequest = {}): Promise<OrderReply> {
    return this.#command(`${this.#order(orderId)}/cancel`, request);
  }
  /** A command with no data except the version that the caller saw. */
  command(orderId: string, command: Exclude<OrderCommand, "submit" | "cancel">, version?: number): Promise<OrderReply> {
    return this.#command(`${this.#order(orderId)}/${command}`, version === undefined ? {} : { version });
  }

  /** An endpoint of the store that only few pages use. Endpoints that most pages need have a method here. */
  inStore<T>(method: string, path: string, call?: Call): Promise<T> {
    return this.#call(method, this.#stores + path, call);
  }

  /** The same for an endpoint that belongs to no store. */
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
   * The user may have signed out before the response, and another one signed in. Then the request is not retried with the new user's token, and the
   * response is not handed out: the call fails as if the session were over. If nobody has signed in since, the original caller gets the response: the
   * request may have been what signed them out.
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

/**
 * Whether a retry may succeed: no response, or an error that says so, from the API or from the host or a gateway in front of it. The API says itself
 * what it fails at. A 500 that does not come from it is the host's: the process was stopped in the middle of the request, as on Azure when an instance
 * is taken away. Where there is no room for a request, it was not begun.
 * @see https://github.com/Azure/azure-functions-host/issues/12007
 */
function isPassing(error: unknown): boolean {
  if (!(error instanceof ApiError)) return error instanceof NetworkError;
  const { status, code } = error.problem;
  return error.byHost ? status >= 500 || status === 429 : code === "try-again";
}

/** The problem code for a status, for responses that are not the API's. */
function codeFor(status: number): ProblemCode {
  if (status >= 500) return "internal";
  if (status === 429) return "try-again";
  if (status === 401) return "not-signed-in";
  return status === 404 ? "not-found" : "bad-request";
}

/** The problem in a response's body. If something other than the API responded, one that is made from the status. */
function problemFrom(body: unknown, response: Pick<Response, "status" | "statusText">): Problem {
  if (typeof body === "object" && body !== null && "code" in body && "status" in body) return body as Problem;
  const code = codeFor(response.status);
  const title = response.statusText || `HTTP ${response.status}`;
  return { type: `urn:crema:problem:${code}`, title, status: response.status, detail: title, code };
}
