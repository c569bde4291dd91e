import { listen } from "../kernel/http-server.ts";
import { pathOf, recordRequest } from "../recorder/requests.ts";
import { empty } from "./http-answers.ts";
import { handleRpc, handleWebhook } from "./http-api.ts";
import type { Api } from "./http-call.ts";
import { rpcPath } from "./urls.ts";

/** The server for the durable client in the application. */
export interface DurableRpc {
  /** Secret: it gives full access to every instance. Generated at each start. */
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Starts the server for the SDK's client. It always listens on loopback and on its own port, as in the real host, whose RPC needs no key. Here the
 * path contains a secret that only the application gets, and no web page may call. @throws PortTakenError
 */
export async function startDurableRpc(api: Api, port = 0): Promise<DurableRpc> {
  const prefix = `${rpcPath}/${api.core.parts.ids.bytes(32).toString("base64url")}`;
  const server = await listen({
    part: "the durable client",
    port,
    origins: "none",
    handle: (request, response) =>
      recordRequest(api.core.parts.recorder, "durable", request, response, async (span) => {
        // Without the secret and the common prefix.
        span.is("call", `${request.method} ${pathOf((request.url ?? "/").replace(prefix, ""))}`);
        if (await handleRpc(api, prefix, request, response)) return;
        // The addresses in its responses lead to the webhooks on this same port, as the real host's do.
        if (!(await handleWebhook(api, request, response))) empty(response, 404);
      }),
    failed: (error) => api.core.parts.log.error("A call of the durable client failed.", { error: String(error) }),
  });
  return { url: `http://127.0.0.1:${server.port}${prefix}/`, port: server.port, close: () => server.close() };
}
