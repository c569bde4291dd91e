import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readOptions } from "../../local/cli/options.ts";
import { benchOptions, usage as usageOfBench } from "../../tools/bench/options.ts";
import { browsersOptions, usage as usageOfBrowsers } from "../../tools/browsers/options.ts";
import { commands } from "../../tools/events/command-line.ts";
import { robotsOptions, usage as usageOfRobots } from "../../tools/robots/options.ts";
import { startOptions, usage as usageOfStart } from "../../tools/start-options.ts";
import { ownPages, pages, root, spansOf, textOf } from "./pages.ts";

const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { scripts: Record<string, string> };

const usageOfLocal = readOptions(["--help"], "npm run local --");
const usages: Record<string, string> = {
  start: usageOfStart,
  robots: usageOfRobots,
  bench: usageOfBench,
  browsers: usageOfBrowsers,
  local: "usage" in usageOfLocal ? usageOfLocal.usage : "",
  events: Object.values(commands)
    .map(({ usage }) => usage)
    .join("\n"),
};

const sourceOf = (script: string) => `tools/${script}.ts`;
const isOurs = (script: string) => script in usages || existsSync(join(root, sourceOf(script)));

/** How a command is used: what it tells itself, or the source that tells it, where that begins its work as soon as it is loaded. */
const usageOf = (script: string): string => usages[script] ?? readFileSync(join(root, sourceOf(script)), "utf8");

/** The options that a text names. */
const optionsIn = (text: string): string[] => [
  ...new Set([...text.matchAll(/(?<![\w-])--[a-z][\w-]*/gi)].map(([option]) => option)),
];

/** Options of Node, which tools/run.mjs hands on, and of help. */
const ofAll = ["--inspect", "--inspect-wait", "--help"];

interface Shown {
  script: string;
  args: string[];
}

/** The commands of ours that a page shows: `npm start -- --demo`, `npm run events -- list`. */
function commandsIn(text: string): Shown[] {
  const found = text.matchAll(/npm (?:run (?:--silent )?([\w-]+)|(start|test)\b)(?: -- ([^`\n#|)]*))?/g);
  return [...found].map(([, run, alone, args = ""]) => ({
    script: run ?? alone ?? "",
    args: args.replace(/-->.*/, "").trim().split(/\s+/).filter(Boolean),
  }));
}

/** What `--host` without an address is looked up in. */
const network = { eth0: [{ address: "192.168.1.20", family: "IPv4", internal: false }] } as unknown as Parameters<
  typeof startOptions
>[1];

/** What is wrong with a command; nothing when it is one that runs. */
function wrongIn({ script, args }: Shown): string | undefined {
  if (!(script in scripts)) return `there is no script ${script}`;
  const own = args.filter((arg) => !ofAll.includes(arg));
  try {
    if (script === "start") startOptions(own, network);
    else if (script === "robots") robotsOptions(own);
    else if (script === "bench") benchOptions(own);
    else if (script === "browsers") browsersOptions(own);
    else if (script === "local") readOptions(own, "npm run local --");
  } catch (error) {
    return (error as Error).message.split("\n")[0];
  }
  if (script === "test") {
    const none = own.find(
      (part) => part.startsWith("-") || (globSync(`${part}*`, { cwd: root }).length === 0 && !/coffee-club/.test(part)),
    );
    return none === undefined ? undefined : `there is no test in ${none}`;
  }
  // What biome and other programs take is theirs to say.
  if (!isOurs(script)) return undefined;
  const asked = optionsIn(own.join(" "));
  const [command = ""] = script === "events" ? own : [];
  if (/^[a-z]/.test(command) && !Object.hasOwn(commands, command)) return `there is no command ${command}`;
  const odd = asked.find((option) => !optionsIn(commands[command]?.usage ?? usageOf(script)).includes(option));
  return odd === undefined ? undefined : `${script} ${command} has no ${odd}`;
}

describe("commands in pages", () => {
  test("are read as they stand there, and one that does not run is found out", () => {
    expect(commandsIn("`npm run --silent events -- list --follow`, `npm start -- --demo # all`, npm test")).toEqual([
      { script: "events", args: ["list", "--follow"] },
      { script: "start", args: ["--demo"] },
      { script: "test", args: [] },
    ]);
    const wrong = [
      "npm run play",
      "npm start -- --open-inbox",
      "npm run events -- list --dry-run",
      "npm run events -- lists",
      "npm run simulate -- --hours 3",
      "npm run robots -- --customers 1000",
      "npm run bench -- --days --write",
      "npm test -- test/nowhere",
    ];
    expect(wrong.filter((text) => commandsIn(text).every((shown) => wrongIn(shown) === undefined))).toEqual([]);
    expect(wrongIn({ script: "format", args: ["--max-diagnostics", "none"] })).toBeUndefined();
    expect(pages.flatMap((page) => commandsIn(textOf(page))).length).toBeGreaterThan(100);
  });

  test.each(pages)("%s shows commands that run", (page) => {
    const wrong = commandsIn(textOf(page)).flatMap((shown) => {
      const why = wrongIn(shown);
      return why === undefined ? [] : [`npm ${shown.script} ${shown.args.join(" ")}: ${why}`];
    });
    expect(wrong).toEqual([]);
  });

  /** Of programs that are not ours, and a colour of a style sheet. */
  const ofOthers = ["--kiosk-printing", "--account-name", "--scope", "--skipApiVersionCheck", "--crema"];
  const own = Object.keys(scripts).filter(isOurs);
  const known = [...ofAll, ...ofOthers, ...own.flatMap((script) => optionsIn(usageOf(script)))];

  test.each(ownPages)("%s names options that there are, and programs", (page) => {
    const named = spansOf(page).filter((span) => span.startsWith("--"));
    expect(named.flatMap(optionsIn).filter((option) => !known.includes(option))).toEqual([]);
    const programs = [...textOf(page).matchAll(/\bnode ((?:tools|bench)\/[\w./-]+)(?: ([a-z-]+))?/g)];
    const files = programs.flatMap(([, file = "", task]) =>
      file === "tools/run.mjs" && task !== undefined ? [file, sourceOf(task)] : [file],
    );
    expect(files.filter((file) => !existsSync(join(root, file)))).toEqual([]);
  });
});

describe("tables of options", () => {
  test.each([
    ["docs/local-azure.md", "local", ["--help", "--version"]],
    ["local/README.md", "local", ["--help", "--version"]],
    ["docs/robots.md", "robots", []],
  ])("%s has all of npm run %s", (page, script, left) => {
    const told = [...textOf(page).matchAll(/^\| (`--[^|]*)\|/gm)].flatMap(([, cell = ""]) => optionsIn(cell));
    const there = optionsIn(usages[script] ?? "").filter((option) => !(left as string[]).includes(option));
    expect(told.sort()).toEqual(there.sort());
  });
});
