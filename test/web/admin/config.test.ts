import { expect, test } from "vitest";
import { withRunes } from "../runes.ts";

interface Config {
  loaded: boolean;
  entries: readonly { document: { id: string } }[];
  load(): Promise<void>;
  forget(): void;
}
const { Config } = await withRunes<{ Config: new (app: object) => Config }>("../admin/config.svelte.ts");

/** An app whose requests are answered by hand, one after the other. */
function anApp() {
  const asked: ((ids: readonly string[]) => void)[] = [];
  const inStore = () =>
    new Promise((answer) =>
      asked.push((ids) => answer({ documents: ids.map((id) => ({ document: { id }, etag: "1", problems: [] })) })),
    );
  return { asked, app: { api: { inStore } } };
}
const idsOf = ({ entries }: Config) => entries.map(({ document }) => document.id);

test("of several loads the latest counts, and all wait for it", async () => {
  const { app, asked } = anApp();
  const config = new Config(app);
  const [first, second] = [config.load(), config.load()];
  asked[0]?.(["old"]);
  asked[1]?.(["new"]);
  await Promise.all([first, second]);
  expect(idsOf(config)).toEqual(["new"]);
});

test("what is loaded when somebody signs out is not taken in, and fails for nobody", async () => {
  const { app, asked } = anApp();
  const config = new Config(app);
  const loading = config.load();
  config.forget();
  asked[0]?.(["store"]);
  await loading;
  expect([config.loaded, idsOf(config)]).toEqual([false, []]);
  const again = config.load();
  asked[1]?.(["store"]);
  await again;
  expect(idsOf(config)).toEqual(["store"]);
});
