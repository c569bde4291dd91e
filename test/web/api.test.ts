import { expect, test, vi } from "vitest";
import { type ChallengeRequest, challengeRequest } from "../../contracts/http.ts";
import { deleteDocument, putDocument } from "../../web/admin/calls.ts";
import { Api, ApiError, type ApiOptions, codeOf, NetworkError } from "../../web/lib/api.ts";
import { describe as tell } from "../../web/lib/errors.ts";
import { randomKey } from "../../web/lib/random.ts";
import { errors } from "../../web/lib/strings/common.ts";

interface Sent {
  method: string;
  url: string;
  headers: Record<string, string>;
  body: unknown;
  credentials: RequestInit["credentials"];
  cache: RequestInit["cache"];
}

/** An API whose answers are given one by one: a reply, or an error of the network. */
function apiWith(answers: (Response | Error)[], options: Partial<ApiOptions> = {}) {
  const sent: Sent[] = [];
  const waits: number[] = [];
  const api = new Api({
    base: "http://api.test/api",
    store: "main",
    token: () => "secret",
    wait: async (milliseconds) => {
      waits.push(milliseconds);
    },
    fetch: async (input, init) => {
      const headers = Object.fromEntries(new Headers(init?.headers ?? {}));
      const body = init?.body === undefined ? undefined : JSON.parse(String(init.body));
      const { credentials, cache } = init ?? {};
      sent.push({ method: init?.method ?? "GET", url: String(input), headers, body, credentials, cache });
      const answer = answers.shift();
      if (answer === undefined) throw new Error("more requests than answers");
      if (answer instanceof Error) throw answer;
      return answer;
    },
    ...options,
  });
  return { api, sent, waits };
}

const full = () => new Response("Too many requests", { status: 429 });
const json = (status: number, body: unknown) => new Response(JSON.stringify(body), { status });
const problem = (status: number, code: string, more = {}) =>
  json(status, { type: `urn:crema:problem:${code}`, title: code, status, detail: `${code}!`, code, ...more });
const gone = () => new TypeError("fetch failed");
const orderId = "6f1f9a52-7a10-4c1e-8a55-0d1f2c3b4a59";

test("a request goes to the store's address with the session's token and no cookies", async () => {
  const { api, sent } = apiWith([json(200, { orders: [], queue: {}, now: "2030-01-01T00:00:00.000Z" })]);
  await api.myOrders();
  expect(sent[0]).toMatchObject({
    method: "GET",
    url: "http://api.test/api/stores/main/my-orders",
    headers: { authorization: "Bearer secret", accept: "application/json" },
    credentials: "omit",
    cache: "no-store",
  });
});

test("a refusal becomes an ApiError with the whole problem", async () => {
  const { api } = apiWith([problem(409, "code-exhausted", { retryAt: "2030-01-01T00:05:00.000Z" })]);
  const error = await api.scan("ABCDE").catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(ApiError);
  expect(codeOf(error)).toBe("code-exhausted");
  expect((error as ApiError).problem.retryAt).toBe("2030-01-01T00:05:00.000Z");
});

test("an answer that is no problem document, from something on the way, still is an ApiError", async () => {
  const { api } = apiWith([new Response("<h1>Not found</h1>", { status: 404 })]);
  const caught = await api.order(orderId).catch((error: unknown) => error);
  expect(codeOf(caught)).toBe("not-found");
  // It may be that a function is switched off; that a thing is gone only the API can say.
  expect(tell(caught, 0)).toBe(errors.switchedOff);
  const answered = apiWith([problem(404, "not-found")]).api.order(orderId);
  expect(tell(await answered.catch((error: unknown) => error), 0)).toBe(errors.byCode["not-found"]);
});

test("a command without an answer is sent again with the same Idempotency-Key", async () => {
  const { api, sent, waits } = apiWith([gone(), problem(503, "try-again"), json(201, { orderId, repeated: false })]);
  await expect(api.scan("ABCDE", orderId)).resolves.toEqual({ orderId, repeated: false });
  expect(sent).toHaveLength(3);
  expect(new Set(sent.map(({ headers }) => headers["idempotency-key"])).size).toBe(1);
  expect(sent[0]?.headers["idempotency-key"]).toMatch(/^[0-9a-f]{32}$/);
  expect(sent[2]?.body).toEqual({ code: "ABCDE", after: orderId });
  expect(waits[1]).toBeGreaterThan(waits[0] ?? Number.NaN);
});

test("two commands have different keys", () => {
  expect(randomKey()).not.toBe(randomKey());
});

test("after three tries without an answer it is a NetworkError", async () => {
  const { api, sent } = apiWith([gone(), gone(), gone(), json(200, {})]);
  await expect(api.page()).rejects.toBeInstanceOf(NetworkError);
  expect(sent).toHaveLength(3);
});

