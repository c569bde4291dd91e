import { configDefaults, defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** What takes longest, in this order: begun last it would run on alone, with one core at rest. */
const long = [
  "test/journeys/screens",
  "test/journeys/languages",
  "test/tools/extensions-come-and-go",
  "test/journeys/",
  "test/tools/simulate/days",
  "test/package/",
  "test/bench/",
  "test/system/",
  "test/local/functions/",
  "test/local/console/",
];

/**
 * What keeps nothing in its modules, and reads no settings at import: a process is started for many of these files, which is a third less work. All else has a process for each file: the application keeps
 * its clients, the apps their reader's language and time zone, and applications declare their functions, in modules.
 */
const together = [
  "test/contracts/**/*.test.ts",
  "test/infra/**/*.test.ts",
  "test/local/{cosmos,eventgrid,webpubsub,sms,store,recorder}/**/*.test.ts",
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => {
      const at = long.findIndex((part) => moduleId.replaceAll("\\", "/").includes(`/${part}`));
      return at === -1 ? long.length : at;
    };
    return (await super.sort(files)).sort((a, b) => place(a) - place(b));
  }
}

export default defineConfig({
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: "alone",
          include: ["test/**/*.test.ts", "functions/extensions/**/*.test.ts", "local/examples/**/*.test.ts"],
          exclude: [...configDefaults.exclude, ...together],
        },
      },
      { extends: true, test: { name: "together", include: together, isolate: false } },
    ],
    globalSetup: "test/journeys/unpack-browser.ts",
    setupFiles: "test/web/english.ts",
    // Worker threads and file locks are the product here.
    pool: "forks",
    sequence: { sequencer: LongestFirst },
    // As many at a time as there are cores (by default it is one fewer): much of what a test does is wait for a process or a browser of its own.
    maxWorkers: "100%",
    // Generous, for a machine that is busy with other things (with ten times the load, one that starts tools of its own took 150 s); nothing here waits for real time to pass.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    // Also what is polled for, which by default has one second: a browser that starts its sound, or a busy machine, takes longer.
    expect: { poll: { timeout: 30_000 } },
    // Nothing is tried twice: a test that fails now and then is a bug to find.
    retry: 0,
    // What a test prints, and what the application of its stand threw, is shown where the test fails.
    silent: "passed-only",
    passWithNoTests: false,
    allowOnly: false,
  },
});
