import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { freePorts } from "../../free-ports.ts";
import { type Block, blocksOf, isQuoteOf } from "./blocks.ts";
import { root, runLocal } from "./command.ts";

/** Everything that docs/local-azure.md shows is run, or is a quotation of a file that is run. */
const page = readFileSync(join(root, "docs", "local-azure.md"), "utf8");
const blocks = blocksOf(page);
const execute = promisify(execFile);

const commands = blocks.filter(({ language }) => language === "sh");
const [pack, install, start, inTheSecondTerminal, ownStart, debugging, ownTests, ...moreCommands] = commands.map(
  ({ text }) => text,
);
const quotations = blocks.filter(({ note }) => note?.startsWith("from: "));
const only = (note: string): Block => {
  const [block, ...more] = blocks.filter((each) => each.note === note);
  if (block === undefined || more.length > 0) throw new Error(`The page must have one block marked ${note}.`);
  return block;
};

/** The folder that `npm run local -- FOLDER` names. */
function folderOf(command: string | undefined): string {
  const folder = /^npm run local -- (\S+)$/.exec(command ?? "")?.[1];
  if (folder === undefined) throw new Error(`"${command}" is not the command that the page should show.`);
  return folder;
}

test("every block of the page is a command, what it prints or answers, an import, or a quotation", () => {
  const others = blocks.filter(
    ({ language, note }) =>
      language !== "sh" && !["prints", "answers", "import"].includes(note ?? "") && !note?.startsWith("from: "),
  );
  expect(others).toEqual([]);
  expect(moreCommands).toEqual([]);
  expect(quotations.length).toBeGreaterThan(5);
});

test("what begins a debugger begins what is there; test/tools/debug.test.ts does so", () => {
  const [fromTheClone = "", ofThePackage = ""] = debugging?.split("\n") ?? [];
  expect(fromTheClone).toMatch(/^npm run local -- \S+ --inspect /);
  const { name, bin } = JSON.parse(readFileSync(join(root, "local", "package.json"), "utf8"));
  expect(ofThePackage).toMatch(new RegExp(`^node --inspect node_modules/${name}/${bin[name]} `));
});

test.each(quotations.map((block) => [block.line, block.note?.slice("from: ".length) ?? "", block.text]))(
  "line %i quotes %s",
  (_, path, text) => {
    expect(isQuoteOf(text, readFileSync(join(root, path), "utf8"))).toBe(true);
  },
);

test("a quotation with one changed character is found out", () => {
  const [first] = quotations;
  const source = readFileSync(join(root, first?.note?.slice("from: ".length) ?? ""), "utf8");
  expect(isQuoteOf(first?.text.replace("e", "E") ?? "", source)).toBe(false);
  expect(isQuoteOf("a\n\nb", "  a\n\n  b")).toBe(true);
  expect(isQuoteOf("a\nb", "  a\n b")).toBe(false);
});

test("the archive that is installed has the name that npm pack gives it, and lies where the page says that the application is", () => {
  const place = /^cd local && npm pack --pack-destination (\S+)$/.exec(pack ?? "")?.[1] ?? "";
  expect(join(root, "local", place)).toBe(join(root, folderOf(ownStart)));
  const { name, version } = JSON.parse(readFileSync(join(root, "local/package.json"), "utf8"));
  expect(install).toBe(`npm install --save-dev ./${name}-${version}.tgz\nnpx ${name}`);
  expect(readFileSync(join(root, "local/README.md"), "utf8")).toContain(install);
});

test("npm run local is what the page says it is", () => {
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    scripts: Record<string, string>;
  };
  expect(scripts.local).toBe("node tools/run.mjs local-azure");
});

test("in a minute: the commands print and answer what the page shows", async () => {
  const base = await freePorts();
  const running = await runLocal([folderOf(start), "--port", String(base)], root);
  // Only ports, the place of the clone and the time it took differ.
  const printed = running
    .output()
    .replaceAll(new RegExp(`127\\.0\\.0\\.1:${base / 10}(\\d)`, "g"), (_, n) => `127.0.0.1:707${Number(n) + 1}`)
    .replace(root, "…")
    .replace(/\(\d+\.\d s\)/, "(0.3 s)");
  expect(printed.trim()).toBe(only("prints").text);

  let answer = "";
  for (const line of (inTheSecondTerminal ?? "").split("\n")) {
    const there = line.replace(/127\.0\.0\.1:707(\d)/g, (_, n) => `127.0.0.1:${base + Number(n) - 1}`);
    expect(there).toMatch(/^curl /);
    ({ stdout: answer } = await execute("sh", ["-c", there.replace("curl", "curl --silent --show-error --fail")]));
  }
  expect(JSON.parse(answer)).toEqual(JSON.parse(only("answers").text));
  expect(await running.stop()).toBe(0);
});

test("a stranger's project beside a clone runs as the page says: its own tests, and the command", async () => {
  const place = mkdtempSync(join(tmpdir(), "crema-stranger-"));
  onTestFinished(() => rmSync(place, { recursive: true, force: true }));
  const clone = join(place, "crema");
  const own = join(place, "my-app");
  symlinkSync(root, clone);
  cpSync(join(root, folderOf(start)), own, { recursive: true });
  symlinkSync(join(root, "node_modules"), join(own, "node_modules"));
  // What Core Tools leave in a project; the example itself needs none of it.
  writeFileSync(
    join(own, "local.settings.json"),
    JSON.stringify({
      IsEncrypted: false,
      Values: { FUNCTIONS_WORKER_RUNTIME: "node", AzureWebJobsStorage: "UseDevelopmentStorage=true", OWN: "1" },
    }),
  );
  const { text: importLine } = only("import");
  const tests = ["review.test.ts", "watch.test.ts"].map((name) => join(own, name));
  for (const file of tests) {
    const source = readFileSync(file, "utf8");
    const adapted = source.replace(/^import \{[^}]*\} from "[^"]*testing\/index.ts";$/m, importLine);
    expect(adapted).not.toBe(source);
    writeFileSync(file, adapted);
  }

  expect(ownTests).toBe("npx vitest run");
  const vitest = join(root, "node_modules", "vitest", "vitest.mjs");
  const env = { ...process.env, NODE_OPTIONS: "" };
  const { stdout } = await execute(process.execPath, [vitest, "run", "--no-color", "--testTimeout=300000"], {
    cwd: own,
    env,
  });
  const count = tests.map((file) => readFileSync(file, "utf8").match(/^test\(/gm)?.length ?? 0).reduce((a, b) => a + b);
  expect(count).toBeGreaterThan(0);
  expect(stdout).toMatch(new RegExp(`Tests\\s+${count} passed \\(${count}\\)`));

  const base = await freePorts();
  // The folder is relative to the clone; the working directory must not be the link, which would lead to where the clone really is.
  const cwd = join(place, "clone");
  mkdirSync(cwd);
  const running = await runLocal([folderOf(ownStart), "--port", String(base)], cwd);
  expect(running.output()).toContain("Settings   AzureWebJobsStorage, DAYS_TO_DECIDE, FUNCTIONS_WORKER_RUNTIME, OWN");
  expect(running.output()).toContain(dirname(join(own, "package.json")));
  expect(await running.stop()).toBe(0);
});
