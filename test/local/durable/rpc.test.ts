import { expect, test } from "vitest";
import "./recorded-app.ts";
import { startStack } from "./stack.ts";

/** The server of the client in the application: whoever reaches it may do everything, so nobody else does. */

test("only who was told its secret can call it, and the webhooks' server does not have it", async () => {
  const { client, rpcUrl, origin, settle, engine } = await startStack();
  await client.startNew("waiter", { instanceId: "secret-1", input: { q: 1 } });
  await settle();
  const { port, pathname } = new URL(rpcUrl);
  expect(pathname).toMatch(/^\/durabletask\/[\w-]{43}\/$/);
  const base = `http://127.0.0.1:${port}`;
  const wrong = pathname.replace(/.\/$/, (end) => (end.startsWith("A") ? "B/" : "A/"));
  for (const place of [`${base}/durabletask/`, `${base}/`, `${base}${wrong}`, `${base}${pathname.toUpperCase()}`]) {
    for (const [method, path] of [
      ["GET", "instances/"],
      ["GET", "instances/secret-1"],
      ["POST", "orchestrators/seq3/forged"],
      ["POST", "instances/secret-1/terminate?reason=x"],
      ["DELETE", "instances/secret-1"],
    ] as const) {
      const answer = await fetch(place + path, { method });
      expect([place, path, answer.status, await answer.text()]).toEqual([place, path, 404, ""]);
    }
  }
  // Under the webhooks' path the key is asked for, on this port as on the functions'.
  for (const server of [base, origin]) {
    expect((await fetch(`${server}/runtime/webhooks/durabletask/instances/`)).status).toBe(401);
    expect((await fetch(`${server}/runtime/webhooks/durabletask/instances/?code=wrong`)).status).toBe(401);
  }
  for (const path of ["/durabletask/instances/", `${pathname}instances/`])
    expect((await fetch(origin + path)).status).toBe(404);
  await settle();
  expect([...engine.instances()].map(({ id, status }) => [id, status])).toEqual([["secret-1", "Running"]]);
});

test("no web page can call it, not even with the secret or from its own address", async () => {
  const { rpcUrl, engine, settle } = await startStack();
  for (const origin of ["http://evil.example", "null", new URL(rpcUrl).origin, "http://localhost:4280"]) {
    for (const method of ["POST", "OPTIONS"]) {
      const answer = await fetch(`${rpcUrl}orchestrators/seq3/forged`, { method, headers: { origin } });
      expect(answer.status).toBe(403);
      expect(answer.headers.get("access-control-allow-origin")).toBeNull();
    }
  }
  await settle();
  expect([...engine.instances()]).toEqual([]);
});

test("each start has a secret of its own", async () => {
  const [one, other] = [await startStack(), await startStack()];
  expect(new URL(one.rpcUrl).pathname).not.toBe(new URL(other.rpcUrl).pathname);
});
