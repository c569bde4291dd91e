import { spawn } from "node:child_process";
import { join } from "node:path";
import { onTestFinished } from "vitest";

export const root = join(import.meta.dirname, "../../..");

/** A command that runs until it is told to end. */
export interface Running {
  /** All it has printed so far. */
  output(): string;
  /** As Ctrl-C; resolves with the exit code. */
  stop(): Promise<number | null>;
}

/** Starts `tools/local-azure.ts` with these arguments, as `npm run local --` does; resolves when it says that it is up. Ends with the test. */
export async function runLocal(args: string[], cwd: string): Promise<Running> {
  const child = spawn(process.execPath, [join(root, "tools", "local-azure.ts"), ...args], {
    cwd,
    env: { ...process.env, NODE_OPTIONS: "" },
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  let output = "";
  const up = new Promise<void>((resolve) => {
    const hear = (chunk: Buffer) => {
      output += chunk.toString();
      if (output.includes("Ctrl-C stops it")) resolve();
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
  });
  await Promise.race([up, ended.then((code) => Promise.reject(new Error(`It ended with ${code}:\n${output}`)))]);
  return {
    output: () => output,
    stop: () => {
      child.kill("SIGINT");
      return ended;
    },
  };
}
