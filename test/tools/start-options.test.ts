import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { hostDoubt } from "../../tools/host-doubt.ts";
import { ourRecording } from "../../tools/player/our-recording.ts";
import { root } from "../../tools/stand-options.ts";
import { commandWith, otherPort, startOptions } from "../../tools/start-options.ts";

const networks = {
  lo: [{ address: "127.0.0.1", family: "IPv4", internal: true }],
  eth0: [
    { address: "fe80::1", family: "IPv6", internal: false },
    { address: "192.168.1.20", family: "IPv4", internal: false },
  ],
} as unknown as NonNullable<Parameters<typeof startOptions>[1]>;
const read = (...args: string[]) => startOptions(args, networks);

test("without options it listens on this machine only", () => {
  expect(read()).toEqual({
    port: 4280,
    host: "127.0.0.1",
    publicHost: "localhost",
    data: ".crema",
    reset: false,
    openInbox: false,
    package: false,
    watch: false,
    demo: false,
    speed: 1,
    extensions: "default",
  });
});

test("--demo begins anew in a folder of its own, and goes on only in one that is named", () => {
  expect(read("--demo")).toMatchObject({ demo: true, data: ".crema-demo", reset: true, speed: 1 });
  expect(read("--demo", "--data", "mine")).toMatchObject({ data: "mine", reset: false });
  expect(read("--demo", "--speed", "10").speed).toBe(10);
});

test("--play plays a file, or ours where none is named, sixty times as fast unless told otherwise, and keeps nothing", () => {
  expect(read("--play", "day.ndjson")).toMatchObject({ play: "day.ndjson", speed: 60, data: ".crema-play" });
  expect(read("--play", "--speed", "10")).toMatchObject({ play: ourRecording, speed: 10 });
  expect(read("--play")).toMatchObject({ play: ourRecording, demo: false, reset: false });
  for (const other of ["--demo", "--reset", "--data=mine"])
    expect(() => read("--play", other)).toThrow(/--play begins anew .* does not go with --(demo|reset|data)\./);
});

test("--package asks for the package that goes to Azure", () => {
  expect(read("--package").package).toBe(true);
});

test("--extensions takes a choice", () => {
  expect(read("--extensions", "tally,regulars").extensions).toBe("tally,regulars");
});

test("--watch reads the sources, so it does not go with --package", () => {
  expect(read("--watch").watch).toBe(true);
  expect(() => read("--watch", "--package")).toThrow("--package runs none");
});

describe("--host", () => {
  test.each([
    [["--host"], "192.168.1.20"],
    [["--host", "--port", "80"], "192.168.1.20"],
    [["--host", "10.0.0.7"], "10.0.0.7"],
    [["--host=stand.local"], "stand.local"],
  ])("%j announces %s", (args, publicHost) => {
    expect(read(...args)).toMatchObject({ host: "0.0.0.0", publicHost });
  });

  test("leaves the SMS inbox closed unless it is asked for, and never opens it alone", () => {
    expect(read("--host").openInbox).toBe(false);
    expect(read("--host", "--open-inbox").openInbox).toBe(true);
    expect(() => read("--open-inbox")).toThrow("it goes with --host.");
  });

  test.each(["http://x", "10.0.0.7:80", "a b", "1.2.3", "999.1.1.1", "-x", "under_score"])(
    "%s is no name and no address",
    (host) => {
      expect(() => read(`--host=${host}`)).toThrow(`without a port; it is "${host}".`);
    },
  );

  test("what phones may not find is taken, with a word about it", async () => {
    const nobody = () => Promise.reject(new Error("ENOTFOUND"));
    expect(await hostDoubt("nonsense.invalid", nobody, networks)).toContain("nobody of the name nonsense.invalid");
    expect(await hostDoubt("stand.local", async () => "192.168.1.20", networks)).toBeUndefined();
    expect(await hostDoubt("10.0.0.7", nobody, networks)).toBe(
      "10.0.0.7 is no address of this machine; its own are 127.0.0.1, 192.168.1.20.",
    );
    expect(await hostDoubt("192.168.1.20", nobody, networks)).toBeUndefined();
  });

  test("on a machine without a network it asks for an address", () => {
    expect(() => startOptions(["--host"], {})).toThrow(/no network address.*--host/);
  });
});

