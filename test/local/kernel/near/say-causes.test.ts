import { Agent, request } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Listening, listen } from "../../../../local/kernel/http-server.ts";
import { goWithoutSockets } from "../../../../local/kernel/near/agents.ts";
import { sayCause, takeCause } from "../../../../local/kernel/near/cause.ts";
import { askAgents, reportsRequests } from "../../../../local/kernel/near/say-causes.ts";

let server: Listening;
let near: Listening;
/** The spans that the host would read from the requests that are handed over. */
const handedOver: (number | undefined)[] = [];
const kept = new Agent({ keepAlive: true, maxSockets: 1 });

beforeAll(async () => {
  const handle: Parameters<typeof listen>[0]["handle"] = (asked, response) => {
    response.end(String(takeCause(asked)));
  };
  server = await listen({ part: "test", handle });
  near = await listen({ part: "test", handle });
  // As in the application's thread, and in the same order.
  goWithoutSockets([`127.0.0.1:${near.port}`], (_, message, asker) => {
    handedOver.push(message.cause);
    queueMicrotask(() => asker.broken("refused"));
    return () => undefined;
  });
  askAgents((asked) => sayCause(asked, 7));
});
afterAll(async () => {
  kept.destroy();
  await Promise.all([server.close(), near.close()]);
});

const ask = (port: number, agent: Agent | false | undefined) =>
  new Promise<string>((resolve, reject) => {
    const asked = request({ port, host: "127.0.0.1", method: "POST", agent }, (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (part: string) => {
        text += part;
      });
      answer.on("end", () => resolve(text));
    });
    asked.on("error", reject);
    asked.end("{}");
  });

test.each([
  ["the agent of all", undefined],
  ["an agent that keeps one connection", kept],
  ["the same agent, over the same connection", kept],
  ["no agent", false],
] as const)(
  "on a Node that does not report requests in time, a request by %s names what it comes from",
  async (_, agent) => {
    expect(await ask(server.port, agent)).toBe("7");
  },
);

test("so does one that is handed over without a connection, beside the request", async () => {
  await expect(ask(near.port, undefined)).rejects.toThrow("ECONNREFUSED");
  expect(handedOver).toEqual([7]);
});

test("Node reports requests before their headers are written from 22.12 and 23.2 on", () => {
  expect(["22.12.0", "22.20.1", "23.2.0", "24.0.0", "26.1.0"].filter(reportsRequests)).toHaveLength(5);
  expect(["20.15.0", "20.20.2", "22.11.0", "23.1.0"].filter(reportsRequests)).toEqual([]);
});
