import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { commands } from "../../../tools/events/command-line.ts";
import { all, Terminal } from "./terminal.ts";

const terminal = new Terminal();
afterAll(() => terminal.close());
const run = (line: string) => terminal.run(...line.split(" ").filter((word) => word !== ""));

test("without a command, and with --help, it says what there is", async () => {
  expect(await run("")).toMatchObject({ code: 2, err: [] });
  const { code, out } = await run("--help");
  expect(code).toBe(0);
  for (const [name, { usage }] of Object.entries(commands)) {
    expect(out.join()).toContain(name);
    expect(await run(`${name} --nonsense --help`)).toEqual({ code: 0, out: [usage], err: [] });
  }
});

describe("a wrong command line is answered in one line, with exit code 2", () => {
  test.each<[string, string]>([
    ["lits", 'no command "lits"; there are list, show,'],
    ["toString", 'no command "toString"'],
    ["list --prot 1", "Unknown option '--prot'"],
    ["list --port abc", '--port must be a whole number from 1 to 65529; it is "abc".'],
    ["list --port", "argument missing"],
    ["list --at localhost", "--at must be an address such as http://localhost:4284/"],
    ["list --azure --port 1", "--azure, leave out --port"],
    ["list -e prod", "use it with --azure"],
    ["list --port 1 --at http://localhost", "give only one of them"],
    ["list --store Main", "--store must be lower-case"],
    ["list everything", '"everything" is one word too many'],
    ["list --last many", "--last must be a whole number"],
    ["list --last 0", "--last 0 lists nothing: use it with --follow."],
    ["show --last 0", "--last 0 lists nothing: use it with --follow."],
    ...["00", "1001", "1.5", "1e2", "NaN", "Infinity", "99999999999999999999"].map((last): [string, string] => [
      `list --last ${last}`,
      `--last must be a whole number from 1 to 1000; it is "${last}".`,
    ]),
    ["list --last=-1 --follow", '--last must be a whole number from 0 to 1000; it is "-1".'],
    ["list --last=", '--last must be a whole number from 1 to 1000; it is "".'],
    ["list --port 0", '--port must be a whole number from 1 to 65529; it is "0".'],
    ["list --port 65530", "--port must be a whole number from 1 to 65529"],
    ["show --follow --until 1h", "--follow has no end"],
    ["list --follow --until 1h", "--follow has no end"],
    ["show --last -1", "argument"],
    ["show e1 --order 1", "With the id of an event, leave out --order"],
    ["show e1 e2", '"e2" is too much'],
    ["inject", "Name a file with an event, or a type with --sample"],
    ["inject --sample order.redy", 'There is no event type "order.redy"; there are code.scanned'],
    ["inject --sample order", '"order" is several types'],
    ["inject /nowhere.json --port 1", "No local stand answers"],
    ["replay --to insights", "Give a beginning with --since"],
    ["replay --since 1h", "Name at least one subscription with --to: insights"],
    [
      "replay --since 1h --to workflows",
      "workflows gets live events only, no replayed ones; the names for --to are: insights",
    ],
    ["replay --since 1h --to insihgts", "There is no subscription insihgts"],
    ...["fast", "0", "0.0", "0.0001", "1e-300", "1e3", "0x10", "NaN", "Infinity", "1000001"].map(
      (speed): [string, string] => [
        `replay --since 1h --to insights --speed ${speed}`,
        `--speed must be a number from 0.001 to 1000000, such as 60 for an hour a minute; it is "${speed}".`,
      ],
    ),
    ["replay --since 1h --to insights --speed=-1", "--speed must be a number from 0.001"],
    ["replay --resume none", "There is no run none"],
    ["replay --resume ../none", "is not the id of a run"],
    ["dead-letters delete", 'There is no "dead-letters delete"'],
    ["dead-letters redrive", "Name one letter, or give --all"],
    ["dead-letters redrive x --all", "Name one letter, or give --all"],
    ["dead-letters --all", "To list all, leave out --all"],
    ["repair", "Name an order"],
    ["repair a b", '"b" is too much'],
  ])("%s", async (line, words) => {
    const { code, out, err } = await run(line);
    expect(err.join("\n")).toContain(words);
    expect(err).toHaveLength(1);
    expect(err[0]).not.toContain("\n");
    expect(out).toEqual([]);
    expect(code).toBe(words.startsWith("No local stand") ? 1 : 2);
  });
});

test("a file of lines is read line by line, and the line that is no event is named", async () => {
  const file = join(terminal.runs, "lines.ndjson");
  writeFileSync(file, '{"specversion":"1.0"}\n');
  const { eventsIn } = await import("../../../tools/events/event-file.ts");
  await expect(all(eventsIn(file))).rejects.toThrow(`${file}:1: this is no event: id `);
  writeFileSync(file, "\n\nnonsense\n");
  await expect(all(eventsIn(file))).rejects.toThrow(`${file}:3: this is not JSON`);
  await expect(all(eventsIn(`${file}.gone`))).rejects.toThrow("There is no file");
});

test("a run whose notes are damaged is refused with what happened to them", async () => {
  for (const text of ["", "{", '{"run":"broken"}']) {
    writeFileSync(join(terminal.runs, "broken.json"), text);
    const { code, err } = await terminal.run("replay", "--resume", "broken");
    expect(err).toEqual([expect.stringContaining("broken.json is damaged")]);
    expect(code).toBe(2);
  }
});
