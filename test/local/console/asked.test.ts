import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { withRunes } from "../../web/runes.ts";

interface Asked {
  value: unknown;
  problem: string | undefined;
  refresh(): Promise<void>;
  after(act: () => Promise<unknown>): Promise<boolean>;
}
let leave: () => void;
let answers: ((status: number, body: unknown) => void)[];

beforeEach(() => {
  answers = [];
  vi.stubGlobal("$effect", (begin: () => () => void) => {
    leave = begin();
  });
  vi.stubGlobal("document", { visibilityState: "hidden" });
  vi.stubGlobal(
    "fetch",
    () => new Promise((answer) => answers.push((status, body) => answer(Response.json(body, { status })))),
  );
});
afterEach(() => {
  leave();
  vi.unstubAllGlobals();
});

const asking = async (): Promise<Asked> => {
  const { Asked } = await withRunes<{ Asked: new (path: () => string) => Asked }>(
    "../../local/console/lib/asked.svelte.ts",
  );
  return new Asked(() => "/things");
};

test("what was asked before something was done is not shown in place of what was asked after it", async () => {
  const asked = await asking();
  const earlier = asked.refresh();
  const done = asked.after(async () => undefined);
  await expect.poll(() => answers).toHaveLength(3);
  const [first, second, third] = answers;
  third?.(200, "after");
  expect(await done).toBe(true);
  second?.(200, "before");
  await earlier;
  first?.(500, { message: "It was busy." });
  await new Promise((turn) => setImmediate(turn));
  expect([asked.value, asked.problem]).toEqual(["after", undefined]);
});

test("what a page that was left is answered is not shown", async () => {
  const asked = await asking();
  const late = asked.refresh();
  leave();
  for (const answer of answers) answer(200, "late");
  await late;
  expect(asked.value).toBeUndefined();
});