test.each([
  ["--port", "coffee"],
  ["--port", "70000"],
  ["--port", "1.5"],
  ["--port", "0x50"],
  ["--speed", "0"],
  ["--speed", "fast"],
  ["--speed", "0x10"],
  ["--speed", "1e2"],
  ["--speed", " 5"],
  ["--speed", ""],
  ["--prot", "1"],
  ["serve"],
])("%j is refused with the usage", (...args) => {
  expect(() => read(...args)).toThrow(/--port N/);
});

test("what Node says of an unknown option is said without its advice about others", () => {
  expect(() => read("--prot", "1")).toThrow(/^Unknown option '--prot'\n\nnpm start/);
  expect(() => read("serve")).toThrow(/^Unexpected argument 'serve'\.\n\nnpm start/);
  expect(() => read("--data", "--demo")).toThrow(/^Option '--data' argument is ambiguous\.\n\nnpm start/);
});

test.each([
  [[], "--reset", undefined, "npm start -- --reset"],
  [["--demo", "--data", "my stand"], "--reset", undefined, 'npm start -- --demo --data "my stand" --reset'],
  [["--reset", "--port", "5000"], "--reset", undefined, "npm start -- --port 5000 --reset"],
  [["--data", "mine", "--port", "4280"], "--port", "4380", "npm start -- --data mine --port 4380"],
  [["--port=4280", "--demo"], "--port", "4380", "npm start -- --demo --port 4380"],
])("what begins again, or elsewhere, is asked for with all else that %j asked for", (given, option, value, command) => {
  expect(commandWith(given, option, value)).toBe(command);
});

test("other ports are such as there are", () => {
  expect([4280, 65_429, 65_430, 65_529].map(otherPort)).toEqual([4380, 65_529, 65_330, 65_429]);
  for (const port of [4280, 65_430, 65_529]) expect(read("--port", String(otherPort(port))).port).toBe(otherPort(port));
});

test.each([
  "start",
  "test",
  "bench",
  "robots",
  "simulate",
  "abuse",
  "local-azure",
  "events",
  "generate",
  "new-extension",
  "record",
  "build",
  "package-local",
])("whoever asks %s for help is told how it is used, and nothing else is done", (task) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, "tools", `${task}.ts`), "--help"], {
    encoding: "utf8",
  });
  expect({ status, stdout, stderr }).toEqual({
    status: 0,
    stdout: expect.stringMatching(/^npm (run )?[\w-]+( --|\n) /),
    stderr: "",
  });
});

test.each([
  ["start", "--prot"],
  ["start", "--extensions=nosuch"],
  ["test", "--prot"],
  ["bench", "--prot"],
  ["robots", "--prot"],
  ["simulate", "--prot"],
  ["simulate", "--days=few"],
  ["abuse", "--prot"],
  ["abuse", "--requests=many"],
  ["local-azure", "--prot"],
  ["events", "--prot"],
  ["generate", "--prot"],
  ["new-extension", "--prot"],
  ["record", "--prot"],
  ["record", "now"],
  ["build", "--prot"],
  ["package-local", "--prot"],
])("%s %s is no command line of it: it says so, and ends with 2 before it has done anything", (task, wrong) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, "tools", `${task}.ts`), wrong], {
    encoding: "utf8",
    timeout: 60_000,
  });
  expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  expect(stderr).not.toMatch(/^ {4}at .*:\d/m);
  if (wrong === "--prot" && task !== "test" && task !== "events")
    expect(stderr).toContain(`npm ${task === "start" ? "" : "run "}`);
});
