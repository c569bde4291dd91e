import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { root } from "../../tools/stand-options.ts";

const packages = {
  "": { name: "some-project" },
  "node_modules/one": { version: "1.0.0", integrity: "sha512-one" },
  "node_modules/for-another-system": { version: "1.0.0", integrity: "sha512-other", optional: true },
};
const { "": _project, "node_modules/for-another-system": _other, ...installed } = packages;

// Windows gives links to files to administrators only.
describe.skipIf(process.platform === "win32")(
  "the first thing that `npm start`, `npm test` and `npm run build` run",
  () => {
    let folder: string;
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), "crema-run-"));
      for (const path of ["tools", "bin", "node_modules/node/bin"]) mkdirSync(join(folder, path), { recursive: true });
      for (const file of ["run.mjs", "installed.mjs"]) cpSync(join(root, "tools", file), join(folder, "tools", file));
      writeFileSync(join(folder, "tools/task.ts"), 'process.stdout.write("the task ran");');
      writeFileSync(join(folder, "package-lock.json"), JSON.stringify({ packages }));
      symlinkSync(process.execPath, join(folder, "node_modules/node/bin/node"));
      // An npm that only says that it was called.
      writeFileSync(join(folder, "bin/npm"), '#!/bin/sh\necho "npm $1"\n', { mode: 0o755 });
    });
    afterEach(() => rmSync(folder, { recursive: true }));

    const wasInstalled = (what: object) =>
      writeFileSync(join(folder, "node_modules/.package-lock.json"), JSON.stringify({ packages: what }));
    const run = () =>
      spawnSync(process.execPath, [join(folder, "tools/run.mjs"), "task"], {
        env: { PATH: [join(folder, "bin"), dirname("/bin/sh")].join(delimiter) },
        encoding: "utf8",
      }).stdout;

    test("installs when nothing is there, and once only", () => {
      expect(run()).toBe("npm ci\nthe task ran");
      expect(run()).toBe("the task ran");
    });

    test.skipIf(Number(process.versions.node.split(".")[0]) < 24)(
      "goes on itself where install scripts are not run",
      () => {
        rmSync(join(folder, "node_modules/node"), { recursive: true });
        wasInstalled(installed);
        expect(run()).toBe("the task ran");
      },
    );

    test("leaves alone what `npm ci` or azd has installed", () => {
      wasInstalled(installed);
      expect(run()).toBe("the task ran");
    });

    test.each([
      ["another version", { "node_modules/one": { version: "0.9.0", integrity: "sha512-one" } }],
      ["another content", { "node_modules/one": { version: "1.0.0", integrity: "sha512-two" } }],
      ["nothing", {}],
    ])("installs when %s was installed", (_what, other) => {
      wasInstalled(other);
      expect(run()).toBe("npm ci\nthe task ran");
    });
  },
);
