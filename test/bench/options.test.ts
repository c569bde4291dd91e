import { describe, expect, test } from "vitest";
import { benchOptions } from "../../tools/bench/options.ts";
import { costsOptions } from "../../tools/costs/options.ts";
import { UsageError } from "../../tools/say-usage.ts";

const first = (read: () => unknown): string => {
  try {
    return `taken: ${JSON.stringify(read())}`;
  } catch (error) {
    const [line = "", empty, usage = ""] = (error as Error).message.split("\n");
    // How it would be right comes with it, and the exit code is that of a wrong command line.
    expect([error instanceof UsageError, empty, usage.includes("[")]).toEqual([true, "", true]);
    return line;
  }
};

describe("npm run bench", () => {
  test.each([
    [[], { what: "all", orders: 500, atOnce: 50 }],
    [["--orders", "10", "--at-once=2"], { what: "all", orders: 10, atOnce: 2 }],
    [["--growth"], { what: "growth", write: false }],
    [["--growth", "--write"], { what: "growth", write: true }],
    [["--days"], { what: "days" }],
    [["--peers"], { what: "peers", rounds: 7, write: false }],
    [["--peers", "--rounds", "3", "--write"], { what: "peers", rounds: 3, write: true }],
    [["--recording", "--rounds", "1"], { what: "recording", rounds: 1 }],
  ])("%j", (args, asked) => {
    expect(benchOptions(args)).toEqual(asked);
  });

  test.each([
    [["--speed"], "Unknown option '--speed'"],
    [["10"], "Unexpected argument '10'."],
    [["--orders", "0"], '--orders must be a whole number from 1 to 999999999; it is "0".'],
    [["--orders", "1e3"], '--orders must be a whole number from 1 to 999999999; it is "1e3".'],
    [["--orders="], '--orders must be a whole number from 1 to 999999999; it is "".'],
    [["--at-once", "2.5"], '--at-once must be a whole number from 1 to 250; it is "2.5".'],
    // Each of them signs in, from one network.
    [["--at-once", "251"], '--at-once must be a whole number from 1 to 250; it is "251".'],
    [["--peers", "--rounds", "0"], '--rounds must be a whole number from 1 to 999999999; it is "0".'],
    [["--peers", "--growth"], "--growth and --peers do not go together: each is measured alone."],
    // What nothing would look at.
    [["--orders", "5", "--growth"], "--orders is for the whole bench, not for --growth."],
    [["--at-once", "5", "--peers"], "--at-once is for the whole bench, not for --peers."],
    [["--rounds", "3"], "--rounds is for --peers and --recording."],
    [["--rounds", "3", "--days"], "--rounds is for --peers and --recording, not for --days."],
    [["--write"], "--write is for --growth and --peers."],
    [["--recording", "--write"], "--write is for --growth and --peers, not for --recording."],
  ])("%j is refused", (args, why) => {
    expect(first(() => benchOptions(args))).toBe(why);
  });
});

test("node tools/run.mjs costs prints, writes or lists", () => {
  expect([[], ["--write"], ["--list"]].map(costsOptions)).toEqual(["print", "write", "list"]);
  expect(first(() => costsOptions(["--write", "--list"]))).toBe("--list only prints: leave out --write.");
  expect(first(() => costsOptions(["--rounds", "3"]))).toBe("Unknown option '--rounds'");
  expect(first(() => costsOptions(["list"]))).toContain("Unexpected argument 'list'");
});
