import { type Agent, type ClientRequest, request } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Listening, listen } from "../../../../local/kernel/http-server.ts";
import { agentFor } from "../../../../local/kernel/near/agents.ts";
import { causeHeader, sayCause, takeCause } from "../../../../local/kernel/near/cause.ts";

/** What the server saw: what the request comes from, and whether a header said so. */
interface Heard {
  cause: number;
  header: boolean;
  /** Whether the header was still there afterwards. */
  left: boolean;
}

let server: Listening;
const agents = { "handed over": agentFor("handed-over", {}), "by sockets": agentFor("sockets", {}) };

beforeAll(async () => {
  server = await listen({
    part: "test",
    handle: (asked, response) => {
      const said = () => asked.rawHeaders.includes(causeHeader) || asked.headers[causeHeader] !== undefined;
      const header = said();
      response.end(JSON.stringify({ cause: takeCause(asked), header, left: said() } satisfies Heard));
    },
  });
});
afterAll(async () => {
  for (const agent of Object.values(agents)) agent.destroy();
  await server.close();
});

/** Asks as `send` does, and says what it comes from, as who records does: when the request has been made. */
function hears(agent: Agent, span: number, send: (asking: ClientRequest) => void): Promise<Heard> {
  return new Promise((resolve, reject) => {
    const asking = request({ port: server.port, host: "127.0.0.1", method: "POST", agent }, (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (part: string) => {
        text += part;
      });
      answer.on("end", () => resolve(JSON.parse(text) as Heard));
    });
    asking.on("error", reject);
    if (span > 0) sayCause(asking, span);
    send(asking);
  });
}

const whole = (asking: ClientRequest) => void asking.end("{}");
const later = (asking: ClientRequest) => void setTimeout(() => asking.end("{}"), 1);

test.each([
  ["handed over", "whole", whole, false],
  ["handed over", "later, which takes a connection", later, true],
  ["by sockets", "whole", whole, true],
] as const)(
  "a request %s and sent %s says what it comes from, and who handles it sees no header",
  async (how, _, send, header) => {
    expect(await hears(agents[how], 7, send)).toEqual({ cause: 7, header, left: false });
    expect(await hears(agents[how], 0, send)).toEqual({ cause: 0, header: false, left: false });
  },
);
