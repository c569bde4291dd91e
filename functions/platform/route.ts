import {
  app,
  type FunctionInput,
  type HttpMethod,
  type HttpRequest,
  type HttpResponseInit,
  type InvocationContext,
} from "@azure/functions";
import type { z } from "zod";
import { orderId as orderIdSchema, type Role, storeId as storeIdSchema } from "../../contracts/common.ts";
import { problemsOf } from "../../contracts/events.ts";
import { checkHeaders, readJson } from "./body.ts";
import { type Standing, standingOf, type Who, whoCalls } from "./caller.ts";
import { type QuerySchema, readQuery } from "./query.ts";
import { problemResponse, Refusal } from "./refusal.ts";

/** The input of a route's handler: the validated request. */
export interface Call<B> {
  request: HttpRequest;
  context: InvocationContext;
  params: Record<string, string>;
  /** The query parameters, as parsed by the route's schema. */
  query: Record<string, unknown>;
  body: B;
  /** The store id in the path; empty for routes without one. */
  storeId: string;
  /** The caller; `undefined` if not signed in. Read at the first call. */
  caller(): Promise<Who | undefined>;
  /** The caller's roles in the store of the path. Read at the first call, since most requests of customers never need it. */
  standing(): Promise<Standing>;
}

/** The additional input of a handler, which depends on the access. */
export type Known<A> = (A extends "anyone" ? unknown : { who: Who }) & (A extends Role[] ? Standing : unknown);

export interface Route<B, A extends "anyone" | "signed-in" | Role[]> {
  /** Name of the function, unique in the application. */
  name: string;
  method: HttpMethod;
  /** Under `/api/`, such as `stores/{storeId}/queue`. */
  path: string;
  /** `anyone`, `signed-in`, or any one of these roles in the store of the path. */
  access: A;
  /** The schema of the path parameters, besides the store. */
  params?: z.ZodType<Record<string, string>>;
  /** The schema of the query parameters. If it is missing, none are allowed. */
  query?: QuerySchema;
  /** The schema of the JSON body. If it is missing, a request must have no body. */
  body?: z.ZodType<B>;
  /** Further input bindings of the function, such as the durable client. */
  extraInputs?: FunctionInput[];
  handler(call: Call<B> & Known<A>): Promise<HttpResponseInit>;
}

/** Registers an HTTP function. It replies to each refusal with a problem (RFC 9457). */
export function route<B = undefined, const A extends "anyone" | "signed-in" | Role[] = "anyone">(
  options: Route<B, A>,
): void {
  app.http(options.name, {
    methods: [options.method],
    route: options.path,
    authLevel: "anonymous",
    ...(options.extraInputs && { extraInputs: options.extraInputs }),
    handler: async (request, context) => {
      try {
        const call = await check(options, request, context);
        return await options.handler(call as Parameters<typeof options.handler>[0]);
      } catch (error) {
        if (error instanceof Refusal) return problemResponse(error.problem);
        const order = orderIdSchema.safeParse(request.params.orderId);
        context.error(...(order.success ? [`Order ${order.data}:`] : []), error);
        return problemResponse(
          isPassing(error)
            ? new Refusal("try-again", "The service is busy. Nothing was lost; please try again in a moment.").problem
            : new Refusal("internal", `Something went wrong. It is in the log as ${context.invocationId}.`).problem,
        );
      }
    },
  });
}

/** A reply that no cache may store. */
export function reply(status: number, body: unknown, headers: Record<string, string> = {}): HttpResponseInit {
  return {
    status,
    headers: { "content-type": "application/json", "cache-control": "no-store", ...headers },
    body: JSON.stringify(body),
  };
}

async function check<B, A extends "anyone" | "signed-in" | Role[]>(
  options: Route<B, A>,
  request: HttpRequest,
  context: InvocationContext,
): Promise<Call<B> & { who?: Who } & Partial<Standing>> {
  const inPath = request.params as Record<string, string>;
  const storeId = inPath.storeId ?? "";
  if (options.path.includes("{storeId}") && !storeIdSchema.safeParse(storeId).success) {
    throw new Refusal(
      "unknown-store",
      `"${storeId}" is not the id of a store: lower-case letters, digits and hyphens.`,
    );
  }
  const { storeId: _, ...beside } = inPath;
  const params = { ...inPath, ...(options.params && fitting(beside, options.params)) };
  const query = readQuery(new URL(request.url).searchParams, options.query);
  checkHeaders(request, options.body !== undefined);
  const { access } = options;
  const caller = once(() => callerOf(request, access));
  const isNobody = storeId === "" || !request.headers.has("authorization");
  const standing = once(async (): Promise<Standing> => {
    return isNobody ? { roles: [], epoch: 0 } : await standingOf(storeId, caller());
  });
  const staff = Array.isArray(access) ? await standing() : undefined;
  const who = access === "anyone" ? undefined : await caller();
  if (access !== "anyone" && who === undefined) throw new Refusal("not-signed-in", "This needs a signed-in person.");
  if (Array.isArray(access) && !access.some((role) => staff?.roles.includes(role))) {
    throw new Refusal("forbidden", `This needs the role ${access.join(" or ")} in this store.`);
  }
  const body = options.body ? fitting(await readJson(request), options.body) : (undefined as B);
  return { request, context, params, query, body, storeId, caller, standing, ...(who && { who }), ...staff };
}

function once<T>(look: () => Promise<T>): () => Promise<T> {
  let found: Promise<T> | undefined;
  return () => {
    found ??= look();
    return found;
  };
}

/** The caller of a request. On public routes an invalid or expired token does not refuse the request; the caller is then anonymous. */
async function callerOf(request: HttpRequest, access: "anyone" | "signed-in" | Role[]): Promise<Who | undefined> {
  try {
    return await whoCalls(request);
  } catch (error) {
    if (access === "anyone" && error instanceof Refusal && error.problem.code === "not-signed-in") return undefined;
    throw error;
  }
}

function fitting<B>(value: unknown, schema: z.ZodType<B>): B {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const errors = problemsOf(parsed.error);
  throw new Refusal("bad-request", errors.map(({ path, message }) => `${path || "body"} ${message}`).join("; "), {
    errors,
  });
}

/** Whether an error of Cosmos DB or the network is transient. If a batch fails, the client throws an error whose cause has the code. */
function isPassing(error: unknown): boolean {
  const { code, cause } = (error ?? {}) as { code?: unknown; cause?: unknown };
  if (code === undefined && cause !== undefined) return isPassing(cause);
  return [408, 410, 429, 449, 503, "ECONNRESET", "ECONNREFUSED", "TimeoutError"].includes(code as number | string);
}
