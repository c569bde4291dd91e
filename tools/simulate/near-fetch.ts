import { request } from "node:http";
import { agentFor } from "../../local/kernel/near/agents.ts";

/**
 * A `fetch` to the servers of this thread that uses no connection: with both ends here, a socket costs more than the response. The result is the same
 * as over a connection: see `local/kernel/near`.
 */
export function nearFetch(): typeof fetch {
  const agent = agentFor(undefined, { keepAlive: true });
  return (input, { method = "GET", headers, body, signal } = {}) =>
    new Promise((resolve, reject) => {
      const asked = request(new URL(String(input)), {
        agent,
        method,
        headers: Object.fromEntries(new Headers(headers)),
        ...(signal && { signal }),
      });
      // The same error as from `fetch`.
      const failed = (error: Error) => reject(new TypeError("fetch failed", { cause: error }));
      asked.on("error", failed);
      asked.on("response", (answer) => {
        const pieces: Buffer[] = [];
        answer.on("data", (piece: Buffer) => pieces.push(piece));
        answer.on("error", failed);
        answer.on("end", () => {
          const { statusCode: status = 0, statusMessage: statusText = "" } = answer;
          const given = new Headers();
          for (const [name, values] of Object.entries(answer.headersDistinct))
            for (const value of values ?? []) given.append(name, value);
          const empty = status === 204 || status === 304;
          resolve(new Response(empty ? null : Buffer.concat(pieces), { status, statusText, headers: given }));
        });
      });
      asked.end(typeof body === "string" ? body : undefined);
    });
}
