import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { runOrchestrator, startTestStack } from "../../testing/index.ts";
import { watch } from "./src/watch.js";

/** A web server that answers with what `status` says at the time. */
async function serve(status: () => number): Promise<string> {
  const server: Server = createServer((_request, response) => response.writeHead(status()).end());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

test("every ten minutes the address is looked at, for ever", async () => {
  const input = { address: "https://example.com/" };
  const result = await runOrchestrator(watch, { input, activities: { checkAddress: () => true }, within: "59 min" });
  expect(result).toMatchObject({ status: "Running", customStatus: { state: "up", failures: 0 } });
  expect(result.calls).toHaveLength(6);
});

test("an address is down after three failures in a row, and up again as soon as it answers", async () => {
  let status = 200;
  const address = await serve(() => status);
  await using stack = await startTestStack({ app: import.meta.dirname });
  const started = await stack.fetch("/api/watches", { method: "POST", body: JSON.stringify({ address }) });
  const { id } = (await started.json()) as { id: string };
  const state = async () => (await stack.instance(id))?.customStatus;
  await stack.settle();
  expect(await state()).toEqual({ address, state: "up", failures: 0 });

  status = 503;
  await stack.advance("20 min");
  expect(await state()).toEqual({ address, state: "up", failures: 2 });
  await stack.advance("10 min");
  expect(await state()).toEqual({ address, state: "down", failures: 3 });

  status = 200;
  await stack.advance("10 min");
  expect(await state()).toEqual({ address, state: "up", failures: 0 });
});
