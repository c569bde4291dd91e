import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { root } from "../../tools/stand-options.ts";
import { freePorts } from "../free-ports.ts";

type Message = { id?: number; method?: string; params?: Record<string, unknown>; result?: Record<string, unknown> };

/** What a child prints, until it has printed both texts: what it says on its two ways out comes in no order. */
function said(child: ChildProcess, ...texts: RegExp[]): Promise<string> {
  let output = "";
  return new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr])
      stream?.on("data", (chunk) => {
        output += chunk;
        if (texts.every((text) => text.test(output))) resolve(output);
      });
    child.once("exit", () => reject(new Error(`It ended:\n${output}`)));
  });
}

test("--inspect opens the process that runs the application, and a breakpoint in a function stops it", async () => {
  const [port, debugging] = [await freePorts(), (await freePorts()) + 9];
  const args = ["local-azure", "local/examples/talks", "--port", String(port), `--inspect=127.0.0.1:${debugging}`];
  const child = spawn(process.execPath, [join(root, "tools/run.mjs"), ...args], {
    cwd: root,
    env: { ...process.env, NODE_OPTIONS: "" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  onTestFinished(async () => {
    child.kill("SIGTERM");
    if (child.exitCode === null) await once(child, "exit");
  });
  const output = await said(child, /Ctrl-C stops it/, /ws:\/\/\S+\s/);
  expect(output).not.toContain("address already in use");
  const address = /ws:\/\/\S+/.exec(output)?.[0] ?? "";
  const socket = new WebSocket(address);
  onTestFinished(() => socket.close());
  await once(socket, "open");

  // The application's thread is a session within that of the process.
  let last = 0;
  let thread = "";
  const waiting: { fits(message: Message): boolean; done(message: Message): void }[] = [];
  const next = (fits: (message: Message) => boolean) =>
    new Promise<Message>((done) => {
      waiting.push({ fits, done });
    });
  const take = (message: Message) => {
    const at = waiting.findIndex(({ fits }) => fits(message));
    if (at !== -1) waiting.splice(at, 1)[0]?.done(message);
  };
  socket.addEventListener("message", ({ data }) => {
    const message = JSON.parse(String(data)) as Message;
    if (message.method === "NodeWorker.receivedMessageFromWorker") take(JSON.parse(String(message.params?.message)));
    else take(message);
  });
  const ask = (method: string, params: object = {}) => {
    const id = ++last;
    const answer = next((message) => message.id === id);
    socket.send(JSON.stringify({ id, method, params }));
    return answer;
  };
  const askThread = (method: string, params: object = {}) => {
    const id = 1000 + ++last;
    const answer = next((message) => message.id === id);
    void ask("NodeWorker.sendMessageToWorker", {
      sessionId: thread,
      message: JSON.stringify({ id, method, params }),
    });
    return answer;
  };
  const attached = next(({ method }) => method === "NodeWorker.attachedToWorker");
  await ask("NodeWorker.enable", { waitForDebuggerOnStart: false });
  thread = String((await attached).params?.sessionId);
  await askThread("Debugger.enable");
  const { result } = await askThread("Debugger.setBreakpointByUrl", {
    lineNumber: 34,
    urlRegex: "talks/src/http\\.js$",
  });
  expect(result?.locations).toHaveLength(1);

  const paused = next(({ method }) => method === "Debugger.paused");
  const answer = fetch(`http://127.0.0.1:${port}/api/tally`);
  const { params } = await paused;
  expect(params?.hitBreakpoints).toEqual([result?.breakpointId]);
  await askThread("Debugger.resume");
  expect((await answer).status).toBe(200);
});
