import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { listen } from "../../../local/kernel/http-server.ts";
import { secureIds } from "../../../local/kernel/ids.ts";
import { type Answer, plain } from "./recorded-answer.ts";
import { variant } from "./recorded-app.ts";
import { answerApp } from "./recorded-client.ts";
import { httpRecordings, type RecordedCall, recordedCalls, recordingsAreThere } from "./recordings.ts";
import { clientOf, type Stack, startStack } from "./stack.ts";

/**
 * Every call of the recordings `http-01` to `http-08`, one after the other on one hub as they were made there, with the recorded application.
 * Status, headers and body have to be the same to the letter, but for times, GUIDs and texts of .NET; what differs is named in `differing`.
 */

/** What differs on purpose, by its place: why, as the README has it under "Where it differs", and how the recorded answer reads then. */
const differing: Record<string, { why: string; here(recorded: string, call: RecordedCall): string }> = {};
const differs = (places: string[], why: string, here: (recorded: string, call: RecordedCall) => string) => {
  for (const place of places) differing[place] = { why, here };
};
differs(["http-01/13", "http-01/14", "http-02/4"], "JSON errors have Node's wording", (text, { request }) =>
  text.replace(/(?<="ExceptionMessage":)"[^"]*"/, JSON.stringify(wordsOfNode(request.body))),
);
differs(["http-03/12"], "Events of a suspended instance are delivered after it is resumed", (text) =>
  text.replace(/(\{[^{}]*"EventRaised".*?TIME"\}),(\{[^{}]*"ExecutionResumed".*?TIME"\})/, "$2,$1"),
);
differs(["http-08/0", "http-08/1"], "Addresses begin with http", (text) =>
  text.replaceAll("https://127.0.0.1:7171", "http://HOST").replace("http://127.0.0.1:17071/durabletask/", "RPC"),
);

/** What happened between the recorded calls: the starts that the recording of the client tells of. */
const start = (name: string, instanceId: string, input: unknown = "") => ({ name, instanceId, input });
type Start = ReturnType<typeof start>;
const before: Record<string, Start[]> = {
  "http-01/0": [start("seq3", "boot-1")],
  "http-02/0": [start("waiter", "e-1")],
  "http-02/9": [start("waiter", "e-2")],
  "http-02/11": [start("anyAllEvents", "e-3")],
  "http-03/0": [start("waiter", "t-1")],
  "http-03/4": [start("waiter", "t-2")],
  "http-03/6": [start("waiter", "t-3")],
  "http-03/17": [start("waiter", "t-4")],
  ...Object.fromEntries(
    [
      ...["failActivity", "failThrow", "catchActivity", "retryExhaust", "failSub", "entityError"],
      "nonDeterministicAction",
    ].map((name, index) => [`http-04/${index}`, [start(name, `f-${name}`, {})]]),
  ),
  "http-04/9": [start("failOnceForRewind", "rw-1")],
  "http-08/0": [start("everything", "ev-1", { round: 0, tag: "cap" })],
  "http-07/7": [start("http", "ev-1795477733492-http")],
  "http-07/8": [start("longTimer", "ev-1795477733492-timer")],
};

/** Ids that the real host made, for the calls in which it made them: the lists are in order of ids. */
const made: Record<string, string[]> = {
  "http-01/10": ["deec78f0-fc77-46f5-b78c-c301766442a5"],
  "http-04/4": ["0a79d635-80b1-488b-91b3-55c076831c96"],
  "http-04/14": ["9767aa94-ab03-49dc-b044-e2055b7fcb1d"],
  "http-04/16": ["c8566648-8786-4d22-9560-186dae999c03"],
  "http-08/0": ["26350c5f-14c0-458c-aadc-7648c9bc9df0"],
};

/** Calls that were answered before the instance had its first turn: the engine rests from the call before on. */
const beforeFirstTurn = new Set(["http-01/0", "http-01/1", "http-08/2", "http-08/3"]);

