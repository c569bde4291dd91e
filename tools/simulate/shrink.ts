import type { Day } from "./day.ts";

const parts = ["troubles", "visits", "deeds", "shifts"] as const;

/**
 * The smallest day found that still fails: leaves out halves, quarters … of what goes wrong, of the visits, deeds and shifts, as long as that is so.
 * @param fails plays a day and tells; asked `most` times at most
 */
export async function shrink(day: Day, fails: (smaller: Day) => Promise<boolean>, most = 60): Promise<Day> {
  let smallest = day;
  let asked = 0;
  const tryIt = async (smaller: Day): Promise<boolean> => {
    if (asked >= most) return false;
    asked++;
    if (!(await fails(smaller))) return false;
    smallest = smaller;
    return true;
  };
  for (let before: Day | undefined; before !== smallest && asked < most; ) {
    before = smallest;
    for (const part of parts) {
      for (let size = Math.ceil(smallest[part].length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
        for (let from = 0; from < smallest[part].length; ) {
          const left = [...smallest[part].slice(0, from), ...smallest[part].slice(from + size)];
          // Somebody has to be at the bar.
          const smaller = { ...smallest, [part]: left };
          if (part === "shifts" && left.length === 0) break;
          if (!(await tryIt(smaller))) from += size;
          if (asked >= most) return smallest;
        }
      }
    }
  }
  return smallest;
}
