import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts", "functions/extensions/**/*.test.ts", "local/examples/**/*.test.ts"],
    globalSetup: "test/journeys/unpack-browser.ts",
    setupFiles: "test/web/english.ts",
    // Worker threads and file locks are the product here: each test file gets a process of its own.
    pool: "forks",
    // As many at a time as there are cores (by default it is one fewer): much of what a test does is wait for a process or a browser of its own.
    maxWorkers: "100%",
    // Generous, for a machine that is busy with other things; nothing here waits for real time to pass.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Also what is polled for, which by default has one second: a browser that starts its sound, or a busy machine, takes longer.
    expect: { poll: { timeout: 30_000 } },
    // Nothing is tried twice: a test that fails now and then is a bug to find.
    retry: 0,
    passWithNoTests: false,
    allowOnly: false,
  },
});
