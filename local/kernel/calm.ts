/** Resolves once so many turns of this thread's event loop have passed in which `count` stayed what it was. */
export async function calm(turns: number, count: () => number): Promise<void> {
  let seen = count();
  for (let passed = 0; passed < turns; passed++) {
    await new Promise((turn) => setImmediate(turn));
    if (count() === seen) continue;
    seen = count();
    passed = -1;
  }
}
