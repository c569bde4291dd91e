import { describe, expect, test } from "vitest";
import { isHere, robotsOptions, usage } from "../../../tools/robots/options.ts";
import { baristasOf } from "../../../tools/robots/staff.ts";

const read = (...args: string[]) => robotsOptions(args, () => 0.5);

describe("the command line of the robots", () => {
  test("without options it is a quiet quarter of an hour at the stand of this machine", () => {
    expect(read()).toEqual({
      url: new URL("http://localhost:4280"),
      customers: 40,
      anHour: 150,
      baristas: 2,
      minutes: 10,
      seed: 500_000,
      makeRoom: false,
    });
  });

  test("so many orders are the end where no minutes are given", () => {
    expect(read("--orders", "30")).not.toHaveProperty("minutes");
    expect(read("--orders", "30", "--minutes", "5")).toMatchObject({ visits: 30, minutes: 5 });
  });

  test.each([
    ["--customers", "0"],
    ["--customers", "251"],
    ["--an-hour", "many"],
    ["--baristas", "1.5"],
    ["--orders", "-1"],
    ["--speed", "0"],
    ...["NaN", "Infinity", "1001", "0.01", "fast", "0x10", "1e2", "10."].map((speed) => ["--speed", speed]),
    ...["0", "1.5", "1e3", "NaN", "4294967297", "99999999999999999999"].map((seed) => ["--seed", seed]),
    ["--minutes", "10081"],
    ["--an-hour", "1000001"],
    ["--orders", "100001"],
    ["--orders", "0"],
    ["--minutes", "0"],
    ["--url", "localhost"],
    ["--inbox", "ftp://x"],
    ["--robots", "9"],
  ])("%s %s is refused with what would be right", (...args) => {
    expect(() => read(...args)).toThrow(usage);
  });

  test("a crowd is let loose on another machine only by who says that they may, and time is not moved there", () => {
    expect(() => read("--url", "https://coffee.example")).toThrow(/not on this machine.*--i-may/);
    expect(read("--url", "https://coffee.example", "--i-may").url.host).toBe("coffee.example");
    expect(() => read("--url", "https://coffee.example", "--i-may", "--speed", "10")).toThrow(/time cannot be moved/);
  });

  test.each([
    ["http://localhost:4280", true],
    ["http://127.0.0.1:1", true],
    ["http://[::1]:1", true],
    ["http://localhost.example", false],
    ["http://127.0.0.1.example", false],
    ["http://192.168.1.20:4280", false],
  ])("%s is here: %s", (address, here) => {
    expect(isHere(new URL(address))).toBe(here);
  });
});

test("the stand's own baristas come first, and helpers for those that are missing", () => {
  const people = [
    { phone: "1", name: "Alex", roles: ["admin", "barista"] },
    { phone: "2", name: "Bea", roles: ["barista"] },
    { phone: "3", name: "Display", roles: ["display"] },
  ];
  expect(baristasOf(people, 1)).toMatchObject({ there: [{ name: "Bea" }], toBring: [] });
  const { there, toBring } = baristasOf(people, 10);
  expect(there.map(({ name }) => name)).toEqual(["Bea", "Alex"]);
  expect(new Set(toBring.map(({ phone }) => phone)).size).toBe(8);
  for (const { phone } of toBring) expect(phone).toMatch(/^\+1415555015\d$/);
});