test.skipIf(!recordingsAreThere)(
  "every recorded call of the HTTP API and of the client is answered as recorded",
  async () => {
    const forced: string[] = [];
    const ids = { ...secureIds, uuid: () => forced.shift() ?? secureIds.uuid() };
    const options = { hangLikeAzure: true, hubName: "CapHub", systemKey: "SYSTEM-KEY" };
    const stack = await startStack({ ids, options });
    vi.stubEnv("WEBSITE_HOSTNAME", new URL(stack.origin).host);
    const port = await serveOk();
    const readme = readFileSync(join(import.meta.dirname, "../../../local/durable/README.md"), "utf8");
    for (const file of httpRecordings) {
      const short = file.slice(0, 7);
      variant.eventName = short === "http-07" ? (round) => `approve${round}` : () => "approve";
      for (const [index, call] of recordedCalls(file).entries()) {
        const place = `${short}/${index}`;
        forced.push(...(made[place] ?? []));
        for (const given of before[place] ?? []) await startBefore(stack, given, forced, port);
        if (beforeFirstTurn.has(place)) await stack.engine.detach();
        const answer = await make(stack, call);
        if (!beforeFirstTurn.has(`${short}/${index + 1}`)) {
          await stack.attach();
          await stack.settle();
          if (short === "http-07") await stack.advance(10_000);
        }
        const recorded = plain({ ...call, headers: new Headers(call.headers) }, "http://127.0.0.1:7171");
        const difference = differing[place];
        const expected = difference?.here(recorded, call) ?? recorded;
        if (difference !== undefined) {
          expect.soft(expected, `${place} has to differ`).not.toBe(recorded);
          expect.soft(readme).toContain(difference.why);
        }
        const here = plain(answer, stack.origin)
          .replaceAll(stack.rpcUrl, "RPC")
          .replace(new RegExp(`(?<=port\\\\?":)${port}`, "g"), "7171");
        expect.soft(JSON.parse(here), `${place}: ${call.label}`).toEqual(JSON.parse(expected));
      }
    }
  },
);
/** A server that answers as the recorded application's own did; returns its port. */
async function serveOk(): Promise<number> {
  const server = await listen({
    part: "test",
    handle: (_, response) => {
      response.removeHeader("connection");
      response.setHeader("server", "Kestrel");
      response.setHeader("content-type", "application/json");
      response.write('{"ok":');
      response.end("true}");
    },
  });
  onTestFinished(server.close);
  return server.port;
}

async function startBefore(stack: Stack, given: Start, forced: string[], port: number): Promise<void> {
  const { name, instanceId, input } = given;
  await stack.client.startNew(name, { instanceId, input: name === "http" ? { port } : input });
  await stack.settle();
  await stack.advance(10_000);
  if (instanceId !== "ev-1") return;
  forced.push("2c14bab8-8074-46de-bfad-ded83f2f4aa1");
  await stack.client.raiseEvent(instanceId, "approve", { approved: true, by: "me", round: 0 });
  await stack.advance(10_000);
}

function wordsOfNode(text: string | null): string {
  try {
    JSON.parse(text ?? "");
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("That is JSON.");
}

async function make(stack: Stack, call: RecordedCall): Promise<Answer> {
  const url = new URL(call.request.url);
  url.host = new URL(stack.origin).host;
  if (url.pathname.startsWith("/api/")) {
    const moved = { ...call, request: { ...call.request, url: url.href } };
    return answerApp(clientOf(stack.engine.clientBinding(stack.origin)), moved);
  }
  const { method, body } = call.request;
  const headers = new Headers(call.request.headers);
  if (headers.has("x-functions-key")) headers.set("x-functions-key", "SYSTEM-KEY");
  const asked = fetch(url, { method, headers, ...(body === null ? {} : { body }) });
  const wait = Number(url.searchParams.get("timeout"));
  if (wait > 0) {
    const id = url.pathname.split("/").at(-1) ?? "";
    while ((stack.engine.instance(id)?.status ?? "Pending") === "Pending") await stack.settle();
    await stack.advance(wait * 1000);
  }
  const response = await asked;
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === "" ? "" : JSON.parse(text) };
}
