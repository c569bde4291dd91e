import { spawn } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join, resolve } from "node:path";
import { expect, onTestFinished, test } from "vitest";

const command = resolve("tools/local-azure.ts");
const talks = resolve("local/examples/talks");

/** Runs the command; `heard` is asked with all output so far, each time there is more, and may end it. */
function run(args: string[], heard: (output: string, stop: () => void) => void = () => undefined) {
  return new Promise<{ code: number | null; output: string }>((ended) => {
    const child = spawn(process.execPath, [command, ...args], { env: { ...process.env, NODE_OPTIONS: "" } });
    onTestFinished(() => void child.kill("SIGKILL"));
    let output = "";
    const hear = (chunk: Buffer) => {
      output += chunk.toString();
      heard(output, () => child.kill("SIGINT"));
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    child.once("close", (code) => ended({ code, output }));
  });
}

/** A port that is free with the five after it. They lie below those that the system gives out by itself. */
async function freePort(): Promise<number> {
  for (;;) {
    const first = 10_000 + 10 * Math.floor(Math.random() * 2_000);
    const ports = Array.from({ length: 6 }, (_, n) => first + n);
    if ((await Promise.all(ports.map(isFree))).every((free) => free)) return first;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((done) => {
    const server = createServer();
    server.once("error", () => done(false));
    server.listen(port, "127.0.0.1", () => server.close(() => done(true)));
  });
}

test("it runs an application, says where everything is, and ends at Ctrl-C", async () => {
  const port = await freePort();
  let answer: Promise<unknown> | undefined;
  const { code, output } = await run([talks, "--port", String(port)], (heard, stop) => {
    if (answer !== undefined || !heard.includes("Ctrl-C stops it")) return;
    answer = fetch(`http://127.0.0.1:${port}/api/tally`)
      .then((response) => response.json())
      .finally(stop);
  });
  expect(await answer).toEqual({ accepted: 0, declined: 0, expired: 0 });
  expect(code).toBe(0);
  expect(output).toContain(`submitTalk  POST http://127.0.0.1:${port}/api/talks`);
  for (const text of ["review", "askReviewer", "tally", "DAYS_TO_DECIDE", `http://127.0.0.1:${port + 3}/`]) {
    expect(output).toContain(text);
  }
});

test("wrong calls are refused in words", async () => {
  const said = async (...args: string[]) => {
    const { code, output } = await run(args);
    expect(code).toBe(1);
    return output;
  };
  const answers = await Promise.all([
    said(),
    said(talks, "--watch"),
    said(talks, "--port", "many"),
    said(talks, "--prot", "1"),
    said(join(talks, "src")),
  ]);
  const words = [
    "Name one",
    "--watch is not there yet",
    'it is "many"',
    "Unknown option '--prot'",
    "has no package.json",
  ];
  for (const [i, word] of words.entries()) expect(answers[i]).toContain(word);
});

test("a port that is taken is named with the way out", async () => {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const { code, output } = await run([talks, "--port", String(port)]);
  expect(code).toBe(1);
  expect(output).toMatch(new RegExp(`Port ${port}.* is taken[\\s\\S]*--port`));
});