test("a request that hangs is given up after ten seconds, and tried again as any other without an answer", async () => {
  vi.useFakeTimers();
  try {
    let asked = 0;
    const hang: typeof fetch = (_, init) =>
      new Promise((_resolve, reject) => {
        asked++;
        init?.signal?.addEventListener("abort", () => reject(init.signal?.reason));
      });
    const { api } = apiWith([], { fetch: hang });
    let outcome: unknown;
    void api.page().catch((error: unknown) => {
      outcome = error;
    });
    await vi.advanceTimersByTimeAsync(9_999);
    expect(asked).toBe(1);
    await vi.advanceTimersByTimeAsync(20_001);
    expect(asked).toBe(3);
    expect(outcome).toBeInstanceOf(NetworkError);
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});

test("a code that no answer came of is asked for with the same challenge, so that it is one message", async () => {
  const { api, sent } = apiWith([gone(), json(202, { challenge: "c" })]);
  await expect(api.challenge("4255550100", "US")).resolves.toEqual({ challenge: "c" });
  const [first, second] = sent.map(({ body }) => body as ChallengeRequest);
  expect(second).toEqual(first);
  expect(challengeRequest.parse(first)).toMatchObject({ phone: "4255550100", country: "US" });
  expect(first?.challenge).toMatch(/^[0-9a-f]{32}$/);
  const other = apiWith([json(202, {})]);
  await other.api.challenge("4255550100", "US");
  expect(other.sent[0]?.body).not.toMatchObject({ challenge: first?.challenge });
});

test("so is one that the API failed at: its message may be sent", async () => {
  const { api, sent } = apiWith([problem(500, "internal"), json(202, {})]);
  await expect(api.challenge("4255550100", "US")).rejects.toBeInstanceOf(ApiError);
  await api.challenge("4255550100", "US");
  expect(sent[1]?.body).toEqual(sent[0]?.body);
});

test("it is the same challenge until somebody signs in with it, it is refused, or another is wanted after an answer", async () => {
  const tries = (last: Response) => [gone(), problem(503, "try-again"), last];
  const { api, sent } = apiWith([
    ...tries(full()),
    ...tries(json(202, {})),
    json(202, {}),
    ...tries(problem(503, "try-again")),
    json(202, {}),
    problem(429, "resend-too-soon"),
    json(202, { challenge: "x" }),
    json(202, {}),
  ]);
  const used = () => (sent.at(-1)?.body as ChallengeRequest | undefined)?.challenge;
  const press = async (another = false, phone = "4255550100") => {
    await api.challenge(phone, "US", another).catch(() => undefined);
    return used();
  };
  const first = await press();
  expect(await press()).toBe(first);
  // Back to the number, and the same again.
  expect(await press()).toBe(first);
  const second = await press(true);
  expect(second).not.toBe(first);
  // No answer came: it is still that one that is wanted.
  expect(await press(true)).toBe(second);
  const refused = await press(true);
  expect(refused).not.toBe(second);
  expect(await press()).not.toBe(refused);
  expect(await press(false, "4255550101")).not.toBe(refused);
  expect(sent).toHaveLength(14);

  const signing = apiWith([json(202, {}), json(201, {}), json(202, {}), problem(410, "challenge-over"), json(202, {})]);
  const asked = async () => {
    await signing.api.challenge("4255550100");
    return (signing.sent.at(-1)?.body as ChallengeRequest | undefined)?.challenge ?? "";
  };
  const one = await asked();
  await signing.api.session(one, "123456");
  const two = await asked();
  expect(two).not.toBe(one);
  await signing.api.session(two, "123456").catch(() => undefined);
  expect(await asked()).not.toBe(two);
});

test("what the API will not do for a while is not asked for again", async () => {
  const { api, sent } = apiWith([problem(503, "codes-used-up")]);
  expect(codeOf(await api.challenge("4255550100").catch((error: unknown) => error))).toBe("codes-used-up");
  expect(sent).toHaveLength(1);
});

test("a code that was typed is sent again when no answer came", async () => {
  const { api, sent } = apiWith([gone(), problem(503, "try-again"), json(201, { token: "t" })]);
  await expect(api.session("challenge", "123456")).resolves.toEqual({ token: "t" });
  expect(sent.map(({ body }) => body)).toEqual(Array.from({ length: 3 }, () => sent[0]?.body));
});

test("a host that has no room for a request is asked again, and if there is none it is said so", async () => {
  const { api, sent } = apiWith([full(), full(), json(201, { orderId })]);
  await expect(api.scan("ABCDE")).resolves.toEqual({ orderId });
  expect(sent).toHaveLength(3);
  const never = await apiWith([full(), full(), full()])
    .api.page()
    .catch((error: unknown) => error);
  expect(tell(never, 0)).toBe(errors.byCode["try-again"]);
  // The API's own says when, and is not asked before.
  const own = apiWith([problem(429, "too-many-requests", { retryAt: "2030-01-01T00:01:30.000Z" })]);
  await expect(own.api.page()).rejects.toBeInstanceOf(ApiError);
  expect(own.sent).toHaveLength(1);
});

test("a process that was stopped in the middle of a request is the host's failure, which is tried again; the API's own is not", async () => {
  const stopped = () => new Response(null, { status: 500 });
  const { api, sent } = apiWith([stopped(), stopped(), json(201, { orderId })]);
  await expect(api.scan("ABCDE")).resolves.toEqual({ orderId });
  expect(sent).toHaveLength(3);
  const own = apiWith([problem(500, "internal")]);
  expect(codeOf(await own.api.scan("ABCDE").catch((error: unknown) => error))).toBe("internal");
  expect(own.sent).toHaveLength(1);
});

test("a refusal is not tried again", async () => {
  const { api, sent } = apiWith([problem(409, "order-state"), json(200, {})]);
  await expect(api.command(orderId, "claim", 3)).rejects.toBeInstanceOf(ApiError);
  expect(sent).toHaveLength(1);
  expect(sent[0]?.body).toEqual({ version: 3 });
});

test("a 401 ends the session, unless another one has begun meanwhile or nobody was signed in", async () => {
  const ended: string[] = [];
  const { api } = apiWith([problem(401, "not-signed-in")], { onSignedOut: () => ended.push("now") });
  await expect(api.me()).rejects.toBeInstanceOf(ApiError);
  expect(ended).toEqual(["now"]);

  const tokens = ["old", "new"];
  const later = apiWith([problem(401, "not-signed-in")], {
    token: () => tokens.shift(),
    onSignedOut: () => ended.push("later"),
  });
  await expect(later.api.me()).rejects.toBeInstanceOf(ApiError);
  const nobody = apiWith([problem(401, "wrong-code")], {
    token: () => undefined,
    onSignedOut: () => ended.push("nobody"),
  });
  await expect(nobody.api.session("challenge", "000000")).rejects.toBeInstanceOf(ApiError);
  expect(ended).toEqual(["now"]);
});

test("the server's time is passed on with the moments around it", async () => {
  const seen: [string, number, number][] = [];
  const now = "2030-01-01T00:00:00.000Z";
  const { api } = apiWith([json(200, { queue: {}, now })], { onNow: (...all) => seen.push(all) });
  await api.queue();
  expect(seen[0]?.[0]).toBe(now);
  expect(seen[0]?.[2]).toBeGreaterThanOrEqual(seen[0]?.[1] ?? Number.NaN);
});

test("documents are written under the condition that they are as they were seen", async () => {
  const { api, sent } = apiWith([json(200, {}), json(200, {}), new Response(null, { status: 204 })]);
  await putDocument(api, { id: "drink:latte" }, '"7"');
  await putDocument(api, { id: "drink:new" });
  await deleteDocument(api, "drink:latte", '"8"');
  expect(sent.map(({ headers }) => [headers["if-match"], headers["if-none-match"]])).toEqual([
    ['"7"', undefined],
    [undefined, "*"],
    ['"8"', undefined],
  ]);
  expect(sent[0]?.url).toBe("http://api.test/api/stores/main/config/drink%3Alatte");
});

test("every failure has a sentence for people", async () => {
  const now = Date.parse("2030-01-01T00:00:00.000Z");
  const say = async (answer: Response | Error) =>
    tell(
      await apiWith([answer, answer, answer])
        .api.session("challenge", "000000")
        .catch((caught: unknown) => caught),
      now,
    );
  expect(await say(problem(401, "wrong-code", { attemptsLeft: 1 }))).toBe("That code is not right. 1 try left.");
  expect(await say(problem(429, "too-many-requests", { retryAt: "2030-01-01T00:01:30.000Z" }))).toContain("1:30");
  expect(await say(problem(409, "order-state"))).toContain("moved on");
  expect(await say(gone())).toContain("No connection");
  expect(tell(new Error("a bug"), now)).toContain("went wrong");
});

test("what was asked in somebody's name is not sent again in another's, nor is its answer the other's: it is as if the session were over", async () => {
  let token: string | undefined = "ann";
  const over: string[] = [];
  const options = {
    token: () => token,
    onSignedOut: () => void over.push("signed out"),
    onForbidden: () => void over.push("forbidden"),
    wait: async () => {
      token = "bob";
    },
  };
  const { api, sent } = apiWith([gone(), json(200, { orderId, repeated: false })], options);
  await expect(api.scan("ABCDEF")).rejects.toMatchObject({ problem: { code: "not-signed-in", status: 401 } });
  expect(sent.map(({ headers }) => headers.authorization)).toEqual(["Bearer ann"]);

  const leaving = (next: string | undefined, answer: Response | Error) => {
    token = "ann";
    const fetch = async () => {
      token = next;
      if (answer instanceof Error) throw answer;
      return answer;
    };
    return apiWith([], { ...options, fetch }).api;
  };
  for (const answer of [json(200, { orders: [] }), problem(403, "forbidden"), problem(401, "not-signed-in"), gone()])
    expect(
      codeOf(
        await leaving("bob", answer)
          .myOrders()
          .catch((error) => error),
      ),
    ).toBe("not-signed-in");
  expect(over).toEqual([]);
  // Whoever has left by what they asked for hears that it was done.
  expect(await leaving(undefined, json(200, { done: true })).anywhere("DELETE", "/me")).toEqual({ done: true });

  // What anybody may ask is told to anybody.
  token = "ann";
  const page = apiWith([], {
    ...options,
    fetch: async () => {
      token = "bob";
      return json(200, { page: {} });
    },
  });
  expect(await page.api.page()).toEqual({ page: {} });
});
