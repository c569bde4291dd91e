import { execFile, execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { readApplication } from "../../local/application.ts";
import { startLocalAzure } from "../../local/index.ts";
import { silentLog } from "../../local/kernel/log.ts";
import { startStaticWebApp } from "../../local/swa/index.ts";

/** A neighbour in the network: a namespace with an address of its own, joined to this machine by a cable (veth) of two ends. */
class Neighbour {
  readonly address = `10.213.${process.pid % 250}.1`;
  readonly #name = `crema-${process.pid}`;

  constructor() {
    const [name, cable] = [this.#name, `cr${process.pid}`];
    const own = `10.213.${process.pid % 250}.2/30`;
    for (const step of [
      `ip netns add ${name}`,
      `ip link add ${cable}a type veth peer name ${cable}b`,
      `ip link set ${cable}b netns ${name}`,
      `ip addr add ${this.address}/30 dev ${cable}a`,
      `ip link set ${cable}a up`,
      `ip netns exec ${name} ip addr add ${own} dev ${cable}b`,
      `ip netns exec ${name} ip link set ${cable}b up`,
    ])
      run(step);
  }

  /** Runs a script there that is given `argument` and prints JSON. */
  async ask<T>(script: string, argument: unknown): Promise<T> {
    const args = ["netns", "exec", this.#name, process.execPath, "--input-type=module", "-e", script];
    const { stdout } = await promisify(execFile)("ip", [...args, JSON.stringify(argument)]);
    return JSON.parse(stdout) as T;
  }

  leave(): void {
    run(`ip netns del ${this.#name}`);
  }
}

const run = (command: string) => {
  const [program = "", ...args] = command.split(" ");
  execFileSync(program, args, { stdio: "pipe" });
};

/** Why there can be no neighbour on this machine; `undefined` when there can. */
function missing(): string | undefined {
  if (process.platform !== "linux") return "network namespaces are Linux's";
  if (process.getuid?.() !== 0) return "only root can make a network namespace";
  try {
    run(`ip netns add crema-probe-${process.pid}`);
    run(`ip netns del crema-probe-${process.pid}`);
    return undefined;
  } catch (error) {
    return (error as Error).message.trim();
  }
}

/** Every port that this process and its children listen on. */
function listeningPorts(): number[] {
  const numbers = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  const own = numbers.filter((pid) => pid === String(process.pid) || parentOf(pid) === process.pid);
  const sockets = new Set(own.flatMap((pid) => descriptorsOf(pid).flatMap((fd) => linkOf(pid, fd))));
  const ports = ["tcp", "tcp6"].flatMap((family) =>
    readFileSync(`/proc/${process.pid}/net/${family}`, "utf8")
      .split("\n")
      .map((line) => line.trim().split(/\s+/))
      .filter(([, , , state, , , , , , inode]) => state === "0A" && sockets.has(`socket:[${inode}]`))
      .map(([, address = ""]) => Number.parseInt(address.split(":").at(-1) ?? "", 16)),
  );
  return [...new Set(ports)];
}

function parentOf(pid: string): number | undefined {
  try {
    return Number(/^\d+ \(.*\) \S (\d+)/s.exec(readFileSync(`/proc/${pid}/stat`, "utf8"))?.[1]);
  } catch {
    return undefined; // It has ended meanwhile.
  }
}

function descriptorsOf(pid: string): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`);
  } catch {
    return []; // It has ended meanwhile.
  }
}

function linkOf(pid: string, fd: string): string[] {
  try {
    return [readlinkSync(`/proc/${pid}/fd/${fd}`)];
  } catch {
    return []; // The descriptor that lists the folder is closed by now.
  }
}

/** Dials each port and prints whether it is taken up. */
const dialAll = `
import { connect } from "node:net";
const { host, ports } = JSON.parse(process.argv[1]);
const dial = (port) => new Promise((resolve) => {
  const socket = connect(port, host);
  socket.once("connect", () => resolve("open")).once("error", (error) => resolve(error.code)).once("close", () => socket.destroy());
});
console.log(JSON.stringify(await Promise.all(ports.map(dial))));
process.exit();
`;

/** Asks each address and prints its status, or how the connection failed. */
const askAll = `
const answers = {};
for (const { url, ...init } of JSON.parse(process.argv[1]))
  answers[(init.method ?? "GET") + " " + url] = await fetch(url, { redirect: "manual", ...init }).then((answer) => answer.status, (error) => error.cause?.code ?? String(error));
console.log(JSON.stringify(answers));
`;

const reason = missing();

test.skipIf(reason !== undefined && process.env.CI !== "true")(
  `the network reaches the site, the functions and Web PubSub's clients' address, and nothing else${reason === undefined ? "" : ` (skipped: ${reason})`}`,
  async () => {
    const neighbour = new Neighbour();
    onTestFinished(() => neighbour.leave());
    const publicHost = neighbour.address;
    const site = mkdtempSync(join(tmpdir(), "crema-site-"));
    onTestFinished(() => rmSync(site, { recursive: true }));
    writeFileSync(join(site, "index.html"), "<h1>home</h1>");
    // An application with HTTP streams: its library opens a port, too.
    const root = join(import.meta.dirname, "../local/functions/apps/stream");
    const azure = await startLocalAzure({ ...readApplication(root), host: "0.0.0.0", publicHost, log: silentLog });
    onTestFinished(() => azure.stop());
    const web = await startStaticWebApp({ folder: site, host: "0.0.0.0", port: 0, names: [publicHost] });
    onTestFinished(() => web.close());

    const portOf = (url: string | undefined) => Number(new URL(url ?? "").port);
    const functions = portOf(azure.functions?.origin);
    const webPubSub = azure.webPubSub.port;
    const open = [functions, webPubSub, web.port];
    const ports = listeningPorts();
    // Functions, Durable, its library's proxy, Cosmos DB, Event Grid, Web PubSub, SMS, control, the site.
    expect(ports.length).toBeGreaterThanOrEqual(9);
    expect(ports).toEqual(expect.arrayContaining([...open, azure.sms.port, portOf(azure.controlUrl)]));

    const at = (port: number, path = "/") => `http://${publicHost}:${port}${path}`;
    const dialled = await neighbour.ask<string[]>(dialAll, { host: publicHost, ports });
    expect(ports.filter((_, at) => dialled[at] === "open").sort()).toEqual(open.sort());
    expect(new Set(dialled)).toEqual(new Set(["open", "ECONNREFUSED"]));

    const key = { "x-functions-key": "" };
    expect(
      await neighbour.ask(askAll, [
        { url: at(web.port) },
        { url: at(web.port, "/api/x") },
        { url: at(functions, "/api/nothing") },
        { url: at(functions, "/admin/functions") },
        { url: at(functions, "/admin/host/status") },
        { url: at(functions, "/admin/host/keys"), headers: key },
        { url: at(functions, "/runtime/webhooks/durabletask/instances") },
        { url: at(functions, "/runtime/webhooks/eventgrid?functionName=x"), method: "POST", body: "[]" },
        { url: at(functions, "/durabletask/instances/") },
        { url: at(functions, "/durabletask/orchestrators/x"), method: "POST" },
        { url: at(webPubSub, "/api/hubs/x/:send"), method: "POST", body: "x" },
        { url: at(webPubSub, "/client/hubs/x") },
      ]),
    ).toEqual({
      [`GET ${at(web.port)}`]: 200,
      [`GET ${at(web.port, "/api/x")}`]: 404,
      [`GET ${at(functions, "/api/nothing")}`]: 404,
      [`GET ${at(functions, "/admin/functions")}`]: 401,
      [`GET ${at(functions, "/admin/host/status")}`]: 401,
      [`GET ${at(functions, "/admin/host/keys")}`]: 401,
      [`GET ${at(functions, "/runtime/webhooks/durabletask/instances")}`]: 401,
      [`POST ${at(functions, "/runtime/webhooks/eventgrid?functionName=x")}`]: 401,
      [`GET ${at(functions, "/durabletask/instances/")}`]: 404,
      [`POST ${at(functions, "/durabletask/orchestrators/x")}`]: 404,
      [`POST ${at(webPubSub, "/api/hubs/x/:send")}`]: 403,
      [`GET ${at(webPubSub, "/client/hubs/x")}`]: 403,
    });
  },
);
