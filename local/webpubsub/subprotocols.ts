import type { IncomingMessage } from "node:http";
import type { Protocol } from "./connection.ts";
import { Refusal } from "./refusal.ts";

/** The subprotocols spoken here, the one preferred first. */
const spoken = new Map<string, Protocol>([
  ["json.reliable.webpubsub.azure.v1", "reliable"],
  ["json.webpubsub.azure.v1", "json"],
]);

/** What a client offers, in its order. */
export const offered = (request: IncomingMessage): string[] =>
  (request.headers["sec-websocket-protocol"] ?? "")
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");

/** The subprotocol that the handshake agrees to, or `false`: of a name that is not known the service says nothing in its answer. */
export const agreed = (names: Iterable<string>): string | false => {
  const all = [...names];
  return [...spoken.keys()].find((name) => all.includes(name)) ?? all.find((name) => name.startsWith("mqtt")) ?? false;
};

/** Which of the service's protocols a client speaks, and the names it offered that are none of them. @throws Refusal 400 */
export function protocolOf(request: IncomingMessage): { protocol: Protocol; unknown: string[] } {
  const names = offered(request);
  for (const [name, protocol] of spoken) if (names.includes(name)) return { protocol, unknown: [] };
  const other = names.find((name) => name.endsWith(".webpubsub.azure.v1"));
  if (other === undefined) return { protocol: "none", unknown: names };
  throw new Refusal(
    400,
    "BadRequest",
    `The subprotocol ${other} is not spoken here; ${[...spoken.keys()].join(" and ")} are.`,
  );
}
