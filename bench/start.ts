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
  /** Seconds, as the program prints them. */
  printed: number;
}

const commands = {
  "npm run local (an example)": () => ["run", "local", "--", "local/examples/talks"],
  "npm start": (data: string) => ["start", "--", "--data", data],
} as const;

/**
 * How long the two commands take until they print that they run. A stopwatch measures from the call of npm; the commands print their own time, which
 * leaves out npm.
 * @param before how many starts of each are not counted: the first one builds and compiles what later ones use
 */
export async function startTimes(
  { runs, before = 1 }: { runs: number; before?: number },
  tell: Tell = print,
): Promise<Record<keyof typeof commands, Started>> {
  // Without this, each start would begin the build, and its end would interrupt it.
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

/** Starts the command, and stops it once it has printed that it runs. @throws Error if it ends before */
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
