import { expect, test } from "vitest";
import { hardware, inWords, machine } from "../../bench/machine.ts";
import { ringOf, speed, speedInWords } from "../../bench/speed.ts";

test.each([2, 3, 64, 10_000])("a ring of %i leads through all of its places, and then to the first", (length) => {
  const ring = ringOf(length);
  const seen = new Set<number>();
  let place = 0;
  for (let step = 0; step < length; step++) {
    seen.add(place);
    place = ring[place] ?? -1;
  }
  expect(seen.size).toBe(length);
  expect(place).toBe(0);
});

test("every bench says what the machine gives at the moment, and results without it say the rest", () => {
  const { gigahertz, readNs } = speed();
  for (const figure of [gigahertz, readNs]) expect(figure).toBeGreaterThan(0);
  expect(speedInWords({ gigahertz: 3.14, readNs: 25.4 })).toBe("about 3.1 GHz, 25 ns a read");
  expect(hardware()).toMatch(/^\d+ cores, .+, about \d+\.\d GHz, \d+ ns a read, Node v\d+/);
  const { speed: now, ...here } = machine();
  expect(now).toBeDefined();
  expect(inWords({ ...here, speed: { gigahertz, readNs } })).toMatch(
    / cores \(.+, about \d+\.\d GHz, \d+ ns a read\), \d+ GiB, Node v/,
  );
  expect(inWords(here)).not.toContain("GHz");
});
