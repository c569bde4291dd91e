import { expect, test } from "vitest";
import { processWarnings } from "../../../local/functions/process-settings.ts";
import { makeApp, makeWorld } from "./harness.ts";

const app = () => makeApp({ "src/a.js": `import { app } from "@azure/functions";\napp.get("a", async () => ({}));` });

const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
const other = own === "Asia/Tokyo" ? "Asia/Seoul" : "Asia/Tokyo";

test("settings that cannot change a thread are named at the start, and what to do instead", async () => {
  const world = makeWorld();
  const settings = {
    TZ: other,
    NODE_OPTIONS: "--no-deprecation --max_old_space_size=4096 --stack-trace-limit=50",
    languageWorkers__node__arguments: "--expose-gc",
  };
  await world.start(app(), { settings });
  expect(world.logged.filter(({ level }) => level === "warn").map(({ message }) => message)).toEqual([
    `TZ=${other} among the settings has no effect on dates here, which are in the time zone of this process, ${own}: a thread has no time zone of its own. Set TZ where the local Azure is started.`,
    "--max_old_space_size=4096 --stack-trace-limit=50 in NODE_OPTIONS among the settings has no effect here, where the application runs in a thread. Set NODE_OPTIONS where the local Azure is started.",
    "languageWorkers__node__arguments (--expose-gc) has no effect here, where the application runs in a thread. Set NODE_OPTIONS where the local Azure is started.",
  ]);
});

test("nothing is said of the time zone that the process has, nor of options that a thread can have", () => {
  expect(processWarnings({ TZ: own, NODE_OPTIONS: "--no-deprecation --import ./x.js" })).toEqual([]);
  expect(processWarnings({ TZ: `:${own}` })).toEqual([]);
  // A zone without a name cannot be compared.
  expect(processWarnings({ TZ: "ABC-1" })).toHaveLength(1);
});

test.each(["--openssl-legacy-provider", "--use-openssl-ca", "--title=stand", '"unfinished'])(
  "NODE_OPTIONS with %s, which no thread can have, ends the start with a sentence",
  async (options) => {
    const started = makeWorld().start(app(), { settings: { NODE_OPTIONS: options } });
    await expect(started).rejects.toThrow(
      new RegExp(
        `^NODE_OPTIONS among the settings is "${options}", which cannot be used here: [^.]+\\. The application runs in a thread; leave options for the whole process out of the settings, and set NODE_OPTIONS where the local Azure is started\\.$`,
      ),
    );
  },
);
