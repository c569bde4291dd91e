/** Resolves once `count` has stayed the same for this number of turns of this thread's event loop. */
export async function calm(turns: number, count: () => number): Promise<void> {
  let seen = count();
  for (let passed = 0; passed < turns; passed++) {
    await new Promise((turn) => setImmediate(turn));
    if (count() === seen) continue;
    seen = count();
    passed = -1;
  }
}
