/** Runs `run` for 0 to count - 1, `atOnce` at a time. */
export async function many(count: number, atOnce: number, run: (n: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < count) await run(next++);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}
