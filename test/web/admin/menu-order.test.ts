import { expect, test } from "vitest";
import { withRunes } from "../runes.ts";

interface MenuOrder {
  readonly drinks: { document: { id: string } }[];
  move(from: number, to: number): void;
  save(): void;
  undo(): void;
}
interface Sorter {
  held: number | undefined;
  toggle(index: number): void;
  step(index: number, by: -1 | 1, button: object): Promise<void>;
  cancel(): void;
  drop(): void;
}
const { MenuOrder } = await withRunes<{ MenuOrder: new (desk: object) => MenuOrder }>("../admin/menu-order.svelte.ts");
const { Sorter } = await withRunes<{ Sorter: new (list: object) => Sorter }>("../admin/sorter.svelte.ts");

/** The menu's page, with an API that answers when it is told to; `stored` is what the documents say. */
function page(...stored: string[]) {
  const asked: { drinks: string[]; seen: string[]; answer: () => void }[] = [];
  const config = {
    drinks: [] as { document: { id: string } }[],
    load: async () => undefined,
    now(...ids: string[]) {
      config.drinks = ids.map((id) => ({ document: { id } }));
    },
  };
  config.now(...stored);
  const inStore = (_method: string, _path: string, { body }: { body: { drinks: string[]; seen: string[] } }) =>
    new Promise<void>((resolve) => {
      const answer = () => {
        config.now(...body.drinks);
        resolve();
      };
      asked.push({ ...body, answer });
    });
  const order = new MenuOrder({ app: { api: { inStore }, clock: { now: 0 } }, config, toasts: { say() {} } });
  const sorter = new Sorter({
    count: () => order.drinks.length,
    name: (index: number) => order.drinks[index]?.document.id ?? "",
    move: (from: number, to: number) => order.move(from, to),
    done: () => order.save(),
    undone: () => order.undo(),
  });
  const shown = () => order.drinks.map(({ document }) => document.id).join("");
  return { asked, config, sorter, shown };
}
const button = { focus: () => undefined };
const settled = () => new Promise((turn) => setTimeout(turn));

test.each([
  ["cancelled", ({ sorter }: ReturnType<typeof page>) => sorter.cancel()],
  [
    "put down where it was",
    async ({ sorter }: ReturnType<typeof page>) => {
      await sorter.step(1, -1, button);
      sorter.drop();
    },
  ],
])(
  "after a move that was %s the page follows the others again, and the next move builds on what they did",
  async (_how, end) => {
    const here = page("a", "b", "c");
    here.sorter.toggle(0);
    await here.sorter.step(0, 1, button);
    expect(here.shown()).toBe("bac");
    await end(here);
    expect(here.shown()).toBe("abc");
    here.config.now("c", "b", "a");
    expect(here.shown()).toBe("cba");
    await here.sorter.step(0, 1, button);
    await settled();
    expect(here.asked).toMatchObject([{ seen: ["c", "b", "a"], drinks: ["b", "c", "a"] }]);
  },
);

test("a move that is cancelled leaves the one before it, which is still on its way", async () => {
  const here = page("a", "b", "c");
  await here.sorter.step(0, 1, button);
  await settled();
  here.sorter.toggle(2);
  await here.sorter.step(2, -1, button);
  expect(here.shown()).toBe("bca");
  here.sorter.cancel();
  expect(here.shown()).toBe("bac");
  here.asked[0]?.answer();
  await settled();
  expect(here.shown()).toBe("bac");
  here.config.now("a", "b", "c");
  expect(here.shown()).toBe("abc");
  expect(here.asked).toHaveLength(1);
});
