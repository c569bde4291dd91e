import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePorts } from "../test/free-ports.ts";
import { buildConsole } from "../tools/build-console.ts";
import { Started as Running } from "./started.ts";
import { print, type Tell } from "./tell.ts";

const root = join(import.meta.dirname, "..");

export interface Started {
  /** ms by a stopwatch, from before npm began. */
  felt: number;
  /** Seconds, as the program says. */
  printed: number;
}

const commands = {
  "npm run local (an example)": () => ["run", "local", "--", "local/examples/talks"],
  "npm start": (data: string) => ["start", "--", "--data", data],
} as const;

/**
 * How long the two commands take until they say that they run, by a stopwatch from the moment at which npm is called, and what they say of it themselves, which
 * cannot know of npm. @param before so many starts of each are not counted: the first builds and compiles what the next ones find
 */
export async function startTimes(
  { runs, before = 1 }: { runs: number; before?: number },
  tell: Tell = print,
): Promise<Record<keyof typeof commands, Started>> {
  // Otherwise built after each start, and cut off by its end.
  await buildConsole();
  tell(`From the command to "runs" or "ready", median of ${runs} ${runs === 1 ? "start" : "starts"}\n`);
  const found = {} as Record<keyof typeof commands, Started>;
  for (const [name, argsIn] of Object.entries(commands)) {
    const data = mkdtempSync(join(tmpdir(), "crema-bench-start-"));
    try {
      const all: Started[] = [];
      for (let run = -before; run < runs; run++) {
        const one = await started(argsIn(data));
        if (run >= 0) all.push(one);
      }
      const middle = all.sort((a, b) => a.felt - b.felt)[Math.floor(runs / 2)] as Started;
      found[name as keyof typeof commands] = middle;
      tell(`  ${name.padEnd(58)} ${middle.felt.toFixed(0)} ms, of which it knows ${middle.printed.toFixed(1)} s`);
    } finally {
      rmSync(data, { recursive: true, force: true });
    }
  }
  tell("");
  return found;
}

/** Starts it, stops it once it has said that it runs. @throws Error when it ends before */
async function started(args: readonly string[]): Promise<Started> {
  const port = String(await freePorts());
  const began = performance.now();
  const running = new Running("npm", () => [...args, "--port", port], {
    cwd: root,
    stdio: ["ignore", "pipe", "inherit"],
    shell: process.platform === "win32",
  });
  try {
    const [, seconds] = await running.prints(/(?:runs at|is ready)[^(]*\((\d+\.\d) s\)/);
    return { felt: performance.now() - began, printed: Number(seconds) };
  } finally {
    await running.close();
  }
}
