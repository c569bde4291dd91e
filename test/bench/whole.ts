import { expect } from "vitest";

/** What benches give back in tests is looked at for being there, never for how much it is: how fast a machine is no test says. */

/** That all numbers in it are finite and above 0, and no list is empty. */
export function expectFigures(found: unknown, name = "figures"): void {
  if (typeof found === "number") {
    expect(Number.isFinite(found), `${name} is ${found}`).toBe(true);
    expect(found, name).toBeGreaterThan(0);
  } else if (Array.isArray(found)) {
    expect(found, name).not.toEqual([]);
    for (const [at, one] of found.entries()) expectFigures(one, `${name}[${at}]`);
  } else if (typeof found === "object" && found !== null) {
    for (const [key, one] of Object.entries(found)) expectFigures(one, `${name}.${key}`);
  } else expect(typeof found, name).toBe("string");
}

/**
 * What a bench says, and that each of its lines begins as one of `beginnings`, in this order, and goes on with figures, where it is not the whole of it;
 * none may say that something is no number.
 */
export function hearing(): { tell: (line: string) => void; expectLines(beginnings: readonly string[]): void } {
  let said = "";
  return {
    tell: (line) => {
      said += `${line}\n`;
    },
    expectLines(beginnings) {
      expect(said).not.toMatch(/NaN|Infinity|undefined|null|\[object/);
      const lines = said.split("\n").filter((line) => line !== "");
      expect(lines.map((line, at) => line.trim().slice(0, beginnings[at]?.length))).toEqual(beginnings);
      for (const [at, line] of lines.entries()) if (line.trim() !== beginnings[at]) expect(line).toMatch(/\d/);
    },
  };
}

/** The beginning of the line that tells the machine. */
export const machineLine = "(";
