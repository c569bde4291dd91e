import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePorts } from "../test/free-ports.ts";
import { buildConsole } from "../tools/build-console.ts";

const root = join(import.meta.dirname, "..");

interface Started {
  /** ms by a stopwatch, from before npm began. */
  felt: number;
  /** Seconds, as the program says. */
  printed: number;
}

/**
 * How long the two commands take until they say that they run, by a stopwatch from the moment at which npm is called, and what they say of it themselves, which
 * cannot know of npm. The first start of each is not counted: it builds and compiles what the next ones find.
 */
export async function startTimes({ runs }: { runs: number }): Promise<void> {
  // Otherwise built after each start, and cut off by its end.
  await buildConsole();
  const data = mkdtempSync(join(tmpdir(), "crema-bench-start-"));
  const commands = {
    "npm run local (an example)": ["run", "local", "--", "local/examples/talks"],
    "npm start": ["start", "--", "--data", data],
  };
  process.stdout.write(`From the command to "runs" or "ready", median of ${runs} starts\n\n`);
  for (const [name, args] of Object.entries(commands)) {
    await started(args);
    const all: Started[] = [];
    for (let run = 0; run < runs; run++) all.push(await started(args));
    const { felt, printed } = all.sort((a, b) => a.felt - b.felt)[Math.floor(runs / 2)] as Started;
    process.stdout.write(`  ${name.padEnd(58)} ${felt.toFixed(0)} ms, of which it knows ${printed.toFixed(1)} s\n`);
  }
  rmSync(data, { recursive: true, force: true });
  process.stdout.write("\n");
}

/** Starts it, stops it once it has said that it runs. Rejects when it ends before. */
async function started(args: readonly string[]): Promise<Started> {
  const port = String(await freePorts());
  const began = performance.now();
  const child = spawn("npm", [...args, "--port", port], {
    cwd: root,
    stdio: ["ignore", "pipe", "inherit"],
    // A group of its own, which is stopped whole.
    detached: true,
  });
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  let said = "";
  const outcome = await new Promise<Started>((resolve, reject) => {
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      const [, seconds] = /(?:runs at|is ready)[^(]*\((\d+\.\d) s\)/.exec(said) ?? [];
      if (seconds !== undefined) resolve({ felt: performance.now() - began, printed: Number(seconds) });
    });
    void ended.then(() => reject(new Error(`npm ${args.join(" ")} ended before it ran:\n${said}`)));
  });
  process.kill(-(child.pid ?? 0), "SIGTERM");
  await ended;
  return outcome;
}
