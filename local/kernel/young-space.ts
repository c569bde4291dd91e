import { getHeapSpaceStatistics, setFlagsFromString } from "node:v8";

/** The initial size of V8's young space from Node 24 on: both halves together. */
const enough = 32 * 1024 * 1024;
const growthFactor = "--semi-space-growth-factor";
const usual = 2;

/**
 * Keeps V8 from growing the space of young objects while `run` lasts. It would grow to 128 MB in each thread and hardly ever shrink, which a start
 * does not need.
 * Afterwards it may grow: without that, an application's thread is a fifth slower under load. If V8 starts with little space and has not grown that
 * far, it may grow anyway: there the growth ends by itself.
 */
export async function withLittleYoungSpace<T>(run: () => Promise<T>): Promise<T> {
  const young = getHeapSpaceStatistics().find(({ space_name }) => space_name === "new_space");
  if (young === undefined || young.space_size < enough) return run();
  setFlagsFromString(`${growthFactor}=1`);
  try {
    return await run();
  } finally {
    setFlagsFromString(`${growthFactor}=${usual}`);
  }
}
