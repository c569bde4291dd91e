import { join } from "node:path";
import { freePorts as portsInARow } from "../../test/free-ports.ts";
import { buildConsole } from "../../tools/build-console.ts";
import { buildWeb } from "../../tools/build-web.ts";
import { freePorts, Started } from "../started.ts";
import { packages, versions } from "./packages.ts";
import { startRestate } from "./restate.ts";

const root = join(import.meta.dirname, "..", "..");
const npm = process.platform === "win32" ? "npm.cmd" : "npm";

/** A program that is started, and called until it answers. */
export interface Starting {
  name: string;
  /** What is spawned, and what counts as its first answer. */
  how: string;
  /** Ms from the spawn to the answer. */
  once(): Promise<number>;
}

/**
 * Ours, as people start it but without npm, and the peers, each as its own program. All of them store their data on disk except Miniflare, which has
 * no data here.
 */
export const starts: readonly Starting[] = [
  {
    name: "local Azure",
    how: "`node tools/run.mjs local-azure local/examples/talks`, which is `npm run local` without npm; an HTTP function of the example",
    once: () => example(process.execPath, [join(root, "tools", "run.mjs"), "local-azure"]),
  },
  {
    name: "local Azure, with npm",
    how: "`npm run local -- local/examples/talks`; the same",
    once: () => example(npm, ["run", "--silent", "local", "--"]),
  },
  {
    name: "the whole of Crema, with npm",
    how: "`npm start`, built before; the display's page, and the store of the API",
    once: async () => {
      const port = await portsInARow();
      const began = performance.now();
      const stand = new Started(
        npm,
        (data) => ["start", "--silent", "--", "--port", String(port), "--data", join(data, "stand")],
        { cwd: root, shell: process.platform === "win32" },
      );
      try {
        await stand.answers(`http://localhost:${port}/display`, began, (status) => status === 200);
        return await stand.answers(`http://127.0.0.1:${port + 1}/api/stores/main`, began, (status) => status === 200);
      } finally {
        await stand.close();
      }
    },
  },
  {
    name: `restate-server ${versions["@restatedev/restate-server"]}`,
    how: "its program, without the script before it; the ingress is healthy",
    async once() {
      const [ingress = 0] = await freePorts(1);
      const began = performance.now();
      const { server } = await startRestate(ingress);
      return answered(server, `http://127.0.0.1:${ingress}/restate/health`, began, 200);
    },
  },
  {
    name: `Miniflare ${versions.miniflare}`,
    how: "node with a script that starts it with one worker; the worker",
    async once() {
      const [port = 0] = await freePorts(1);
      const began = performance.now();
      const flare = new Started(process.execPath, () => [
        join(import.meta.dirname, "miniflare-process.ts"),
        String(port),
      ]);
      return answered(flare, `http://127.0.0.1:${port}/`, began, 200);
    },
  },
  {
    name: `Azurite ${versions.azurite}`,
    how: "node with its program, all three services; the blob service, with any status",
    async once() {
      const [blob, queue, table] = await freePorts(3);
      const program = join(packages, "azurite", "dist", "src", "azurite.js");
      const ports = ["--blobPort", String(blob), "--queuePort", String(queue), "--tablePort", String(table)];
      const began = performance.now();
      const azurite = new Started(process.execPath, (data) => [
        program,
        "--silent",
        "--disableTelemetry",
        "--location",
        data,
        ...ports,
      ]);
      return answered(azurite, `http://127.0.0.1:${blob}/devstoreaccount1?comp=list`, began);
    },
  },
];

/** Builds what ours would build at its first start, so that no measured start does. */
export async function buildOurs(): Promise<void> {
  buildWeb();
  await buildConsole();
}

async function example(program: string, before: string[]): Promise<number> {
  const port = await portsInARow();
  const began = performance.now();
  const folder = join(root, "local", "examples", "talks");
  const started = new Started(
    program,
    (data) => [...before, folder, "--port", String(port), "--data", join(data, "local")],
    { cwd: root, shell: program === npm && process.platform === "win32" },
  );
  return answered(started, `http://127.0.0.1:${port}/api/tally`, began, 200);
}

async function answered(started: Started, url: string, began: number, status?: number): Promise<number> {
  try {
    return await started.answers(url, began, (answer) => status === undefined || answer === status);
  } finally {
    await started.close();
  }
}
