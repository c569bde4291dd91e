import type { Day } from "./day.ts";
import type { Fair } from "./fair.ts";

/** What can be left out, in this order: whole stands first. */
const parts = ["stands", "troubles", "visits", "deeds", "shifts"] as const;
type Part = (typeof parts)[number];

/**
 * The smallest fair found that still fails. It leaves out halves, quarters … of the stands, faults, visits, deeds and shifts, as long as the fair
 * still fails.
 * @param fails plays a fair and returns whether it fails; called at most `most` times
 */
export async function shrink(fair: Fair, fails: (smaller: Fair) => Promise<boolean>, most = 60): Promise<Fair> {
  let smallest = fair;
  let asked = 0;
  const tryIt = async (smaller: Fair): Promise<boolean> => {
    if (asked >= most) return false;
    asked++;
    if (!(await fails(smaller))) return false;
    smallest = smaller;
    return true;
  };
  for (let before: Fair | undefined; before !== smallest && asked < most; ) {
    before = smallest;
    for (const part of parts) {
      for (let size = Math.ceil(countOf(smallest, part) / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
        for (let from = 0; from < countOf(smallest, part); ) {
          const smaller = without(smallest, part, from, size);
          if (smaller === undefined || !(await tryIt(smaller))) from += size;
          if (asked >= most) return smallest;
        }
      }
    }
  }
  return smallest;
}

/** Of all stands together. */
const countOf = (fair: Fair, part: Part): number =>
  isOfFair(part) ? fair[part].length : fair.stands.reduce((sum, day) => sum + day[part].length, 0);

/** A fair without some elements of a part; `undefined` if that is invalid: at least one stand, and somebody at the bar of each. */
function without(fair: Fair, part: Part, from: number, size: number): Fair | undefined {
  if (isOfFair(part)) {
    const left = fair[part].filter((_, at) => at < from || at >= from + size);
    return part === "stands" && left.length === 0 ? undefined : { ...fair, [part]: left };
  }
  let passed = 0;
  const stands = fair.stands.map((day): Day => {
    const before = passed;
    passed += day[part].length;
    return { ...day, [part]: day[part].filter((_, at) => before + at < from || before + at >= from + size) };
  });
  return stands.some(({ shifts }) => shifts.length === 0) ? undefined : { ...fair, stands };
}

const isOfFair = (part: Part): part is "stands" | "troubles" => part === "stands" || part === "troubles";
