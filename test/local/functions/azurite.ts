import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { tmpdir } from "node:os";

/** An account of these tests' own, so that no key stands here: not even the one that every Azurite has. */
export const account = "crema";
const key = randomBytes(64).toString("base64");

export interface RunningAzurite {
  readonly blobPort: number;
  readonly queuePort: number;
  /** As it would stand in `AzureWebJobsStorage`. */
  readonly connection: string;
  stop(): Promise<void>;
}

export function connectionTo(blobPort: number, queuePort: number): string {
  const at = (port: number) => `http://127.0.0.1:${port}/${account}`;
  return `DefaultEndpointsProtocol=http;AccountName=${account};AccountKey=${key};BlobEndpoint=${at(blobPort)};QueueEndpoint=${at(queuePort)};`;
}

/** Starts Azurite as a process of its own on free ports, keeping everything in memory; `path` is that of its program. */
export async function startAzurite(path: string): Promise<RunningAzurite> {
  const ports = ["--blobPort", "0", "--queuePort", "0", "--tablePort", "0"];
  const options = ["--inMemoryPersistence", "--skipApiVersionCheck", "--disableTelemetry", ...ports];
  const child = spawn(process.execPath, [path, ...options], {
    cwd: tmpdir(),
    env: { ...process.env, AZURITE_ACCOUNTS: `${account}:${key}` },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const end = () => void child.kill();
  process.on("exit", end);
  let said = "";
  const found = new Promise<{ blobPort: number; queuePort: number }>((resolve, reject) => {
    const read = (text: string) => {
      said += text;
      const port = (service: string) =>
        new RegExp(`${service} service is successfully listening at \\S+:(\\d+)`).exec(said)?.[1];
      const [blob, queue] = [port("Blob"), port("Queue")];
      if (blob !== undefined && queue !== undefined) resolve({ blobPort: Number(blob), queuePort: Number(queue) });
    };
    child.stdout.setEncoding("utf8").on("data", read);
    child.stderr.setEncoding("utf8").on("data", read);
    child.on("error", reject);
    child.on("exit", (code) => reject(new Error(`Azurite ended with ${code} before it listened:\n${said}`)));
  });
  const { blobPort, queuePort } = await found;
  return {
    blobPort,
    queuePort,
    connection: connectionTo(blobPort, queuePort),
    stop: async () => {
      process.off("exit", end);
      const ended = once(child, "exit");
      child.kill();
      await ended;
    },
  };
}
