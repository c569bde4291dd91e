import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A server of somebody else: it agrees to every handshake, and takes events while it is `well`. */
export interface Elsewhere {
  readonly url: string;
  /** What it was told, by the last part of the path. */
  readonly told: string[];
  well: boolean;
  close(): void;
}

export async function startElsewhere(): Promise<Elsewhere> {
  const told: string[] = [];
  const server = createServer(async ({ method, url = "" }, response) => {
    if (method === "OPTIONS") return response.writeHead(200, { "webhook-allowed-origin": "*" }).end();
    const name = url.split("/").at(-1) ?? "";
    told.push(name);
    if (!elsewhere.well) return response.writeHead(500).end();
    if (name === "say") return response.writeHead(200, { "content-type": "text/plain" }).end("heard it");
    return response.writeHead(204).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const elsewhere: Elsewhere = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    told,
    well: true,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
  return elsewhere;
}
